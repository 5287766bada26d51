"""Mails of past cases as triage understood them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.drafting.rollout import UNSEEN
from agent.store.tables import CaseRow, CorrectionRow, CustomerRow, DraftRow, MessageRow, TriageRow

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


@dataclass(frozen=True, slots=True)
class PastMail:
    """A customer's mail that was understood, with all that stands around it; `sent` is the answer that it got.

    `drafted`: people saw a draft of ours before they sent it.
    """

    message: MessageRow
    case: CaseRow
    triage: TriageRow
    customer: CustomerRow | None
    sent: DraftRow | None
    drafted: bool
    corrections: tuple[CorrectionRow, ...]


def past_mail_ids(
    session: Session, *, since: datetime, limit: int, category: str = "", language: str = ""
) -> tuple[int, ...]:
    """The newest mails of customers since then that were understood, at most `limit`; the newest first."""
    query = (
        select(MessageRow.id)
        .join(CaseRow, CaseRow.id == MessageRow.case_id)
        .join(TriageRow, TriageRow.message_id == MessageRow.id)
        .where(
            MessageRow.direction == "in",
            MessageRow.kind == "customer",
            MessageRow.received_at >= since,
            MessageRow.redacted_new_text.is_not(None),
            CaseRow.state != "spam",
        )
        .order_by(MessageRow.id.desc())
        .limit(limit)
    )
    if category:
        query = query.where(CaseRow.category == category)
    if language:
        query = query.where(CaseRow.language == language)
    return tuple(session.scalars(query))


def past_mail(session: Session, message_id: int) -> PastMail | None:
    """One of them; None when it was erased meanwhile."""
    message = session.get(MessageRow, message_id)
    triage = session.scalar(select(TriageRow).where(TriageRow.message_id == message_id))
    if message is None or triage is None or message.case_id is None:
        return None
    case = session.get_one(CaseRow, message.case_id)
    sent = select(DraftRow).where(DraftRow.message_id == message_id, DraftRow.state == "sent")
    drafted = select(DraftRow.id).where(
        DraftRow.message_id == message_id, DraftRow.engine != "person", DraftRow.state != UNSEEN
    )
    corrected = select(CorrectionRow).where(
        CorrectionRow.message_id == message_id, CorrectionRow.undone_at.is_(None)
    )
    return PastMail(
        message,
        case,
        triage,
        session.get(CustomerRow, case.customer_id) if case.customer_id else None,
        session.scalar(sent.order_by(DraftRow.id).limit(1)),
        session.scalar(drafted.limit(1)) is not None,
        tuple(session.scalars(corrected.order_by(CorrectionRow.id))),
    )
