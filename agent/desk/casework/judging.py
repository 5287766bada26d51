"""How urgent a mail is by its words and its customer, under the company's rules and with what people put right."""

from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from agent.cases.case import CaseState, CustomerRecord, Priority, PriorityDecision
from agent.cases.clock_rules import due
from agent.cases.live import LIVE
from agent.cases.priority import decide
from agent.cases.reasons import as_corrected
from agent.company import Company
from agent.desk.casework.answer_time import set_level, work_out
from agent.desk.casework.reprioritising import settle
from agent.desk.escalations.escalating import escalate_by_rule
from agent.desk.house import House
from agent.desk.settings.rules import hours_of, rules_of
from agent.desk.values import customer_record, reading_of
from agent.mail.message import MailKind
from agent.store.session import Unit
from agent.store.tables import CaseRow, CorrectionRow, CustomerRow, MessageRow, TriageRow
from agent.store.values import dump
from agent.triage.reading import FactorName, Reading

REASON = "reason:"
"""Begins the field of a correction that says of a reason whether it is so (`yes`) or not (`no`)."""

MOST_MAILS = 50
_TRUSTED_CLOCK = timedelta(days=7)


def judge(
    reading: Reading,
    customer: CustomerRecord,
    company: Company,
    kind: MailKind,
    received_at: datetime,
    written_at: datetime | None = None,
) -> PriorityDecision:
    """The priority under the company's own rules. What no person wrote is never urgent.

    `written_at` is the mail's own date: days that it names are counted from there.
    """
    rules, _ = rules_of(company)
    calendar = hours_of(company).of(country=customer.country)
    if not kind.may_be_answered:
        due_at = due(received_at, rules.targets[Priority.LOW], calendar)
        return PriorityDecision(Priority.LOW, 0, (), due_at, "no person wrote it")
    return decide(
        reading, customer, rules=rules, received_at=received_at, calendar=calendar, written_at=written_at
    )


def judge_mail(session: Session, house: House, message: MessageRow) -> PriorityDecision:
    """The priority of a mail that has a case. Raises `LookupError` before triage has read it."""
    case = session.get_one(CaseRow, message.case_id)
    row = session.get(CustomerRow, case.customer_id) if case.customer_id else None
    return judge(
        as_corrected(reading_of(session, message.id), _said_of(session, message)),
        customer_record(row, case.customer_email),
        house.company,
        MailKind(message.kind),
        message.received_at,
        _written_at(message),
    )


def judge_again(unit: Unit, house: House, case: CaseRow) -> bool:
    """Judge what the customer waits for anew: people said something of its reasons, or took it back.

    The case, which must be locked, shows the most urgent mail. A level that a person set stays. False, and nothing
    is changed, where no mail has been read yet.
    """
    waiting = _unanswered(unit.session, case)
    mails = waiting or _newest(unit.session, case)
    if not mails:
        return False
    decisions = [judge_mail(unit.session, house, mail) for mail in mails]
    shown = min(decisions, key=lambda one: (one.level.rank, -one.score))
    before = case.priority
    case.deadline_at = next((one.deadline for one in reversed(decisions) if one.deadline), None)
    case.words_priority, case.priority_note = shown.level, shown.note
    case.factors = [
        *(dump(factor) for factor in shown.factors),
        *(row for row in case.factors if row["name"] in LIVE),
    ]
    case.score = sum(row["points"] for row in case.factors)
    if waiting and case.state == CaseState.OPEN:
        settle(unit, house, case, cause="reasons")
    elif "priority" not in case.corrected:
        case.priority = shown.level
    if case.priority != before:
        set_level(unit, house, case, Priority(case.priority))
    else:
        work_out(unit, house, case)  # a deadline that the customer names may be gone
    if waiting and case.priority == Priority.CRITICAL != before:
        reason = "The points make it critical."
        escalate_by_rule(unit, case, cause="critical", reason=reason, now=house.clock())
    return True


def _said_of(session: Session, message: MessageRow) -> dict[FactorName, bool]:
    """What people said last of each reason: that it is not so of all mails until then, that it is of the newest."""
    of_case = select(MessageRow.id).where(MessageRow.case_id == message.case_id)
    rows = session.scalars(
        select(CorrectionRow)
        .where(
            CorrectionRow.message_id >= message.id,
            CorrectionRow.message_id.in_(of_case),
            CorrectionRow.field.startswith(REASON),
            CorrectionRow.undone_at.is_(None),
        )
        .order_by(CorrectionRow.id)
    )
    last = {FactorName(row.field.removeprefix(REASON)): row for row in rows}
    return {
        name: row.after == "yes"
        for name, row in last.items()
        if row.after == "no" or row.message_id == message.id
    }


def _unanswered(session: Session, case: CaseRow) -> list[MessageRow]:
    """The customer's mails that triage has read and nobody has answered, oldest first."""
    mails = _mails(case)
    if case.answered_at is not None:
        mails = mails.where(MessageRow.received_at > case.answered_at)
    return [*session.scalars(mails.order_by(MessageRow.id.desc()).limit(MOST_MAILS))][::-1]


def _newest(session: Session, case: CaseRow) -> list[MessageRow]:
    return list(session.scalars(_mails(case).order_by(MessageRow.id.desc()).limit(1)))


def _mails(case: CaseRow) -> Select[MessageRow]:
    return (
        select(MessageRow)
        .join(TriageRow, TriageRow.message_id == MessageRow.id)
        .where(
            MessageRow.case_id == case.id,
            MessageRow.direction == "in",
            MessageRow.kind == MailKind.CUSTOMER,
        )
    )


def _written_at(message: MessageRow) -> datetime:
    """The mail's own date, unless it is far from when the mail came: then the sender's clock is wrong."""
    sent = message.sent_at
    return sent if sent and abs(sent - message.received_at) < _TRUSTED_CLOCK else message.received_at
