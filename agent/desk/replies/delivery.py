"""Sending, once.

Before the final dot nothing can have left, so a crash there is repeated without harm. From the moment
`handed_over_at` is committed until the server's answer is, the outcome of a crash is unknown: the letter becomes
*uncertain*, is looked up in the Sent folder by its Message-ID, and is otherwise for a person to decide. It is
never sent again on our own.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from agent.desk.audit import SYSTEM, by, record
from agent.desk.casework.cases import touch
from agent.desk.feedback.loop import improvements
from agent.desk.feedback.loop.improvement_letters import KIND as IMPROVEMENT
from agent.desk.feedback.sending import leaving
from agent.desk.full_disk import there_is_room
from agent.desk.house import House
from agent.desk.notices import raise_notice, resolve_notice
from agent.desk.replies.fixing import delivery_of
from agent.desk.replies.outbox import cancel, mark_sent, notice_key
from agent.desk.replies.restoring import count_handover, look_for_restore
from agent.errors import Conflict, MailServerError, NotFound
from agent.mail.mailbox import SendOutcome, SendState
from agent.store.session import Unit, retry_passing
from agent.store.tables import ApprovalRow, CaseRow, DraftRow, MailboxRow, OutboxRow, PersonRow

log = structlog.get_logger()

LEASE = timedelta(minutes=5)  # longer than all of the transport's time-outs together
GIVE_UP_AFTER = timedelta(days=5)  # RFC 5321, 4.5.4.1
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=4)
COPY_TO_SENT = "copy_to_sent"
LOOK_UP = "look_up"
UNCERTAIN_MAIL = "It is not certain whether a mail that is about no case left."
UNCERTAIN = "It is not certain whether the reply in case {case} left."
UNCERTAIN_OTHER = "It is not certain whether a mail about no case left."
REFUSED_OTHER = "The mail server refused a mail about no case."


@dataclass(frozen=True, slots=True)
class _Taken:
    """What is needed for sending, read under the lock; `until` identifies our claim."""

    mailbox: MailboxRow
    sender: str
    recipients: tuple[str, ...]
    content: bytes
    until: datetime


def deliver(house: House, outbox_id: int) -> None:
    """Send one letter if it is due and still wanted. Safe to call any number of times."""
    taken = _take(house, outbox_id)
    if taken is None:
        return
    house.fail_point("deliver.claimed")
    try:
        outcome = house.sender_of(taken.mailbox).send(
            taken.sender,
            taken.recipients,
            taken.content,
            before_handover=lambda: _begin_handover(house, outbox_id, taken),
        )
    except _LostClaim:
        return
    house.fail_point("deliver.answered")
    _settle(house, outbox_id, outcome)


def look_up(house: House, outbox_id: int) -> None:
    """Find out whether a letter of unknown outcome is in the Sent folder; if it is, it was sent."""
    with house.store.reading() as session:
        row = session.get(OutboxRow, outbox_id)
        if row is None or row.state != "uncertain":
            return
        mailbox, message_id = session.get_one(MailboxRow, row.mailbox_id), row.message_id
    try:
        with house.inbox_of(mailbox) as inbox:
            found = inbox.find_in_sent(message_id)
    except MailServerError:
        return
    if found:
        _record_found(house, outbox_id)


def copy_to_sent(house: House, outbox_id: int) -> None:
    """Put a copy of a sent letter into the mailbox's Sent folder. Its failure never sends anything again."""
    with house.store.reading() as session:
        row = session.get(OutboxRow, outbox_id)
        if row is None or row.state != "sent" or row.copied_to_sent:
            return
        mailbox, content, message_id = (
            session.get_one(MailboxRow, row.mailbox_id),
            row.content,
            row.message_id,
        )
    try:
        with house.inbox_of(mailbox) as inbox:
            if not inbox.find_in_sent(message_id):
                inbox.append_to_sent(content)
    except MailServerError as error:
        log.warning("sent_copy.failed", outbox=outbox_id, error=error.code)
        return
    _record_copy(house, outbox_id)


class _LostClaim(Exception):
    """Our lease ended and somebody else decided about this letter: do not hand it over."""


@retry_passing
def _take(house: House, outbox_id: int) -> _Taken | None:
    with house.store.writing() as unit:
        session, now = unit.session, house.clock()
        look_for_restore(unit, house)
        row = session.get(OutboxRow, outbox_id, with_for_update=True)
        if row is None or row.state != "waiting" or row.send_after > now:
            return None
        if why := _why_not(unit, house, row):
            cancel(unit, house, row, why)
            if row.draft_id is not None:
                session.get_one(DraftRow, row.draft_id).state = "superseded"
            return None
        if row.send_after > now:
            return None
        if row.approval_id is not None:
            approval = session.get_one(ApprovalRow, row.approval_id)
            assert approval.undone_at is None, "a cancelled approval has no waiting letter"
        if hashlib.sha256(row.content).hexdigest() != row.content_hash:
            row.state, row.outcome = "failed", "The stored letter is not the one that was approved."
            raise_notice(unit, notice_key(row), row.outcome, now)
            return None
        row.state = "sending"
        row.attempts += 1
        row.lease_until = now + LEASE
        row.handed_over_at = None
        mailbox = session.get_one(MailboxRow, row.mailbox_id)
        left = tuple(email for email in row.recipients if email not in row.delivered_to)
        return _Taken(mailbox, row.sender, left, row.content, row.lease_until)


def _why_not(unit: Unit, house: House, row: OutboxRow) -> str:
    """Why it must not leave; empty when it may. A request for feedback may be told to wait instead."""
    if row.kind == leaving.KIND:
        return leaving.why_not_now(unit, house, row)
    if row.kind == IMPROVEMENT:
        return improvements.why_not_now(unit.session, row)
    case = unit.session.get(CaseRow, row.case_id) if row.case_id is not None else None
    return "" if case is None else _no_longer_wanted(case, row)


def _no_longer_wanted(case: CaseRow, row: OutboxRow) -> str:
    if row.kind == "reply" and case.latest_in_id is not None and case.latest_in_id != row.answers_id:
        return "the customer wrote again before it left"
    return ""


@retry_passing
def _begin_handover(house: House, outbox_id: int, taken: _Taken) -> None:
    with house.store.writing() as unit:
        row = unit.session.get_one(OutboxRow, outbox_id, with_for_update=True, populate_existing=True)
        if row.state != "sending" or row.lease_until != taken.until:
            raise _LostClaim
        row.handed_over_at = house.clock()
        count_handover(unit, house)
    house.fail_point("deliver.handover")


@retry_passing
def _settle(house: House, outbox_id: int, outcome: SendOutcome) -> None:
    with house.store.writing() as unit:
        now = house.clock()
        row = unit.session.get_one(OutboxRow, outbox_id, with_for_update=True)
        if row.state not in {"sending", "uncertain"}:
            return  # written down already, by an earlier try of this or by a person
        there_is_room(unit, house)
        row.lease_until = None
        row.outcome = outcome.text
        row.delivered_to = [*row.delivered_to, *outcome.accepted]
        if outcome.state is SendState.UNCERTAIN:
            become_uncertain(row)
            unit.after_commit(lambda: house.doorbell.ring(LOOK_UP, outbox_id))
            tell_uncertain(unit, house, row, now)
        elif outcome.state is SendState.ACCEPTED or set(row.delivered_to) >= set(row.recipients):
            mark_sent(unit, house, row)
            unit.after_commit(lambda: house.doorbell.ring(COPY_TO_SENT, outbox_id))
            record(
                unit, "outbox.sent", actor=SYSTEM, now=now, case_id=row.case_id, subject=f"outbox:{row.id}"
            )
        elif _may_be_repeated(outcome) and now - row.created_at < GIVE_UP_AFTER:
            row.state = "waiting"
            row.send_after = now + min(FIRST_WAIT * 2 ** (row.attempts - 1), LONGEST_WAIT)
            row.handed_over_at = row.rung_at = None
        else:
            row.state = "failed"
            if row.kind == leaving.KIND:
                leaving.could_not_leave(unit, row, now)
            else:
                refused = f"The mail server refused the reply in case {row.case_id}."
                told = refused if row.case_id is not None else REFUSED_OTHER
                raise_notice(unit, notice_key(row), told, now)
            record(
                unit, "outbox.failed", actor=SYSTEM, now=now, case_id=row.case_id, subject=f"outbox:{row.id}"
            )


def _refused(row: OutboxRow) -> str:
    if row.case_id is None:
        return "The mail server refused a mail that is about no case."
    return f"The mail server refused the reply in case {row.case_id}."


def _may_be_repeated(outcome: SendOutcome) -> bool:
    """Safe, and of use: nothing was sent yet, or some recipients are to be tried again."""
    return outcome.state in {SendState.NOT_SENT, SendState.REFUSED_FOR_NOW} or bool(outcome.to_retry)


def tell_uncertain(unit: Unit, house: House, row: OutboxRow, now: datetime) -> None:
    """A person decides about a reply; a request for feedback counts as sent, so that nobody is asked twice."""
    if row.kind == leaving.KIND:
        leaving.is_uncertain(unit, house, row, now)
    else:
        told = UNCERTAIN.format(case=row.case_id) if row.case_id is not None else UNCERTAIN_OTHER
        raise_notice(unit, notice_key(row), told, now)


def try_again(unit: Unit, house: House, *, outbox_id: int, person: PersonRow) -> OutboxRow:
    """Send a refused letter once more: the same bytes, to those alone who have not got it.

    Only what the server refused, or never got whole, can be tried again. Raises `Conflict` for any other letter:
    one of unknown outcome may have arrived, and only a person can find out; and for a request for feedback, which the
    rules have decided anew since, maybe over another channel. A letter about no case, such as a report, is like any.
    """
    session, now = unit.session, house.clock()
    row = session.get(OutboxRow, outbox_id, with_for_update=True)
    if row is None:
        raise NotFound("There is no such reply.", code="outbox.unknown", remedy="Look at the case again.")
    if row.kind == leaving.KIND:
        raise Conflict(
            "A request for feedback is not sent again by hand.",
            code="outbox.survey",
            remedy="The rules decide anew whether the customer is asked, when and over which channel.",
        )
    if row.state != "failed":
        raise Conflict(
            "Only a reply that certainly did not leave can be sent again.",
            code="outbox.not_failed",
            remedy="Look at the case again; it may be on its way, or have arrived.",
        )
    if hashlib.sha256(row.content).hexdigest() != row.content_hash:
        raise Conflict(
            "The stored letter is not the one that was approved.",
            code="outbox.altered",
            remedy="Open the draft again and approve it anew.",
        )
    case = session.get(CaseRow, row.case_id) if row.case_id is not None else None
    if case is not None and (why := _no_longer_wanted(case, row)):
        raise Conflict(
            "The customer has written again since this reply.",
            code="draft.outdated",
            remedy=f"Read the new mail: it is not sent, because {why}.",
        )
    row.state, row.send_after = "waiting", now
    row.handed_over_at = row.rung_at = row.lease_until = None
    if case is not None:
        case.draft_state = "leaving"
        touch(case, now)
    resolve_notice(unit, notice_key(row), now)
    record(
        unit, "outbox.tried_again", actor=by(person), now=now, case_id=row.case_id, subject=f"outbox:{row.id}",
        left=len(set(row.recipients) - set(row.delivered_to)),
    )  # fmt: skip
    unit.after_commit(lambda: house.doorbell.ring(delivery_of(row), outbox_id))
    return row


def become_uncertain(row: OutboxRow) -> None:
    row.state = "uncertain"
    row.lease_until = None
    row.outcome = row.outcome or "The connection was lost before the server's answer."


@retry_passing
def _record_found(house: House, outbox_id: int) -> None:
    with house.store.writing() as unit:
        row = unit.session.get_one(OutboxRow, outbox_id, with_for_update=True)
        if row.state == "uncertain":
            row.outcome = "It was found in the Sent folder."
            mark_sent(unit, house, row)
            row.copied_to_sent = True
            record(
                unit,
                "outbox.found",
                actor=SYSTEM,
                now=house.clock(),
                case_id=row.case_id,
                subject=f"outbox:{row.id}",
            )


@retry_passing
def _record_copy(house: House, outbox_id: int) -> None:
    with house.store.writing() as unit:
        unit.session.get_one(OutboxRow, outbox_id, with_for_update=True).copied_to_sent = True
