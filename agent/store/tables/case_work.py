"""Working on one case: half-written words, files to send, reply templates, checklists, and who is at it now."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.base import Table


class UnsentTextRow(Table):
    """What a person has typed into one form of a case and not sent yet. One row a person, case and form.

    `revision` grows with each save, so that a second window of the same person cannot overwrite newer words.
    A discarded text stays until it is written anew or brought back.
    """

    __tablename__ = "unsent_texts"
    __table_args__ = (UniqueConstraint("case_id", "person_id", "form"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    form: Mapped[str]  # edit | write | rewrite | reject | escalate | note
    draft_id: Mapped[int | None] = mapped_column(
        ForeignKey("drafts.id")
    )  # the version that an edit began from
    subject: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime]
    discarded_at: Mapped[datetime | None]


class OutgoingFileRow(Table):
    """A file that goes out with the case's next reply. `outbox_id` names the letter that it is fixed in.

    Once the letter has left, the file belongs to the sent message and this row is gone.
    """

    __tablename__ = "outgoing_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))
    filename: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str]  # by content, never by name
    size: Mapped[int]
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class ReplyTemplateRow(Table):
    """One version of a reply template; the newest of a slug counts. Versions are added, never changed.

    A company's version of a shipped slug stands in its place. `texts` holds language → text.
    """

    __tablename__ = "reply_templates"
    __table_args__ = (UniqueConstraint("slug", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str]
    version: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    texts: Mapped[dict[str, Any]]
    conditions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    deleted: Mapped[bool] = mapped_column(default=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]


class ChecklistRow(Table):
    """One version of a category's checklist; the newest counts. `items` are objects `id`, `required`, `texts`."""

    __tablename__ = "checklists"
    __table_args__ = (UniqueConstraint("category", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    category: Mapped[str]
    version: Mapped[int]
    items: Mapped[list[dict[str, Any]]]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]


class TickRow(Table):
    """Somebody did one item of a case's checklist. Taking the tick back deletes the row; the audit trail keeps both."""

    __tablename__ = "ticks"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, autoincrement=False)
    item: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class AtWorkRow(Table):
    """Somebody has a case open, reading or writing, until the lease ends unless their page renews it."""

    __tablename__ = "at_work"
    __table_args__ = (Index("ix_at_work_until", "until"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    doing: Mapped[str]  # reading | editing | noting
    until: Mapped[datetime]


class MentionRow(Table):
    """A note names a colleague, who is told until they have seen it."""

    __tablename__ = "mentions"
    __table_args__ = (Index("ix_mentions_person_id", "person_id", "seen_at"),)

    note_id: Mapped[int] = mapped_column(
        ForeignKey("notes.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
