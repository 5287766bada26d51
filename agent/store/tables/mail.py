"""Mailboxes, the raw bytes they gave us, and the messages that were read from them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.base import Table


class MailboxRow(Table):
    """A support address: where its mail is fetched and sent, how far we are, and who is reading it now.

    `last_uid` counts within `uidvalidity`. `lease_owner` holds the poller that may read until `lease_until`.
    Passwords are encrypted with GENKLANG_SECRET_KEY. `signatures` holds language → what stands below each reply, with
    `{name}` for the agent and `{company}`; `reply_language` is the language of all drafts, empty for the customer's.
    """

    __tablename__ = "mailboxes"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(unique=True)
    imap_url: Mapped[str]
    smtp_url: Mapped[str]
    password_encrypted: Mapped[str] = mapped_column(Text)
    folder: Mapped[str] = mapped_column(default="INBOX")
    language: Mapped[str] = mapped_column(default="")
    brand: Mapped[str] = mapped_column(default="")
    signatures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reply_language: Mapped[str] = mapped_column(default="")
    insecure: Mapped[bool] = mapped_column(default=False)
    paused: Mapped[bool] = mapped_column(default=False)
    uidvalidity: Mapped[int | None] = mapped_column(BigInteger)  # unsigned, 32 bits (RFC 9051)
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)
    unfetched: Mapped[list[int]] = mapped_column(
        JSON, default=list
    )  # UIDs that the server refused; asked for again
    lost_uid: Mapped[int | None] = mapped_column(
        BigInteger
    )  # the mail at which the connection broke, and how often
    lost_count: Mapped[int] = mapped_column(default=0)
    rescan_before: Mapped[
        datetime | None
    ]  # UIDVALIDITY changed: mail older than this gets no acknowledgement
    lease_owner: Mapped[str] = mapped_column(default="")
    lease_until: Mapped[datetime | None]
    last_ok_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")
    failing_since: Mapped[datetime | None]
    created_at: Mapped[datetime]


class RawMailRow(Table):
    """The bytes as the server gave them, committed before the server's copy is touched.

    `sha256` finds the same mail again after UIDVALIDITY changed. `message_id` is set once it was read; `problem`
    says why it could not be (quarantine).
    """

    __tablename__ = "raw_mails"
    __table_args__ = (
        Index("ix_raw_mails_place", "mailbox_id", "uidvalidity", "uid"),  # a restored server gives UIDs again
        UniqueConstraint("mailbox_id", "sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id"))
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    uid: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    truncated: Mapped[bool] = mapped_column(default=False)
    internal_date: Mapped[datetime]
    fetched_at: Mapped[datetime]
    flagged: Mapped[bool] = mapped_column(default=False)
    answerable: Mapped[bool] = mapped_column(default=True)  # false for old mail met again in a rescan


class MessageRow(Table):
    """One mail of a conversation, in or out.

    For mail that came in, `step` names what is to be done next (see `agent.desk.steps.pipeline`), empty when all is
    done; `parked` says why it was given up after three tries. The row is the queue: lease, attempts and
    `not_before` live here, and the broker only rings.
    """

    __tablename__ = "messages"
    __table_args__ = (
        Index(
            "ix_messages_work",
            "not_before",
            "id",
            sqlite_where=text("step <> ''"),
            postgresql_where=text("step <> ''"),
        ),
        Index("ix_messages_case_id_id", "case_id", "id"),
        Index("ix_messages_sender", "from_email", "received_at"),
        Index("ix_messages_received_at", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    raw_id: Mapped[int | None] = mapped_column(ForeignKey("raw_mails.id"), unique=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    direction: Mapped[str]  # in | out
    step: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    rung_at: Mapped[datetime | None]  # when a worker was last asked to take this row
    parked: Mapped[str] = mapped_column(Text, default="")
    wish: Mapped[str] = mapped_column(Text, default="")  # what an agent asked for when wanting a rewrite
    tone: Mapped[dict[str, Any]] = mapped_column(default=dict)  # and the tone: `agent.drafting.tone_wish`

    message_id: Mapped[str] = mapped_column(Text, default="", index=True)
    in_reply_to: Mapped[list[str]] = mapped_column(default=list)
    references: Mapped[list[str]] = mapped_column(default=list)
    from_name: Mapped[str] = mapped_column(Text, default="")
    from_email: Mapped[str] = mapped_column(default="")
    reply_to: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    to: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    cc: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    headers: Mapped[dict[str, Any]] = mapped_column(
        default=dict
    )  # those that decide about robots and senders
    subject: Mapped[str] = mapped_column(Text, default="")
    sent_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text, default="")
    safe_html: Mapped[str] = mapped_column(Text, default="", deferred=True)
    new_text: Mapped[str] = mapped_column(Text, default="")
    signature: Mapped[str] = mapped_column(Text, default="")
    quoted: Mapped[str] = mapped_column(Text, default="")
    hidden_text: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str] = mapped_column(default="customer")
    kind_reason: Mapped[str] = mapped_column(Text, default="")
    warnings: Mapped[list[str]] = mapped_column(default=list)

    redacted_subject: Mapped[str | None] = mapped_column(Text)
    redacted_new_text: Mapped[str | None] = mapped_column(Text)
    redacted_text: Mapped[str | None] = mapped_column(Text)
    hidden_count: Mapped[int] = mapped_column(
        default=0
    )  # how many personal details were hidden from the model


class AttachmentRow(Table):
    """A part of a mail that is not the letter. Served under a name of our own, never the sender's path."""

    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    filename: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str]
    size: Mapped[int]
    content_id: Mapped[str] = mapped_column(Text, default="")
    inline: Mapped[bool] = mapped_column(default=False)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class QuarantineRow(Table):
    """A mail that could not become a case, with the reason, kept until a person decides."""

    __tablename__ = "quarantine"

    id: Mapped[int] = mapped_column(primary_key=True)
    raw_id: Mapped[int] = mapped_column(ForeignKey("raw_mails.id"), unique=True)
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
