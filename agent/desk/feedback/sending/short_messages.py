"""Requests over SMS, WhatsApp and chat, once each.

What was not handed over, or was refused, is tried again; from `handed_over_at` until the service's answer nobody
knows what became of it: it is *uncertain*, counts as sent and is never repeated. The rules speak again before each
attempt, and the words are written then, so that they are those of the company as it is.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import or_, select

from agent.chat.customer_channels import Fate, Outcome
from agent.desk.audit import SYSTEM, record
from agent.desk.feedback.sending.leaving import look_once_more, may_have_left, was_refused, was_sent
from agent.desk.feedback.sending.letters import Words, short_message, subject_of_survey
from agent.desk.feedback.sending.requests import SEND_SHORT, language_of, mailbox_of, own_texts
from agent.desk.feedback.surveys.links import opt_out_url, survey_url
from agent.desk.house import House
from agent.desk.replies.restoring import count_handover, look_for_restore
from agent.feedback.history import Channel
from agent.feedback.timing.deciding import Ask
from agent.privacy.salutation import salutation
from agent.store.due import is_over
from agent.store.session import Unit, retry_passing
from agent.store.tables import ContactWayRow, CustomerRow, FeedbackMessageRow, FeedbackRequestRow

log = structlog.get_logger()

LEASE = timedelta(minutes=5)  # longer than all of the channel's time-outs together
RETRY_AFTER = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=4))
AT_MOST = 200  # messages rung for at a time
_REFERENCE = "genklang-"
NOBODY_SAID = "It was handed over, but nobody said whether it was taken."


@dataclass(frozen=True, slots=True)
class _Taken:
    """What is needed for sending, read under the lock; `until` identifies our claim."""

    channel: str
    to: str
    text: str
    until: datetime


class _LostClaim(Exception):
    """Our lease ended and the message is somebody else's: do not hand it over."""


def reference_of(message_id: int) -> str:
    """What a service calls the message by when it reports what became of it."""
    return f"{_REFERENCE}{message_id}"


def message_of_reference(reference: str) -> int:
    """The number of the message that a service means; 0, which no message has, for what is no reference of ours."""
    number = reference.strip().removeprefix(_REFERENCE)
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0


def send_short(house: House, message_id: int) -> None:
    """Send one message if it is due and still wanted. Safe to call any number of times."""
    taken = _take(house, message_id)
    if taken is None:
        return
    house.fail_point("short.claimed")
    try:
        _begin_handover(house, message_id, taken)
    except _LostClaim:
        return
    outcome = house.customer_channels.send(taken.channel, taken.to, taken.text, reference_of(message_id))
    house.fail_point("short.answered")
    _settle(house, message_id, outcome, taken)


@retry_passing
def ring_for_messages(house: House) -> None:
    """Ring for every message that is due; those whose worker died wait again, or are uncertain."""
    with house.store.writing() as unit:
        now, row = house.clock(), FeedbackMessageRow
        found = unit.session.scalars(
            select(row)
            .where(
                row.channel != Channel.EMAIL,
                or_(
                    (row.state == "waiting") & (row.send_after <= now),
                    (row.state == "sending") & is_over(row.lease_until, now),
                ),
            )
            .order_by(row.send_after, row.id)
            .limit(AT_MOST)
            .with_for_update(skip_locked=True)
        )
        for message in found:
            if message.state == "sending" and message.handed_over_at is not None:
                message.lease_until, message.outcome = None, NOBODY_SAID
                may_have_left(unit, house, message, now)
                continue
            message.state, message.lease_until = "waiting", None
            message_id = message.id
            unit.after_commit(lambda message_id=message_id: house.doorbell.ring(SEND_SHORT, message_id))  # type: ignore[misc]


@retry_passing
def _take(house: House, message_id: int) -> _Taken | None:
    with house.store.writing() as unit:
        session, now = unit.session, house.clock()
        look_for_restore(unit, house)
        row = session.get(FeedbackMessageRow, message_id, with_for_update=True)
        if row is None or row.channel == Channel.EMAIL or row.state != "waiting" or row.send_after > now:
            return None
        decision = look_once_more(unit, house, row, now)
        if not isinstance(decision, Ask):
            return None
        if decision.when > now:
            row.send_after = decision.when
            return None
        way = session.scalar(
            select(ContactWayRow).where(
                ContactWayRow.customer_id == row.customer_id, ContactWayRow.channel == row.channel
            )
        )
        assert way is not None, "the rules found the channel usable a moment ago"
        row.state, row.lease_until, row.handed_over_at = "sending", now + LEASE, None
        row.attempts += 1
        return _Taken(row.channel, way.address, _text(unit, house, row), row.lease_until)


def _text(unit: Unit, house: House, row: FeedbackMessageRow) -> str:
    session = unit.session
    request = session.get_one(FeedbackRequestRow, row.request_id)
    customer, mailbox = session.get_one(CustomerRow, row.customer_id), mailbox_of(session, request)
    language = request.language or language_of(house, customer, None, mailbox)
    company = (mailbox.brand if mailbox is not None else "") or house.company.name
    texts = own_texts(session, house, request, language)
    name = salutation(customer.name).by("formal" if language == "de" else "informal")
    about = subject_of_survey(texts, request.name, company)
    return short_message(
        texts,
        Words(name=name, company=company, signature=company, subject=about),
        survey=request.survey,
        survey_url=survey_url(house, request.id),
        opt_out_url=opt_out_url(house, request.id),
    )


@retry_passing
def _begin_handover(house: House, message_id: int, taken: _Taken) -> None:
    with house.store.writing() as unit:
        row = unit.session.get_one(
            FeedbackMessageRow, message_id, with_for_update=True, populate_existing=True
        )
        if row.state != "sending" or row.lease_until != taken.until:
            raise _LostClaim
        row.handed_over_at = house.clock()
        count_handover(unit, house)
    house.fail_point("short.handover")


@retry_passing
def _settle(house: House, message_id: int, outcome: Outcome, taken: _Taken) -> None:
    with house.store.writing() as unit:
        now = house.clock()
        row = unit.session.get(FeedbackMessageRow, message_id, with_for_update=True)
        if row is None or row.state != "sending" or row.lease_until != taken.until:
            return
        row.lease_until, row.outcome = None, outcome.words
        if outcome.fate is Fate.NOT_SENT and row.attempts <= len(RETRY_AFTER):
            row.state, row.send_after = "waiting", now + RETRY_AFTER[row.attempts - 1]
            row.handed_over_at = None
            return
        if outcome.fate is Fate.SENT:
            was_sent(unit, house, row, now)
        elif outcome.fate is Fate.UNCERTAIN:
            may_have_left(unit, house, row, now)
        else:
            was_refused(unit, row, now)
            row.outcome = outcome.words
            log.warning("message.failed", message=row.id, channel=row.channel)
        record(
            unit, "feedback.message", actor=SYSTEM, now=now, subject=f"request:{row.request_id}",
            channel=row.channel, state=row.state,
        )  # fmt: skip
