"""Fixing a mail in its bytes and putting it into the outbox, from where it leaves once."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from agent.desk.house import House
from agent.mail.conversation import new_message_id
from agent.mail.message import Address, OutgoingMail
from agent.mail.reply import render
from agent.store.session import Unit
from agent.store.tables import MailboxRow, OutboxRow

DELIVER = "deliver"
DELIVER_AUTOMATIC = "deliver.automatic"
NO_CASE = 0  # what a Message-ID of mail about no case carries in place of a case number
_RING_AFTER = 0.2  # seconds: the row must be due when the bell is heard


def fix(
    unit: Unit,
    house: House,
    mailbox: MailboxRow,
    mail: OutgoingMail,
    *,
    kind: str,
    dedupe_key: str,
    text: str,
    send_after: datetime | None = None,
    **columns: Any,
) -> OutboxRow:
    """Put `mail` into the outbox; it leaves at `send_after`, else at once. `text` is what the desk shows of it.

    `columns` are further ones of the row: what the mail is about, and who approved it.
    """
    now = house.clock()
    leaves_at = send_after or now
    raw = render(mail)
    row = OutboxRow(
        mailbox_id=mailbox.id,
        kind=kind,
        dedupe_key=dedupe_key,
        message_id=mail.message_id,
        sender=mailbox.address,
        recipients=[address.email for address in (*mail.to, *mail.cc)],
        cc=[address.email for address in mail.cc],
        content=raw,
        content_hash=hashlib.sha256(raw).hexdigest(),
        subject=mail.subject,
        text=text,
        send_after=leaves_at,
        rung_at=leaves_at,
        created_at=now,
        **columns,
    )
    unit.session.add(row)
    unit.session.flush()
    task, outbox_id, wait = delivery_of(row), row.id, (leaves_at - now).total_seconds()
    unit.after_commit(
        lambda: house.doorbell.ring(task, outbox_id, delay_s=wait + _RING_AFTER if wait > 0 else 0.0)
    )
    return row


def delivery_of(row: OutboxRow) -> str:
    """The task that delivers a letter: what a person approved does not queue up behind a morning's acknowledgements."""
    return DELIVER if row.approval_id is not None else DELIVER_AUTOMATIC


def message_id_for(house: House, mailbox: MailboxRow, case_id: int | None = None) -> str:
    """A Message-ID of our own, by which an answer finds its case."""
    domain = mailbox.address.rpartition("@")[2]
    return new_message_id(domain, case_id or NO_CASE, secrets.token_hex(8), house.secret_key)


def may_be_refused(no_more: str) -> tuple[tuple[str, str], ...]:
    """The headers of a mail of our own accord: nothing answers it by itself, and `no_more` is where to refuse more."""
    return (
        ("Auto-Submitted", "auto-generated"),  # RFC 3834: no vacation notice answers it
        ("List-Unsubscribe", f"<{no_more}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),  # RFC 8058
    )


def sender_of(house: House, mailbox: MailboxRow) -> Address:
    return Address(mailbox.brand or house.company.name, mailbox.address)


def first_to_send(mailboxes: Sequence[MailboxRow], language: str = "") -> MailboxRow | None:
    """The mailbox for mail about no case: one that is not paused, of this language where there is one."""
    able = [box for box in mailboxes if not box.paused]
    return next((box for box in able if box.language == language), able[0] if able else None)
