"""What gateways report of messages beside e-mail: that one was delivered, or that it reached nobody.

A gateway only says that it *took* a message when we hand it over. Whether the phone got it comes minutes later, over
HTTP, signed with a secret that both sides know (docs/feedback.md). Reports come late, twice and in any order, so that
each may be taken any number of times.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from sqlalchemy import select

from agent.desk.audit import record
from agent.desk.feedback.asking.events import wake
from agent.desk.feedback.sending.leaving import was_sent
from agent.desk.feedback.sending.short_messages import message_of_reference
from agent.desk.feedback.webhooks.calls import signature
from agent.desk.house import House
from agent.errors import GenklangError, NotAllowed
from agent.feedback.history import Channel
from agent.store.session import Unit
from agent.store.tables import ContactWayRow, FeedbackMessageRow, FeedbackRequestRow

log = structlog.get_logger()

GATEWAY = "gateway"
"""Who acts, in the audit trail."""

SIGNATURE_HOLDS = timedelta(minutes=5)
NEWEST_WITHIN = timedelta(days=7)  # providers give up long before: an older message is not the one they mean


class Why(StrEnum):
    """Why a message reached nobody, as far as the gateway tells."""

    UNKNOWN_ADDRESS = "unknown_address"
    BLOCKED = "blocked"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    OTHER = "other"


WORDS = {
    Why.UNKNOWN_ADDRESS: "The service reports that this address does not exist.",
    Why.BLOCKED: "The service reports that the recipient takes no messages from us.",
    Why.UNREACHABLE: "The service reports that the recipient could not be reached in time.",
    Why.REFUSED: "The service reports that the network refused it.",
    Why.OTHER: "The service reports that it did not arrive.",
}
"""For people; fixed, since what a gateway writes itself may hold the customer's number."""

_FOR_GOOD = frozenset({Why.UNKNOWN_ADDRESS, Why.BLOCKED})
"""After these nothing is sent to the address any more, until somebody writes down another one."""

_REPORTED_ON = frozenset({"sending", "sent", "uncertain"})


class Became(StrEnum):
    """What a report led to."""

    NOTED = "noted"
    KNOWN = "known"  # it says nothing that was not known, or comes too late to matter
    UNKNOWN = "unknown"  # no message of ours is meant


@dataclass(frozen=True, slots=True)
class Report:
    """One message by our `reference`, else the newest one over `channel` to the address `to`."""

    delivered: bool
    reference: str = ""
    channel: str = ""
    to: str = ""
    at: datetime | None = None
    why: Why = Why.OTHER


class ReportsNotSetUp(GenklangError):
    """Without a shared secret no report can be believed; HTTP 503."""

    def __init__(self) -> None:
        super().__init__(
            "This installation takes no delivery reports.",
            code="delivery_reports.off",
            remedy="Set GENKLANG_DELIVERY_REPORTS_SECRET here, and the same secret at the gateway.",
        )


def check_signature(secret: str, header: str, body: bytes, now: datetime) -> None:
    """That whoever sent `body` knows the secret and did so within five minutes.

    The same form as on our webhooks: `t=<seconds>,v1=<hex>`. Raises `ReportsNotSetUp` and `NotAllowed`.
    """
    if not secret:
        raise ReportsNotSetUp
    told = dict(part.strip().partition("=")[::2] for part in header.split(","))
    seconds = told.get("t", "")
    if seconds.isascii() and seconds.isdecimal() and len(seconds) < 12:
        at = datetime.fromtimestamp(int(seconds), now.tzinfo)
        wanted = signature(secret, body, at)
        if hmac.compare_digest(wanted.encode(), header.replace(" ", "").encode()):
            if abs(now - at) <= SIGNATURE_HOLDS:
                return
            raise NotAllowed(
                "The signature is older than five minutes.",
                code="delivery_reports.old",
                remedy="Sign each report when it is sent, and set the gateway's clock.",
            )
    raise NotAllowed(
        "The report is not signed with the secret that was agreed.",
        code="delivery_reports.signature",
        remedy="Send “Genklang-Signature: t=<seconds>,v1=<hex>” as docs/feedback.md describes it.",
    )


def take_report(unit: Unit, house: House, report: Report) -> Became:
    """Write down what became of a message. One that reached nobody leads to the next channel at once."""
    now = house.clock()
    message = _meant(unit, report, now)
    if message is None:
        return Became.UNKNOWN
    at = min(report.at or now, now)
    noted = (
        _delivered(unit, house, message, at) if report.delivered else _failed(unit, message, report.why, at)
    )
    if not noted:
        return Became.KNOWN
    wake(unit, message.customer_id, now)
    record(
        unit, "feedback.delivery", actor=GATEWAY, now=now, subject=f"request:{message.request_id}",
        channel=message.channel, state="delivered" if report.delivered else str(report.why),
    )  # fmt: skip
    log.info("message.reported", message=message.id, channel=message.channel, delivered=report.delivered)
    return Became.NOTED


def _delivered(unit: Unit, house: House, message: FeedbackMessageRow, at: datetime) -> bool:
    """It arrived, whatever was believed before: a retry that waits is not sent."""
    if message.delivered_at is not None or message.state == "dropped" or not message.attempts:
        return False
    if message.state != "sent":
        was_sent(unit, house, message, message.handed_over_at or at)
    message.delivered_at, message.bounced_at, message.outcome = at, None, ""
    message.lease_until = None
    way = _way(unit, message)
    if way is not None:
        way.bounced_at = None
    return True


def _failed(unit: Unit, message: FeedbackMessageRow, why: Why, at: datetime) -> bool:
    """It reached nobody: another channel need not wait."""
    if message.state not in _REPORTED_ON or message.delivered_at or message.bounced_at:
        return False
    message.state, message.lease_until = "sent", None
    message.sent_at = message.sent_at or message.handed_over_at or at
    message.bounced_at, message.outcome = at, WORDS[why]
    request = unit.session.get_one(FeedbackRequestRow, message.request_id)
    if request.state == "asked":
        request.look_at = at
    way = _way(unit, message)
    if why in _FOR_GOOD and way is not None:
        way.bounced_at = at
    return True


def _meant(unit: Unit, report: Report, now: datetime) -> FeedbackMessageRow | None:
    """The message that a report is about, locked; never a letter, of whose fate mail servers tell."""
    row = FeedbackMessageRow
    query = select(row).where(row.channel != Channel.EMAIL).with_for_update()
    if report.reference:
        return unit.session.scalar(query.where(row.id == message_of_reference(report.reference)))
    address = _address(report.channel, report.to)
    whose = select(ContactWayRow.customer_id).where(
        ContactWayRow.channel == report.channel, ContactWayRow.address == address
    )
    return unit.session.scalar(
        query.where(
            row.channel == report.channel,
            row.customer_id.in_(whose),
            row.handed_over_at > now - NEWEST_WITHIN,
        )
        .order_by(row.handed_over_at.desc(), row.id.desc())
        .limit(1)
    )


def _address(channel: str, told: str) -> str:
    """Gateways write numbers as `+45…`, `45…` or `whatsapp:+45…`; they are kept as `+45…`."""
    if channel == Channel.CHAT:
        return told.strip()
    digits = "".join(sign for sign in told if sign.isascii() and sign.isdecimal())
    return f"+{digits.removeprefix('00')}"


def _way(unit: Unit, message: FeedbackMessageRow) -> ContactWayRow | None:
    return unit.session.scalar(
        select(ContactWayRow).where(
            ContactWayRow.customer_id == message.customer_id, ContactWayRow.channel == message.channel
        )
    )
