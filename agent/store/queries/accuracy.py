"""Mails as the engine sorted them, and where people say they belong."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.quality.accuracy import SortedMail
from agent.store.tables import CaseRow, CorrectionRow, MessageRow, TriageRow

_AT_ONCE = 1_000


def sorted_mails(session: Session, *, since: datetime, zone: ZoneInfo) -> Iterator[SortedMail]:
    """The first customer's mail of every case since then, on the day it came in `zone`, spam left out.

    Where it belongs is the last category that people set and did not take back, else the engine's own.
    """
    first = (
        select(func.min(MessageRow.id))
        .join(TriageRow, TriageRow.message_id == MessageRow.id)
        .where(MessageRow.case_id == CaseRow.id, MessageRow.kind == "customer")
        .correlate(CaseRow)
        .scalar_subquery()
    )
    last = (
        select(CorrectionRow.after)
        .where(
            CorrectionRow.case_id == CaseRow.id,
            CorrectionRow.field == "category",
            CorrectionRow.undone_at.is_(None),
        )
        .order_by(CorrectionRow.id.desc())
        .limit(1)
        .correlate(CaseRow)
        .scalar_subquery()
    )
    category = TriageRow.reading["category"]
    rows = session.execute(
        select(
            MessageRow.received_at,
            category["value"].as_string(),
            category["subcategory"].as_string(),
            last,
        )
        .select_from(CaseRow)
        .join(MessageRow, MessageRow.id == first)
        .join(TriageRow, TriageRow.message_id == MessageRow.id)
        .where(MessageRow.received_at >= since, CaseRow.state != "spam")
        .order_by(MessageRow.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    for received_at, predicted, subcategory, corrected in rows:
        if predicted:
            yield SortedMail(
                received_at.astimezone(zone).date(), predicted, subcategory or "", corrected or predicted
            )
