"""The people who work at the desk, how they are signed in, and what was done by whom."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.base import Table


class PersonRow(Table):
    """An agent, a lead or an admin."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(Text, default="")
    role: Mapped[str]  # agent | lead | admin
    password_hash: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(default="en")
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)  # theme, keyboard off, …
    disabled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class SignInRow(Table):
    """A browser session. Only the hash of its token is kept; sign-out and demotion delete the row."""

    __tablename__ = "sign_ins"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class SignInAttemptRow(Table):
    """A failed sign-in, counted per address and per origin to slow guessing down."""

    __tablename__ = "sign_in_attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]


class ApiTokenRow(Table):
    """A bearer token for machines. Shown once; only its hash is kept."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    scope: Mapped[str] = mapped_column(default="write")  # read | write
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class AuditRow(Table):
    """Who did what, when. Each row's hash covers the row before, so that a change or a gap shows."""

    __tablename__ = "audit_events"
    __table_args__ = (
        Index("ix_audit_events_actor", "actor", "id"),
        Index("ix_audit_events_action", "action", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]  # "person:3", "system", "token:2"
    action: Mapped[str]  # "draft.approved", …
    case_id: Mapped[int | None] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(default="")  # "draft:12"
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)  # ids and figures, never a customer's words
    previous_hash: Mapped[str]
    hash: Mapped[str]


class NoticeRow(Table):
    """Something people must know: a mailbox that does not answer, a mail given up. One open row a key."""

    __tablename__ = "notices"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(index=True)
    level: Mapped[str]  # problem | warning
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]


class HeartbeatRow(Table):
    """When each process was last alive, so that the desk can say what stands still."""

    __tablename__ = "heartbeats"

    process: Mapped[str] = mapped_column(primary_key=True)  # poll | worker | schedule
    at: Mapped[datetime]
