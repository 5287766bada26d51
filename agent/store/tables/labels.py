"""Labelled history that was imported, and the check of its labels by two people."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.base import Table


class HistoryImportRow(Table):
    """One import of a file of labelled history. Unfinished while `done_at` is empty; what is staged is kept.

    `mapping` is the company's label → the category that it became.
    """

    __tablename__ = "history_imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(Text)  # the file's name, without its folder
    digest: Mapped[str] = mapped_column(index=True)  # SHA-256 of the content and of how it was read
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    actor: Mapped[str]
    rows: Mapped[int] = mapped_column(default=0)
    taken: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class StagedLabelRow(Table):
    """A row of an import that is not finished: redacted, looked at, and not learnt yet.

    `vector` holds 16-bit floats, little-endian; `shares` the share of each category without corrections.
    """

    __tablename__ = "staged_labels"
    __table_args__ = (UniqueConstraint("import_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("history_imports.id", ondelete="CASCADE"))
    number: Mapped[int]
    place: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)
    redacted_text: Mapped[str] = mapped_column(Text)
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    shares: Mapped[dict[str, Any]]


class LabelCheckRow(Table):
    """A label that two people look at independently. `outcome` is empty while it is open.

    `label` is the category before the check, restored when a decision is taken back.
    """

    __tablename__ = "label_checks"
    __table_args__ = (
        Index(
            "ix_label_checks_open",
            "id",
            sqlite_where=text("outcome = ''"),
            postgresql_where=text("outcome = ''"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    correction_id: Mapped[int] = mapped_column(ForeignKey("corrections.id", ondelete="CASCADE"), unique=True)
    cause: Mapped[str]  # sample | doubt | dispute
    label: Mapped[str]
    created_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(default="")  # agreed | decided | dropped
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    settled_at: Mapped[datetime | None]


class LabelVoteRow(Table):
    """What one person took a mail for, without seeing the other's choice. An empty category is a skip."""

    __tablename__ = "label_votes"
    __table_args__ = (UniqueConstraint("check_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("label_checks.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    category: Mapped[str]
    at: Mapped[datetime]
