"""What the figures are counted from, read where it lies: a handful of queries, however many cases there are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, String, case, cast, func, literal, select
from sqlalchemy.orm import Session, aliased

from agent.store.tables import (
    ApprovalRow,
    AuditRow,
    CaseRow,
    CorrectionRow,
    CustomerRow,
    DraftRow,
    EditRow,
    EscalationRow,
    MailboxRow,
    MessageRow,
    OutboxRow,
    TriageRow,
)


@dataclass(frozen=True, slots=True)
class CaseFound:
    """A case with what happened to it, times in order. `acts` are who did something (`person:3`) and when.

    `predicted` is the category of the first reading, `corrected` the last that a person set.
    """

    id: int
    came: datetime
    state: str
    category: str
    language: str
    priority: str
    mailbox: str
    country: str
    agent: int | None
    first_answer_at: datetime | None
    answers: Sequence[datetime]
    wrote: Sequence[datetime]
    acts: Sequence[tuple[str, datetime]]
    escalated: bool
    predicted: str
    corrected: str


@dataclass(frozen=True, slots=True)
class DraftDecided:
    """A draft that was sent, as it was written or not, or rejected (`unchanged` is None)."""

    case_id: int
    at: datetime
    person: int | None
    category: str
    language: str
    mailbox: str
    priority: str
    unchanged: bool | None


@dataclass(frozen=True, slots=True)
class MailMoved:
    """A customer's mail that came, or a reply that left."""

    case_id: int
    at: datetime
    incoming: bool
    category: str
    language: str
    mailbox: str
    priority: str
    agent: int | None


def cases_that_came(session: Session, start: datetime, end: datetime) -> list[CaseFound]:
    """The cases that came from `start` up to `end`; spam and those that went on in another case are left out."""
    within = _within(start, end)
    answers, wrote = _mails_by_case(session, within)
    acts = _acts_by_case(session, within)
    approvers = _first_approver(session, within)
    escalated = set(
        session.scalars(
            select(EscalationRow.case_id).join(CaseRow, CaseRow.id == EscalationRow.case_id).where(*within)
        )
    )
    predicted, corrected = _sorted(session, within)
    rows = session.execute(
        select(
            CaseRow.id, CaseRow.created_at, CaseRow.state, CaseRow.category, CaseRow.language, CaseRow.priority,
            MailboxRow.address, CustomerRow.country, CaseRow.assignee_id, CaseRow.first_answer_at,
        )
        .join(MailboxRow, MailboxRow.id == CaseRow.mailbox_id)
        .outerjoin(CustomerRow, CustomerRow.id == CaseRow.customer_id)
        .where(*within)
        .order_by(CaseRow.created_at, CaseRow.id)
    )  # fmt: skip
    return [
        CaseFound(
            id_, came, state, category, language, priority, address, country or "",
            approvers.get(id_, assignee), first, answers.get(id_, ()), wrote.get(id_, ()), acts.get(id_, ()),
            id_ in escalated, predicted.get(id_, ""), corrected.get(id_, ""),
        )
        for id_, came, state, category, language, priority, address, country, assignee, first in rows
    ]  # fmt: skip


def drafts_decided(session: Session, start: datetime, end: datetime) -> list[DraftDecided]:
    """Writers' drafts that were answered with or rejected from `start` up to `end`, by whom; spam is left out.

    A person's version counts for the draft that it began as, and as unchanged where its text is the same.
    """
    sent, written = aliased(DraftRow), aliased(DraftRow)
    where = (CaseRow.category, CaseRow.language, MailboxRow.address, CaseRow.priority)
    left = session.execute(
        select(
            OutboxRow.case_id, OutboxRow.sent_at, ApprovalRow.person_id, *where,
            case((sent.text == written.text, 1), else_=0),
        )
        .join(sent, sent.id == OutboxRow.draft_id)
        .outerjoin(EditRow, EditRow.draft_id == sent.id)
        .join(written, written.id == func.coalesce(EditRow.written_id, sent.id))
        .outerjoin(ApprovalRow, ApprovalRow.id == OutboxRow.approval_id)
        .join(CaseRow, CaseRow.id == OutboxRow.case_id)
        .join(MailboxRow, MailboxRow.id == CaseRow.mailbox_id)
        .where(
            OutboxRow.kind == "reply", OutboxRow.state == "sent", CaseRow.state != "spam", written.engine != "person",
            OutboxRow.sent_at >= start, OutboxRow.sent_at < end,
        )
    )  # fmt: skip
    rejected = session.execute(
        select(CaseRow.id, AuditRow.at, AuditRow.actor, *where)
        .join(CaseRow, CaseRow.id == AuditRow.case_id)
        .join(
            DraftRow,
            (DraftRow.case_id == CaseRow.id)
            & (AuditRow.subject == literal("draft:", String) + cast(DraftRow.id, String)),
        )
        .join(MailboxRow, MailboxRow.id == CaseRow.mailbox_id)
        .where(
            AuditRow.action == "draft.rejected", CaseRow.state != "spam", AuditRow.at >= start, AuditRow.at < end,
            DraftRow.engine != "person",
        )
    )  # fmt: skip
    return [
        *(
            DraftDecided(id_, at, who, c, lang, box, p, bool(same))
            for id_, at, who, c, lang, box, p, same in left
        ),
        *(
            DraftDecided(id_, at, _person(who), c, lang, box, p, None)
            for id_, at, who, c, lang, box, p in rejected
        ),
    ]


def mails_moved(session: Session, start: datetime, end: datetime) -> list[MailMoved]:
    """Customers' mails that came, and replies that left, from `start` up to `end`; spam is left out."""
    rows = session.execute(
        select(
            CaseRow.id, MessageRow.received_at, MessageRow.direction, CaseRow.category, CaseRow.language,
            MailboxRow.address, CaseRow.priority, CaseRow.assignee_id,
        )
        .join(CaseRow, CaseRow.id == MessageRow.case_id)
        .join(MailboxRow, MailboxRow.id == CaseRow.mailbox_id)
        .where(
            MessageRow.received_at >= start, MessageRow.received_at < end, _KINDS, CaseRow.state != "spam"
        )
    )  # fmt: skip
    return [
        MailMoved(id_, at, way == "in", c, lang, box, p, who) for id_, at, way, c, lang, box, p, who in rows
    ]


_KINDS = ((MessageRow.direction == "in") & (MessageRow.kind == "customer")) | (
    (MessageRow.direction == "out") & (MessageRow.kind == "reply")
)


def _within(start: datetime, end: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        CaseRow.created_at >= start,
        CaseRow.created_at < end,
        CaseRow.state != "spam",
        CaseRow.merged_into_id.is_(None),
    )


def _mails_by_case(
    session: Session, within: Sequence[ColumnElement[bool]]
) -> tuple[Mapping[int, list[datetime]], Mapping[int, list[datetime]]]:
    """When our replies left and when the customer wrote, by case."""
    answers: defaultdict[int, list[datetime]] = defaultdict(list)
    wrote: defaultdict[int, list[datetime]] = defaultdict(list)
    rows = session.execute(
        select(CaseRow.id, MessageRow.direction, MessageRow.received_at)
        .join(MessageRow, MessageRow.case_id == CaseRow.id)
        .where(*within, _KINDS)
    )
    for case_id, direction, at in sorted(rows, key=lambda row: row[2]):
        (wrote if direction == "in" else answers)[case_id].append(at)
    return answers, wrote


def _acts_by_case(
    session: Session, within: Sequence[ColumnElement[bool]]
) -> Mapping[int, list[tuple[str, datetime]]]:
    acts: defaultdict[int, list[tuple[str, datetime]]] = defaultdict(list)
    rows = session.execute(
        select(CaseRow.id, AuditRow.actor, AuditRow.at)
        .join(AuditRow, AuditRow.case_id == CaseRow.id)
        .where(*within, AuditRow.actor.like("person:%"))
    )
    for case_id, actor, at in rows:
        acts[case_id].append((actor, at))
    return acts


def _first_approver(session: Session, within: Sequence[ColumnElement[bool]]) -> dict[int, int]:
    """Who approved the first answer that left, by case."""
    rows = session.execute(
        select(OutboxRow.id, CaseRow.id, ApprovalRow.person_id)
        .join(OutboxRow, OutboxRow.case_id == CaseRow.id)
        .join(ApprovalRow, ApprovalRow.id == OutboxRow.approval_id)
        .where(*within, OutboxRow.kind == "reply", OutboxRow.state == "sent")
    )
    # the first is written last
    return {case_id: person for _, case_id, person in _in_order(rows, newest_first=True)}


def _sorted(session: Session, within: Sequence[ColumnElement[bool]]) -> tuple[dict[int, str], dict[int, str]]:
    """The category that the engine gave the first mail, and the last that a person set, by case."""
    value = TriageRow.reading["category"]["value"].as_string()
    predicted = session.execute(
        select(MessageRow.id, CaseRow.id, value)
        .join(MessageRow, MessageRow.case_id == CaseRow.id)
        .join(TriageRow, TriageRow.message_id == MessageRow.id)
        .where(*within, MessageRow.kind == "customer")
    )
    corrected = session.execute(
        select(CorrectionRow.id, CaseRow.id, CorrectionRow.after)
        .join(CorrectionRow, CorrectionRow.case_id == CaseRow.id)
        .where(*within, CorrectionRow.field == "category", CorrectionRow.undone_at.is_(None))
    )
    return (
        {case_id: slug for _, case_id, slug in _in_order(predicted, newest_first=True) if slug},
        {case_id: slug for _, case_id, slug in _in_order(corrected)},
    )


_Found = TypeVar("_Found", bound=Sequence[Any])


def _in_order(rows: Iterable[_Found], *, newest_first: bool = False) -> list[_Found]:
    """By the number in the first column. Here and not in the query: SQLite would read a whole table in that order."""
    return sorted(rows, key=lambda row: row[0], reverse=newest_first)


def _person(actor: str) -> int | None:
    number = actor.partition(":")[2]
    return int(number) if number.isdecimal() else None
