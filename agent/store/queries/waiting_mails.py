"""Which of the mails that wait for a step is to have it first."""

from datetime import datetime

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from agent.cases.case import Priority
from agent.store.due import is_over
from agent.store.tables import CaseRow, MessageRow


def most_urgent(session: Session, step: str, now: datetime) -> int | None:
    """The mail of the most urgent case that waits for `step` and that nobody holds; of equals, due first."""
    rank = case({level.value: level.rank for level in Priority}, value=CaseRow.priority, else_=len(Priority))
    return session.scalar(
        select(MessageRow.id)
        .join(CaseRow, CaseRow.id == MessageRow.case_id)
        .where(
            MessageRow.step == step,
            MessageRow.parked == "",
            is_over(MessageRow.not_before, now),
            is_over(MessageRow.lease_until, now),
        )
        .order_by(rank, CaseRow.respond_by.is_(None), CaseRow.respond_by, MessageRow.id)
        .limit(1)
    )
