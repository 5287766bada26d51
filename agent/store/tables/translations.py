"""Mails and drafts in the language of whoever reads them at the desk."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.base import Table


class TranslationRow(Table):
    """A machine's translation of one mail or one draft, made when somebody asks for it and kept for all who read it.

    `state`: waiting → working → ready | failed; the row is the queue, as elsewhere. `text` has the real names restored.
    `problem` says why it failed.
    """

    __tablename__ = "translations"
    __table_args__ = (
        UniqueConstraint("message_id", "language"),
        UniqueConstraint("draft_id", "language"),
        CheckConstraint("(message_id IS NULL) <> (draft_id IS NULL)", name="translations_of_one"),
        Index(
            "ix_translations_work",
            "id",
            sqlite_where=text("state IN ('waiting', 'working')"),
            postgresql_where=text("state IN ('waiting', 'working')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("drafts.id"))
    language: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
    text: Mapped[str] = mapped_column(Text, default="")
    model: Mapped[str] = mapped_column(default="")
    prompt: Mapped[str] = mapped_column(default="")
    tokens_in: Mapped[int] = mapped_column(default=0)
    tokens_out: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(Text, default="")
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    rung_at: Mapped[datetime | None]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
