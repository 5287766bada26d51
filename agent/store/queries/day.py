"""What a team lead looks at in the morning: how much is open now, and the escalations of a span of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from agent.store.tables import CaseRow, EscalationRow, PersonRow


@dataclass(frozen=True, slots=True)
class Standing:
    """Open cases, and how many of them are past due and with nobody."""

    open: int
    overdue: int
    unassigned: int


@dataclass(frozen=True, slots=True)
class EscalationLine:
    """An escalation with the priority of its case and who took it, where somebody has."""

    row: EscalationRow
    priority: str
    taken_by: PersonRow | None


def standing_now(session: Session, now: datetime) -> Standing:
    late = case((CaseRow.respond_by <= now, 1), else_=0)
    free = case((CaseRow.assignee_id.is_(None), 1), else_=0)
    found = session.execute(
        select(func.count(), func.sum(late), func.sum(free)).where(
            CaseRow.state == "open", CaseRow.merged_into_id.is_(None)
        )
    ).one()
    return Standing(*(int(one or 0) for one in found))


def escalations_between(
    session: Session, start: datetime, end: datetime, most: int
) -> Sequence[EscalationLine]:
    """Escalations of cases that are no spam, critical cases first, then the newest; at most `most`."""
    critical = case((CaseRow.priority == "critical", 0), else_=1)
    rows = session.execute(
        select(EscalationRow, CaseRow.priority, PersonRow)
        .join(CaseRow, CaseRow.id == EscalationRow.case_id)
        .outerjoin(PersonRow, PersonRow.id == EscalationRow.acknowledged_by_id)
        .where(EscalationRow.created_at >= start, EscalationRow.created_at < end, CaseRow.state != "spam")
        .order_by(critical, EscalationRow.id.desc())
        .limit(most)
    )
    return [EscalationLine(row, priority, person) for row, priority, person in rows]
