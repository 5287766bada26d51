"""A mail came back: its recipient is not asked over that way again until they write from there."""

import re
from datetime import datetime

from sqlalchemy import select

from agent.desk.feedback.asking.events import wake
from agent.feedback.history import Channel
from agent.store.session import Unit
from agent.store.tables import (
    AttachmentRow,
    ContactWayRow,
    CustomerRow,
    FeedbackMessageRow,
    FeedbackRequestRow,
    MessageRow,
    OutboxRow,
)

_ACTION = re.compile(rb"^Action:\s*(\w+)", re.IGNORECASE | re.MULTILINE)  # RFC 3464, 2.3.3
_HEAD_BYTES = 64_000


def note_bounce(unit: Unit, message: MessageRow, now: datetime) -> None:
    """Write down which customer a delivery report is about. A report of a mere delay says nothing."""
    session = unit.session
    about = session.scalar(select(OutboxRow).where(OutboxRow.message_id.in_(message.in_reply_to)).limit(1))
    if about is None or not _for_good(unit, message):
        return
    for email in about.recipients:
        customer_id = session.scalar(select(CustomerRow.id).where(CustomerRow.email == email))
        if customer_id is not None:
            mark_unreachable(unit, customer_id, now)
    came_back(unit, about.id, now)


def mark_unreachable(unit: Unit, customer_id: int, now: datetime) -> None:
    """Mail to this customer comes back."""
    way = unit.session.scalar(
        select(ContactWayRow).where(
            ContactWayRow.customer_id == customer_id, ContactWayRow.channel == Channel.EMAIL
        )
    )
    if way is None:
        way = ContactWayRow(customer_id=customer_id, channel=str(Channel.EMAIL), created_at=now)
        unit.session.add(way)
    way.bounced_at = now
    unit.session.flush()
    wake(unit, customer_id, now)


def came_back(unit: Unit, outbox_id: int, now: datetime) -> None:
    """If the mail was a request for feedback, it reached nobody: another channel need not wait."""
    sent = unit.session.scalar(select(FeedbackMessageRow).where(FeedbackMessageRow.outbox_id == outbox_id))
    if sent is not None and sent.bounced_at is None:
        sent.bounced_at = now
        request = unit.session.get_one(FeedbackRequestRow, sent.request_id)
        if request.state == "asked":
            request.look_at = now


def _for_good(unit: Unit, message: MessageRow) -> bool:
    """Whether a report says that delivery failed; one without a status part is taken at its word."""
    parts = unit.session.scalars(
        select(AttachmentRow).where(
            AttachmentRow.message_id == message.id, AttachmentRow.content_type == "message/delivery-status"
        )
    )
    said = [action.lower() for part in parts for action in _ACTION.findall(part.content[:_HEAD_BYTES])]
    return not said or b"failed" in said
