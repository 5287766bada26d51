"""A customer's rights: access (Art. 15 GDPR), erasure (Art. 17), objection (Art. 21), each with a receipt."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, inspect, select, update
from sqlalchemy.orm import Session

from agent.desk.audit import record
from agent.desk.feedback.forgetting import erase_feedback, feedback_of, letters_to
from agent.desk.house import House
from agent.desk.learning.memories import forget_lessons
from agent.desk.learning.profiling import PURPOSE as TONE
from agent.desk.learning.profiling import customer_for, delete_style
from agent.errors import Conflict, NotFound, WrongUse
from agent.mail.typed_address import typed_address
from agent.store.base import Table
from agent.store.session import Unit
from agent.store.tables import (
    ApprovalRow,
    AttachmentRow,
    AtWorkRow,
    CaseRow,
    CaseTagRow,
    CaseWordsRow,
    CorrectionRow,
    CustomerRow,
    CustomerStyleMailRow,
    CustomerStyleRow,
    DraftRow,
    EditRow,
    ErasureRequestRow,
    EscalationNoticeRow,
    EscalationRow,
    GapRow,
    IncidentCaseRow,
    MatchRow,
    MemorySightRow,
    MessageRow,
    NoteRow,
    OutboxRow,
    OutgoingFileRow,
    PlaceholderRow,
    PromptTrialMailRow,
    QuarantineRow,
    RawMailRow,
    RefusedHandOverRow,
    SignRow,
    SourceVoteRow,
    TickRow,
    TranslationRow,
    TriageRow,
    UnfinishedErasureRow,
    UnsentTextRow,
)
from agent.store.words import write_words

PURPOSES = ("drafts", "tone", "feedback")
"""What can be objected to: answers drafted by a machine, answers that follow one's own tone, requests for feedback."""

_BYTES = ("content", "safe_html", "vector")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was done for whom, when, and what remains outside our reach. Written by `genklang … --json`."""

    right: str
    email: str
    at: datetime
    done: dict[str, int]
    remains: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"at": self.at.isoformat(timespec="seconds")}


def export_customer(session: Session, email: str) -> dict[str, Any]:
    """Everything kept about a customer, by table, without bytes (attachments, vectors). Raises `NotFound`."""
    email = typed_address(email)
    case_ids, message_ids = _owned(session, email)
    customer = session.scalar(select(CustomerRow).where(CustomerRow.email == email))
    if customer is None and not case_ids:
        raise NotFound(
            f"Nothing is kept about {email}.", code="customer.unknown", remedy="Check the address."
        )
    by_case = {"cases": (CaseRow, CaseRow.id)} | {
        table.__tablename__: (table, table.case_id)
        for table in (
            PlaceholderRow,
            DraftRow,
            OutboxRow,
            CorrectionRow,
            NoteRow,
            CaseTagRow,
            EscalationRow,
            EscalationNoticeRow,
            IncidentCaseRow,
            SourceVoteRow,
            EditRow,
            MemorySightRow,
            UnsentTextRow,
            OutgoingFileRow,
            TickRow,
            TranslationRow,
        )
    }
    by_message = {"messages": (MessageRow, MessageRow.id)} | {
        table.__tablename__: (table, table.message_id)
        for table in (AttachmentRow, TriageRow, MatchRow, SignRow, GapRow, CustomerStyleMailRow)
    }
    result: dict[str, Any] = {"customer": _plain(customer) if customer else None}
    for of_customer in (CustomerStyleRow, ErasureRequestRow):
        row = session.get(of_customer, customer.id) if customer else None
        result[of_customer.__tablename__] = [_plain(row)] if row else []
    if customer is not None:
        for name, rows in feedback_of(session, customer.id).items():
            result[name] = [_plain(row) for row in rows]
    for tables, ids in ((by_case, case_ids), (by_message, message_ids)):
        for name, (table, column) in tables.items():
            result[name] = [_plain(row) for row in session.scalars(select(table).where(column.in_(ids)))]
    result[OutboxRow.__tablename__] += [_plain(row) for row in letters_to(session, email)]
    return result


def hand_out(unit: Unit, house: House, email: str, *, actor: str) -> dict[str, Any]:
    """`export_customer` for somebody who takes it away, which goes on record."""
    kept = export_customer(unit.session, email)
    customer = kept["customer"]
    record(
        unit,
        "customer.exported",
        actor=actor,
        now=house.clock(),
        subject=f"customer:{customer['id']}" if customer else "",
        cases=len(kept["cases"]),
    )
    return kept


def erase_customer(unit: Unit, house: House, email: str, *, actor: str) -> Receipt:
    """Delete everything kept about a customer. Raises `NotFound`, and `Conflict` while a reply is on its way.

    Call `agent.desk.customers.forgetting_traces.finish_erasure` once the unit has been committed.
    """
    email = typed_address(email)
    session = unit.session
    case_ids, message_ids = _owned(session, email)
    customer = session.scalar(select(CustomerRow).where(CustomerRow.email == email))
    if customer is None and not message_ids:
        raise NotFound(
            f"Nothing is kept about {email}.", code="customer.unknown", remedy="Check the address."
        )
    sending = select(OutboxRow.id).where(OutboxRow.case_id.in_(case_ids), OutboxRow.state == "sending")
    if session.scalar(sending) or any(row.state == "sending" for row in letters_to(session, email)):
        raise Conflict(
            "A mail to this customer is being sent.", code="erase.sending", remedy="Try again in a minute."
        )
    of_others = _cases_of_others(session, case_ids, message_ids)
    feedback = erase_feedback(session, customer.id if customer else None, case_ids, email)
    done = forget_lessons(session, case_ids, email) | feedback | _delete_all(session, case_ids, message_ids)
    write_words(session, of_others)
    if customer is not None:
        delete_style(session, customer.id)
        session.execute(delete(ErasureRequestRow).where(ErasureRequestRow.customer_id == customer.id))
        session.delete(customer)
        done["customers"] = 1
    now = house.clock()
    session.add(UnfinishedErasureRow(erased_at=now))
    record(unit, "customer.erased", actor=actor, now=now, cases=len(case_ids), messages=len(message_ids))
    return Receipt("erasure", email, now, done, remains=(
        "The mails themselves, in the mailbox on the mail server.",
        "Backups made before now, until they are overwritten.",
        "In the audit trail: case numbers and times, without any of the customer's data.",
    ))  # fmt: skip


def object_to(unit: Unit, house: House, email: str, purposes: Sequence[str], *, actor: str) -> Receipt:
    """Record an objection; it counts from the next mail on. Raises `WrongUse` for an unknown purpose."""
    email = typed_address(email)
    if unknown := sorted(set(purposes) - set(PURPOSES)):
        raise WrongUse(
            f"{unknown[0]!r} cannot be objected to.",
            code="purpose.unknown",
            remedy=f"Use {' or '.join(PURPOSES)}.",
        )
    now = house.clock()
    customer = customer_for(unit, email, now)
    customer.objections = sorted({*(customer.objections or ()), *purposes})
    if TONE in purposes:
        delete_style(unit.session, customer.id)
    record(
        unit,
        "customer.objected",
        actor=actor,
        now=now,
        subject=f"customer:{customer.id}",
        purposes=list(purposes),
    )
    return Receipt("objection", email, now, dict.fromkeys(purposes, 1))


def withdraw_objection(
    unit: Unit, house: House, email: str, purposes: Sequence[str], *, actor: str
) -> Receipt:
    """The customer agrees again. Counts from the next mail on. Raises `NotFound`."""
    email = typed_address(email)
    customer = unit.session.scalar(select(CustomerRow).where(CustomerRow.email == email))
    if customer is None:
        raise NotFound(
            f"Nothing is kept about {email}.", code="customer.unknown", remedy="Check the address."
        )
    now = house.clock()
    customer.objections = sorted({*(customer.objections or ())} - {*purposes})
    record(
        unit,
        "customer.agreed_again",
        actor=actor,
        now=now,
        subject=f"customer:{customer.id}",
        purposes=list(purposes),
    )
    return Receipt("consent", email, now, dict.fromkeys(purposes, 1))


def _owned(session: Session, email: str) -> tuple[list[int], list[int]]:
    """The customer's cases, and their messages together with any other that came from the address."""
    cases = list(session.scalars(select(CaseRow.id).where(CaseRow.customer_email == email)))
    theirs = (MessageRow.case_id.in_(cases)) | (MessageRow.from_email == email)
    return cases, list(session.scalars(select(MessageRow.id).where(theirs)))


def _cases_of_others(session: Session, case_ids: list[int], message_ids: list[int]) -> set[int]:
    """Cases of other customers in which this one wrote: they must not be found by those words any more."""
    written = select(MessageRow.case_id).where(
        MessageRow.id.in_(message_ids), MessageRow.case_id.is_not(None)
    )
    return {number for number in session.scalars(written) if number is not None} - set(case_ids)


def _delete_all(session: Session, case_ids: list[int], message_ids: list[int]) -> dict[str, int]:
    """Children first. How many rows went, by table."""
    drafts = select(DraftRow.id).where(DraftRow.case_id.in_(case_ids))
    raw_ids = list(session.scalars(select(MessageRow.raw_id).where(MessageRow.id.in_(message_ids))))
    session.execute(
        update(CaseRow).where(CaseRow.may_belong_to_id.in_(case_ids)).values(may_belong_to_id=None)
    )
    conditions = (
        (CorrectionRow, CorrectionRow.case_id.in_(case_ids) | CorrectionRow.message_id.in_(message_ids)),
        (UnsentTextRow, UnsentTextRow.case_id.in_(case_ids)),
        (OutgoingFileRow, OutgoingFileRow.case_id.in_(case_ids)),
        (TickRow, TickRow.case_id.in_(case_ids)),
        (AtWorkRow, AtWorkRow.case_id.in_(case_ids)),
        (
            TranslationRow,
            TranslationRow.case_id.in_(case_ids)
            | TranslationRow.message_id.in_(message_ids)
            | TranslationRow.draft_id.in_(drafts),
        ),
        (OutboxRow, OutboxRow.case_id.in_(case_ids)),
        (ApprovalRow, ApprovalRow.draft_id.in_(drafts)),
        (EditRow, EditRow.case_id.in_(case_ids)),
        (DraftRow, DraftRow.case_id.in_(case_ids)),
        (MatchRow, MatchRow.message_id.in_(message_ids)),
        (TriageRow, TriageRow.message_id.in_(message_ids)),
        (AttachmentRow, AttachmentRow.message_id.in_(message_ids)),
        (PlaceholderRow, PlaceholderRow.case_id.in_(case_ids)),
        (NoteRow, NoteRow.case_id.in_(case_ids)),
        (SourceVoteRow, SourceVoteRow.case_id.in_(case_ids)),
        (GapRow, GapRow.case_id.in_(case_ids) | GapRow.message_id.in_(message_ids)),
        (CustomerStyleMailRow, CustomerStyleMailRow.message_id.in_(message_ids)),
        (SignRow, SignRow.case_id.in_(case_ids) | SignRow.message_id.in_(message_ids)),
        (
            IncidentCaseRow,
            IncidentCaseRow.case_id.in_(case_ids) | IncidentCaseRow.message_id.in_(message_ids),
        ),
        (EscalationNoticeRow, EscalationNoticeRow.case_id.in_(case_ids)),
        (EscalationRow, EscalationRow.case_id.in_(case_ids)),
        (PromptTrialMailRow, PromptTrialMailRow.message_id.in_(message_ids)),
        (RefusedHandOverRow, RefusedHandOverRow.case_id.in_(case_ids)),
        (MessageRow, MessageRow.id.in_(message_ids)),
        (QuarantineRow, QuarantineRow.raw_id.in_(raw_ids)),
        (RawMailRow, RawMailRow.id.in_(raw_ids)),
        (CaseTagRow, CaseTagRow.case_id.in_(case_ids)),
        (CaseWordsRow, CaseWordsRow.case_id.in_(case_ids)),
        (CaseRow, CaseRow.id.in_(case_ids)),
    )
    gone: dict[str, int] = {}
    for table, where in conditions:
        gone[table.__tablename__] = session.scalar(select(func.count()).select_from(table).where(where)) or 0
        session.execute(delete(table).where(where))
    return gone


def _plain(row: Table) -> dict[str, Any]:
    columns = [column.key for column in inspect(type(row)).column_attrs if column.key not in _BYTES]
    return {
        key: value.isoformat() if isinstance(value := getattr(row, key), datetime) else value
        for key in columns
    }
