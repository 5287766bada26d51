"""Mails of past cases as triage understood them."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.store.tables import CaseRow, CustomerRow, MessageRow, TriageRow

_AT_ONCE = 500


def understood_mails(
    session: Session, *, since: datetime, most_cases: int
) -> Iterator[tuple[CaseRow, TriageRow, CustomerRow | None]]:
    """The customers' mails of the newest cases opened since `since`, at most `most_cases` of them."""
    cases = (
        select(CaseRow.id)
        .where(CaseRow.created_at >= since, CaseRow.state != "spam")
        .order_by(CaseRow.id.desc())
        .limit(most_cases)
    )
    rows = session.execute(
        select(CaseRow, TriageRow, CustomerRow)
        .join(MessageRow, MessageRow.case_id == CaseRow.id)
        .join(TriageRow, TriageRow.message_id == MessageRow.id)
        .join(CustomerRow, CustomerRow.id == CaseRow.customer_id, isouter=True)
        .where(CaseRow.id.in_(cases), MessageRow.kind == "customer")
        .order_by(TriageRow.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    yield from rows
