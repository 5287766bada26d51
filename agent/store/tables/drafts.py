"""Drafts with their versions, what people approved, and what went out."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.base import Table


class DraftRow(Table):
    """One version of a reply. An edit or a rewrite makes a new version; nothing is overwritten.

    `text` has the real names restored; `redacted_text` is what the writer wrote. `made` says how the version came
    about (`agent.desk.replies.versions.Made`), `made_from_id` the version that it took the place of, `tone` the tone that was asked for.
    `fell_back` says that the language model was to write it and did not answer. `content_hash` is what an
    approval names. `state`: ready → approved → sent, or superseded, rejected; shadow for one that no agent sees.
    `to` is whom a person chose to write to, empty for the sender of the mail; `cc` who else gets the letter. Both hold
    objects `name`, `email`.
    """

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("case_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))  # the mail it answers
    version: Mapped[int]
    state: Mapped[str] = mapped_column(default="ready")
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    to: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    cc: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    redacted_text: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str]
    sentences: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    checks: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    warnings: Mapped[list[str]] = mapped_column(default=list)
    engine: Mapped[str]  # local | llm | person
    prompt: Mapped[str] = mapped_column(default="")
    model: Mapped[str] = mapped_column(default="")
    tokens_in: Mapped[int] = mapped_column(default=0)
    tokens_out: Mapped[int] = mapped_column(default=0)
    wish: Mapped[str] = mapped_column(Text, default="")
    tone: Mapped[dict[str, Any]] = mapped_column(default=dict)
    made: Mapped[str] = mapped_column(default="")
    made_from_id: Mapped[int | None]
    copy_of: Mapped[int | None]  # the number of the version whose words it has
    fell_back: Mapped[bool] = mapped_column(default=False)
    content_hash: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]


class ApprovalRow(Table):
    """A person's decision that exactly this text may go to exactly these recipients."""

    __tablename__ = "approvals"
    __table_args__ = (Index("ix_approvals_created_at", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    content_hash: Mapped[str]
    created_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    void_reason: Mapped[str] = mapped_column(Text, default="")


class OutboxRow(Table):
    """A mail fixed for sending: its bytes, their hash and its Message-ID never change again.

    `state`: waiting (until `send_after`) → sending → sent | failed | uncertain, or cancelled. When `sending` outlives
    its lease, `handed_over_at` decides: before it, nothing can have left and it waits again; after it, the outcome
    is unknown, and it is looked up in the Sent folder or a person decides.
    `dedupe_key` allows one acknowledgement a case and one mail a draft. `recipients` are all of the envelope, of which
    `cc` stand in the header Cc. A letter that was sent and came back has `returned_at`, for whom it did (`returned_to`)
    and what the other server said.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_sent_at", "sent_at"),
        Index(
            "ix_outbox_work",
            "send_after",
            "id",
            sqlite_where=text("state <> 'cancelled' AND NOT copied_to_sent"),
            postgresql_where=text("state <> 'cancelled' AND NOT copied_to_sent"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(
        ForeignKey("cases.id"), index=True
    )  # a survey may be about none
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id"))
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("drafts.id"))
    approval_id: Mapped[int | None] = mapped_column(ForeignKey("approvals.id"))
    answers_id: Mapped[int | None] = mapped_column(
        ForeignKey("messages.id")
    )  # the customer's newest mail at approval; none for mail of our own accord
    kind: Mapped[str]  # reply | acknowledgement | delay | survey | improvement | summary
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    message_id: Mapped[str] = mapped_column(Text, unique=True)
    sender: Mapped[str]
    recipients: Mapped[list[str]]
    cc: Mapped[list[str]] = mapped_column(default=list)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    content_hash: Mapped[str]
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(default="waiting")
    send_after: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    rung_at: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]
    delivered_to: Mapped[list[str]] = mapped_column(default=list)
    outcome: Mapped[str] = mapped_column(Text, default="")
    copied_to_sent: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    returned_to: Mapped[list[str]] = mapped_column(default=list)
    returned_status: Mapped[str] = mapped_column(
        default=""
    )  # such as 5.1.1 (RFC 3463), empty where it is not said
    returned_words: Mapped[str] = mapped_column(Text, default="")


class OutboxMarkRow(Table):
    """How many letters were ever handed over: one row, which says how new this database is (`agent.store.handovers`)."""

    __tablename__ = "outbox_marks"

    id: Mapped[int] = mapped_column(primary_key=True)
    handed_over: Mapped[int]
