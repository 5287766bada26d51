"""A customer hears of a delay before the time that was promised: a fixed text, once a case, and never to robots.

Only who got an acknowledgement was promised a time. A company switches it off with `delay_notice = false`.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.cases.case import CaseState
from agent.desk.audit import SYSTEM, record
from agent.desk.house import House
from agent.desk.replies.outbox import Letter, post
from agent.desk.values import reading_of
from agent.drafting.acknowledgement import tell_delay
from agent.mail.message import MailKind
from agent.privacy.salutation import salutation
from agent.store.queries.recipients import reply_recipients
from agent.store.session import Unit, retry_passing
from agent.store.tables import CaseRow, MailboxRow, MessageRow, OutboxRow, RawMailRow

AT_MOST = 50
TOO_LATE = timedelta(days=1)  # after a long stand-still, an answer says more than an apology


@retry_passing
def tell_delays(house: House) -> None:
    """Write to every customer whose answer will not come by the promised time, unless it is on its way."""
    with house.store.writing() as unit:
        now = house.clock()
        due = (
            select(CaseRow)
            .where(CaseRow.tell_delay_at <= now)
            .order_by(CaseRow.tell_delay_at, CaseRow.id)
            .limit(AT_MOST)
            .with_for_update(skip_locked=True)
        )
        for case in unit.session.scalars(due).all():
            case.tell_delay_at = None
            if house.company.delay_notice and (message := _to_answer(unit.session, case, now)) is not None:
                _write(unit, house, case, message, now)


def _to_answer(session: Session, case: CaseRow, now: datetime) -> MessageRow | None:
    """The mail of the person who still waits, or None where nobody does or nobody may be written to."""
    if case.state != CaseState.OPEN or case.answered_at is not None or case.latest_in_id is None:
        return None
    if case.promised_at is None or now - case.promised_at > TOO_LATE:
        return None
    leaving = select(OutboxRow.id).where(
        OutboxRow.case_id == case.id,
        (OutboxRow.dedupe_key == _key(case))
        | (OutboxRow.kind == "reply") & OutboxRow.state.in_(("waiting", "sending", "uncertain", "sent")),
    )
    if session.scalar(leaving.limit(1)) is not None:
        return None
    message = session.get_one(MessageRow, case.latest_in_id)
    raw = session.get(RawMailRow, message.raw_id) if message.raw_id is not None else None
    answerable = raw is not None and raw.answerable and MailKind(message.kind) is MailKind.CUSTOMER
    return message if answerable else None


def _write(unit: Unit, house: House, case: CaseRow, message: MessageRow, now: datetime) -> None:
    session = unit.session
    to = reply_recipients(message, session.scalars(select(MailboxRow.address)).all())
    if not to or case.promised_at is None:
        return
    mailbox = session.get_one(MailboxRow, case.mailbox_id)
    try:
        formality = reading_of(session, message.id).style.formality
    except LookupError:  # written a moment ago, and not read yet
        formality = "formal"
    text = tell_delay(
        language=case.language,
        formality=formality,
        name=salutation(message.from_name).by(formality),
        subject=message.subject,
        case_number=case.id,
        promised_at=case.promised_at,
        zone=house.company.zone,
        company=mailbox.brand or house.company.name,
        overrides=house.company.overrides.get("delay"),
        greetings=house.company.overrides.get("acknowledgement"),
    )
    post(unit, house, case, mailbox, message, Letter("delay", _key(case), text.subject, text.text, to))
    record(unit, "delay.told", actor=SYSTEM, now=now, case_id=case.id)


def _key(case: CaseRow) -> str:
    return f"delay:{case.id}"
