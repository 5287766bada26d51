"""Step 8: the customer hears at once that the mail arrived, under which number, and by when a person answers.

Never to robots, at most once a conversation, and at most once a sender and day: two programs that thank each other
for their mail would otherwise never stop.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.cases.answer_clock import tell_delay_at
from agent.cases.answer_time import Load, promise
from agent.cases.clock_rules import Calendar
from agent.desk.casework.answer_time import calendar_of
from agent.desk.house import House
from agent.desk.replies.outbox import Letter, post
from agent.desk.settings.rules import clock_rules_of
from agent.desk.steps.work import Apply
from agent.desk.values import reading_of
from agent.drafting.acknowledgement import acknowledge
from agent.privacy.salutation import salutation
from agent.store.queries.recipients import reply_recipients
from agent.store.session import Unit
from agent.store.tables import CaseRow, MailboxRow, MessageRow, OutboxRow, PersonRow, RawMailRow

SENDER_WINDOW = timedelta(days=1)
TOO_OLD = timedelta(days=3)  # mail met long after it arrived is answered, not acknowledged


def run(house: House, message_id: int) -> Apply:
    with house.store.reading() as session:
        formality = reading_of(session, message_id).style.formality

    def apply(unit: Unit, message: MessageRow) -> None:
        session, now = unit.session, house.clock()
        case = session.get_one(CaseRow, message.case_id, with_for_update=True)
        own = session.scalars(select(MailboxRow.address)).all()
        to = reply_recipients(message, own)
        if case.respond_by is None or not to or not _wanted(session, case, message, now):
            return
        answer_by = _answer_by(session, case, now, calendar_of(unit, house, case))
        case.promised_at = answer_by
        if house.company.delay_notice:
            clock_rules = clock_rules_of(house.company)
            case.tell_delay_at = tell_delay_at(answer_by, now, clock_rules)
        text = acknowledge(
            language=case.language,
            formality=formality,
            name=salutation(message.from_name).by(formality),
            subject=message.subject,
            case_number=case.id,
            answer_by=answer_by,
            zone=house.company.zone,
            company=session.get_one(MailboxRow, case.mailbox_id).brand or house.company.name,
            overrides=house.company.overrides.get("acknowledgement"),
        )
        letter = Letter("acknowledgement", _key(case), text.subject, text.text, to)
        post(unit, house, case, session.get_one(MailboxRow, case.mailbox_id), message, letter)

    return apply


def _wanted(session: Session, case: CaseRow, message: MessageRow, now: datetime) -> bool:
    raw = session.get_one(RawMailRow, message.raw_id)
    if not raw.answerable or now - message.received_at > TOO_OLD or case.answered_at is not None:
        return False
    same_case = OutboxRow.dedupe_key == _key(case)
    same_sender = (
        (OutboxRow.kind == "acknowledgement")
        & (OutboxRow.created_at > now - SENDER_WINDOW)
        & OutboxRow.case_id.in_(select(CaseRow.id).where(CaseRow.customer_email == case.customer_email))
    )
    return session.scalar(select(OutboxRow.id).where(same_case | same_sender).limit(1)) is None


def _answer_by(session: Session, case: CaseRow, now: datetime, open_hours: Calendar) -> datetime:
    """When this customer will have an answer: the target, or later where the queue before it is longer."""
    assert case.respond_by is not None
    earlier = select(func.count()).where(
        CaseRow.state == "open", CaseRow.id != case.id, CaseRow.respond_by <= case.respond_by
    )
    people = select(func.count()).select_from(PersonRow).where(PersonRow.disabled.is_(False))
    load = Load(cases_before=session.scalar(earlier) or 0, agents=session.scalar(people) or 0)
    return promise(case.respond_by, load, now=now, open_hours=open_hours).at


def _key(case: CaseRow) -> str:
    return f"acknowledgement:{case.id}"
