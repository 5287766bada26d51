"""What was learnt from people's edits: edits to learn from, memories, where each was seen, and what people changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.base import Table


class EditRow(Table):
    """A sent reply that a person changed: what waits to be learnt from, and what was.

    `written_id` is the writer's draft that it began as. `learnt_at` is empty until it was looked at; after three
    failed attempts it is given up.
    """

    __tablename__ = "edits"
    __table_args__ = (
        Index(
            "ix_edits_waiting",
            "rung_at",
            sqlite_where=text("learnt_at IS NULL"),
            postgresql_where=text("learnt_at IS NULL"),
        ),
    )

    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id"), primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    written_id: Mapped[int] = mapped_column(ForeignKey("drafts.id"))
    attempts: Mapped[int] = mapped_column(default=0)
    rung_at: Mapped[datetime | None]
    learnt_at: Mapped[datetime | None]


class MemoryRow(Table):
    """Something learnt, in words without personal data. See `agent.memories.memory` for the fields.

    `scope_key` is the customer's address, their company or the category; empty for `all`. `settled` says that a
    person chose the state or the scope, which evidence then no longer moves. `replaced_by_id` is the newer memory
    that contradicts it.
    """

    __tablename__ = "memories"
    __table_args__ = (Index("ix_memories_use", "language", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # fact | preference | procedure
    topic: Mapped[str]  # sentence | greeting | sign_off | address | phrase | length
    language: Mapped[str]
    before: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[str] = mapped_column(Text, default="")
    about: Mapped[str] = mapped_column(Text, default="")
    manner: Mapped[str] = mapped_column(default="")
    tied: Mapped[bool] = mapped_column(default=False)
    scope: Mapped[str]  # customer | company | category | all
    scope_key: Mapped[str] = mapped_column(default="")
    state: Mapped[str]  # proposed | active | retired
    settled: Mapped[bool] = mapped_column(default=False)
    replaced_by_id: Mapped[int | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class MemorySightRow(Table):
    """One edit in which a memory was seen: the evidence, redacted."""

    __tablename__ = "memory_sights"

    memory_id: Mapped[int] = mapped_column(ForeignKey("memories.id"), primary_key=True, autoincrement=False)
    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id"), primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    before: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[str] = mapped_column(Text, default="")
    about: Mapped[str] = mapped_column(Text, default="")
    seen_at: Mapped[datetime]


class MemoryChangeRow(Table):
    """What a person changed about a memory, with the fields as they were, so that it can be taken back."""

    __tablename__ = "memory_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    memory_id: Mapped[int] = mapped_column(ForeignKey("memories.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # None: at the command line
    action: Mapped[str]  # confirmed | edited | retired
    before: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
