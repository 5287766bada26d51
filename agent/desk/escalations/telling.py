"""Telling colleagues of an escalation, by mail or chat, once each.

A notice names the case, its priority, the cause and the time left, with a link: never a customer, their words or
the reason, which may quote them. What was handed over and got no answer is not repeated, because the next step
follows anyway.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from agent.chat.channel import Notice, Told
from agent.desk.audit import SYSTEM, record
from agent.desk.escalations.escalation_words import notice_of
from agent.desk.house import House
from agent.mail.conversation import new_message_id
from agent.mail.mailbox import SendState
from agent.mail.message import Address, OutgoingMail
from agent.mail.reply import render, to_html
from agent.store.due import is_over
from agent.store.session import Unit, retry_passing
from agent.store.tables import CaseRow, EscalationNoticeRow, EscalationRow, MailboxRow, PersonRow

log = structlog.get_logger()

TELL = "tell"
LEASE = timedelta(minutes=5)  # longer than all of the transport's time-outs together
RETRY_AFTER = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
_NO_CASE = 0  # an answer to a notice, or its bounce, is no mail of the customer's conversation
UNCERTAIN = "It was handed over, but nobody said whether it arrived."


@dataclass(frozen=True, slots=True)
class _Taken:
    way: str
    target: str
    name: str
    notice: Notice
    mailbox: MailboxRow | None
    until: datetime


def tell(house: House, notice_id: int) -> None:
    """Send one notice if it is due and still wanted. Safe to call any number of times."""
    taken = _take(house, notice_id)
    if taken is None:
        return
    house.fail_point("tell.claimed")
    try:
        told = _attempt(house, notice_id, taken)
    except _LostClaim:
        return
    house.fail_point("tell.answered")
    _settle(house, notice_id, told, taken)


class _LostClaim(Exception):
    """Our lease ended and the notice is somebody else's: do not hand it over."""


def _attempt(house: House, notice_id: int, taken: _Taken) -> Told | None:
    """None where it is not known what became of it."""
    if taken.way == "chat":
        _begin_handover(house, notice_id, taken)
        return house.channels.tell(taken.target, taken.notice)
    if taken.mailbox is None:
        return Told(False, "There is no mailbox to send it from.")
    return mail_notice(
        house,
        taken.mailbox,
        Address(taken.name, taken.target),
        taken.notice,
        before_handover=lambda: _begin_handover(house, notice_id, taken),
    )


def mail_notice(
    house: House,
    mailbox: MailboxRow,
    to: Address,
    notice: Notice,
    *,
    before_handover: Callable[[], None] = lambda: None,
) -> Told | None:
    """One attempt to mail a notice to a colleague; None where the outcome is unknown."""
    mail = OutgoingMail(
        message_id=new_message_id(
            mailbox.address.rpartition("@")[2], _NO_CASE, secrets.token_hex(8), house.secret_key
        ),
        sender=Address(mailbox.brand or house.company.name, mailbox.address),
        to=(to,),
        subject=notice.title,
        text=notice.text,
        html=to_html(notice.text),
        date=house.clock().astimezone(house.company.zone),
        automatic=True,
    )
    outcome = house.sender_of(mailbox).send(
        mailbox.address, (to.email,), render(mail), before_handover=before_handover
    )
    if outcome.state is SendState.UNCERTAIN:
        return None
    if outcome.state is SendState.ACCEPTED:
        return Told(True, "The mail server took it.")
    refused = f"The mail server refused it ({outcome.code})." if outcome.code else "It could not be sent."
    return Told(False, refused)


@retry_passing
def _take(house: House, notice_id: int) -> _Taken | None:
    with house.store.writing() as unit:
        session, now = unit.session, house.clock()
        row = session.get(EscalationNoticeRow, notice_id, with_for_update=True)
        if row is None or row.state != "waiting" or row.send_after > now:
            return None
        escalation = session.get_one(EscalationRow, row.escalation_id)
        case = session.get_one(CaseRow, row.case_id)
        if escalation.acknowledged_at is not None or case.state in {"done", "spam"}:
            row.state, row.outcome = "dropped", "Somebody took the case before."
            return None
        row.state = "sending"
        row.attempts += 1
        row.lease_until = now + LEASE
        row.handed_over_at = None
        person = session.get(PersonRow, row.person_id) if row.person_id else None
        language = person.language if person is not None else house.company.language
        return _Taken(
            row.way,
            row.target,
            person.name if person is not None else "",
            notice_of(case, escalation.cause, language=language, now=now, desk_url=house.desk_url),
            _mailbox_for(unit, case),
            row.lease_until,
        )


def _mailbox_for(unit: Unit, case: CaseRow) -> MailboxRow | None:
    """The case's own mailbox, else any that can send."""
    own = unit.session.get(MailboxRow, case.mailbox_id)
    if own is not None and own.password_encrypted:
        return own
    able = select(MailboxRow).where(MailboxRow.password_encrypted != "").order_by(MailboxRow.id)
    return unit.session.scalar(able.limit(1)) or own


@retry_passing
def _begin_handover(house: House, notice_id: int, taken: _Taken) -> None:
    with house.store.writing() as unit:
        row = unit.session.get_one(
            EscalationNoticeRow, notice_id, with_for_update=True, populate_existing=True
        )
        if row.state != "sending" or row.lease_until != taken.until:
            raise _LostClaim
        row.handed_over_at = house.clock()
    house.fail_point("tell.handover")


@retry_passing
def _settle(house: House, notice_id: int, told: Told | None, taken: _Taken) -> None:
    with house.store.writing() as unit:
        now = house.clock()
        row = unit.session.get(EscalationNoticeRow, notice_id, with_for_update=True)
        if row is None or row.state != "sending" or row.lease_until != taken.until:
            return
        row.lease_until = None
        row.outcome = told.outcome if told is not None else UNCERTAIN
        if told is None:
            row.state = "uncertain"
        elif told.sent:
            row.state, row.told_at = "sent", now
        elif row.attempts <= len(RETRY_AFTER):
            row.state, row.send_after = "waiting", now + RETRY_AFTER[row.attempts - 1]
            row.handed_over_at = row.rung_at = None
            return
        else:
            row.state = "failed"
            log.warning("notice.failed", notice=row.id, case=row.case_id, way=row.way)
        record(
            unit, "escalation.told", actor=SYSTEM, now=now, case_id=row.case_id,
            subject=f"escalation:{row.escalation_id}", step=row.step, way=row.way, state=row.state,
        )  # fmt: skip


def take_up_stranded(unit: Unit, now: datetime) -> None:
    """Notices whose worker died: what was not handed over waits again, the rest is uncertain."""
    stranded = select(EscalationNoticeRow).where(
        EscalationNoticeRow.state == "sending",
        is_over(EscalationNoticeRow.lease_until, now),
    )
    for row in unit.session.scalars(stranded.limit(100).with_for_update(skip_locked=True)):
        row.lease_until = row.rung_at = None
        if row.handed_over_at is None:
            row.state = "waiting"
        else:
            row.state, row.outcome = "uncertain", UNCERTAIN
