"""Step 2: the conversation a message belongs to, or a new case.

Every mail that can be read ends up in a case. Robots' mail never opens one that waits for people: it is kept under
"Spam and automatic", or beside the conversation it belongs to, which it does not change.
"""

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from agent.desk.audit import SYSTEM, record
from agent.desk.casework.answer_time import turn
from agent.desk.casework.cases import touch
from agent.desk.casework.merging import kept_of
from agent.desk.casework.snoozing import wake_case
from agent.desk.feedback.asking.events import customer_wrote
from agent.desk.feedback.sending.bounces import note_bounce
from agent.desk.house import House
from agent.desk.notices import raise_notice
from agent.desk.replies.outbox import cancel
from agent.desk.replies.returning import take_back_letter
from agent.desk.steps.work import Apply, Later
from agent.desk.values import as_parsed
from agent.mail.conversation import AskPerson, Candidate, Join, case_of, decide, tagged_case
from agent.mail.message import MailKind
from agent.store.session import Unit
from agent.store.tables import CaseRow, CustomerRow, DraftRow, MailboxRow, MessageRow, OutboxRow

SAME_SUBJECT_WITHIN = timedelta(days=14)
WAIT_FOR_EARLIER_S = 1.0
MOST_CANDIDATES = 50


def run(house: House, message_id: int) -> Apply:
    with house.store.reading() as session:
        if _an_earlier_one_is_unread(session, session.get_one(MessageRow, message_id)):
            raise Later(WAIT_FOR_EARLIER_S)
    return lambda unit, message: _join(unit, house, message)


def _an_earlier_one_is_unread(session: Session, message: MessageRow) -> bool:
    """Whether a mail this one may answer is still being read: then which case it opens is not known yet."""
    earlier = select(MessageRow.id).where(
        MessageRow.mailbox_id == message.mailbox_id,
        MessageRow.id < message.id,
        MessageRow.parked == "",
        or_(
            MessageRow.step == "read",  # who sent it is not known yet
            (MessageRow.step == "join")
            & or_(
                MessageRow.from_email == message.from_email,
                MessageRow.message_id.in_([*message.in_reply_to, *message.references]),
            ),
        ),
    )
    return session.scalar(earlier.limit(1)) is not None


def _join(unit: Unit, house: House, message: MessageRow) -> None:
    session, now = unit.session, house.clock()
    session.get_one(
        MailboxRow, message.mailbox_id, with_for_update=True
    )  # one decision at a time in a mailbox
    if message.kind == MailKind.BOUNCE:
        note_bounce(unit, message, now)
    if message.kind == MailKind.BOUNCE and (bounced := _bounced_case(session, house, message)):
        _add_bounce(unit, house, kept_of(unit, bounced), message, now)
        return
    decision = decide(
        as_parsed(message),
        key=house.secret_key,
        candidates=_candidates(session, house, message, now),
        now=now,
    )
    if isinstance(decision, Join):
        case = session.get_one(CaseRow, decision.case_id, with_for_update=True)
        _add_to(unit, house, kept_of(unit, case), message, now)
        return
    case = _open(unit, house, message, now)
    if isinstance(decision, AskPerson):
        case.may_belong_to_id = decision.case_id
        message.warnings = [*message.warnings, decision.reason]


def _add_to(unit: Unit, house: House, case: CaseRow, message: MessageRow, now: datetime) -> None:
    message.case_id = case.id
    if message.kind == MailKind.CUSTOMER:
        _void_unsent(unit, house, case)
        wake_case(unit, case, now, cause="customer")
        case.latest_in_id = message.id
        before, case.state = case.state, "open"
        turn(unit, house, case, before, message.received_at)
        case.draft_state = "writing"
        customer_wrote(unit, case, message, now)
    touch(case, now)
    record(unit, "message.joined", actor=SYSTEM, now=now, case_id=case.id, subject=f"message:{message.id}")


def _open(unit: Unit, house: House, message: MessageRow, now: datetime) -> CaseRow:
    session = unit.session
    customer = session.scalar(select(CustomerRow).where(CustomerRow.email == message.from_email))
    mailbox = session.get_one(MailboxRow, message.mailbox_id)
    from_person = message.kind == MailKind.CUSTOMER
    case = CaseRow(
        mailbox_id=mailbox.id,
        customer_id=customer.id if customer else None,
        customer_email=message.from_email,
        customer_name=message.from_name or (customer.name if customer else ""),
        subject=message.subject,
        state="open" if from_person else "spam",
        language=(customer.language if customer else "") or mailbox.language,
        draft_state="writing" if from_person else "none",
        latest_in_id=message.id if from_person else None,
        created_at=now,
        updated_at=now,
    )
    session.add(case)
    session.flush()
    message.case_id = case.id
    if from_person:
        customer_wrote(unit, case, message, now)
    record(unit, "case.opened", actor=SYSTEM, now=now, case_id=case.id, subject=f"message:{message.id}")
    return case


def _void_unsent(unit: Unit, house: House, case: CaseRow) -> None:
    """The customer wrote again: a reply that has not left answers an old mail, and its approval is void."""
    session = unit.session
    waiting = select(OutboxRow).where(
        OutboxRow.case_id == case.id, OutboxRow.kind == "reply", OutboxRow.state == "waiting"
    )
    for row in session.scalars(waiting.with_for_update()):
        cancel(unit, house, row, "the customer wrote again before it left")
    for draft in session.scalars(
        select(DraftRow).where(DraftRow.case_id == case.id, DraftRow.state.in_(("ready", "approved")))
    ):
        draft.state = "superseded"


def _bounced_case(session: Session, house: House, message: MessageRow) -> CaseRow | None:
    number = next(
        filter(None, (case_of(reference, house.secret_key) for reference in message.in_reply_to)), None
    )
    return session.get(CaseRow, number) if number is not None else None


def _add_bounce(unit: Unit, house: House, case: CaseRow, message: MessageRow, now: datetime) -> None:
    message.case_id = case.id
    touch(case, now)
    if take_back_letter(unit, house, case, message) is None:
        raise_notice(unit, f"bounce:{message.id}", f"A reply in case {case.id} could not be delivered.", now)
    record(unit, "message.bounced", actor=SYSTEM, now=now, case_id=case.id, subject=f"message:{message.id}")


def _candidates(session: Session, house: House, message: MessageRow, now: datetime) -> list[Candidate]:
    """The cases that a mail's references, subject or sender point to."""
    references = [*message.in_reply_to, *message.references]
    numbers = {case_of(reference, house.secret_key) for reference in references} | {
        tagged_case(message.subject)
    }
    by_reference = select(MessageRow.case_id).where(MessageRow.message_id.in_(references))
    by_sender = (CaseRow.customer_email == message.from_email) & (
        CaseRow.updated_at >= now - SAME_SUBJECT_WITHIN
    )
    cases = session.scalars(
        select(CaseRow)
        .where(
            or_(CaseRow.id.in_(numbers - {None}), CaseRow.id.in_(by_reference), by_sender),
            CaseRow.state != "spam",
        )
        .order_by(CaseRow.updated_at.desc())
        .limit(MOST_CANDIDATES)
    ).all()
    return [_candidate(session, case) for case in cases]


def _candidate(session: Session, case: CaseRow) -> Candidate:
    mails = session.execute(
        select(MessageRow.message_id, MessageRow.from_email, MessageRow.direction).where(
            MessageRow.case_id == case.id
        )
    ).all()
    return Candidate(
        case_id=case.id,
        participants=frozenset(
            {case.customer_email, *(mail.from_email for mail in mails if mail.direction == "in")}
        ),
        message_ids=frozenset(mail.message_id for mail in mails if mail.message_id),
        subject=case.subject,
        last_activity=case.updated_at,
        is_open=case.state != "done",
    )
