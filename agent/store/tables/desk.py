"""How people find, sort and bundle cases: words to search in, tags, views of their own, and changes to take back."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.base import Table


class CaseWordsRow(Table):
    """What a case is found by, folded as `agent.store.words` says and parted by spaces.

    `words` holds subject, summary, mails, notes and tags; `customer` name, address and company. The index over it
    is `case_words_fts` (FTS5) on SQLite and the column `found_by` (tsvector, GIN) on PostgreSQL; the database keeps
    both in step with this row by itself.
    """

    __tablename__ = "case_words"

    case_id: Mapped[int] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    customer: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)


class TagRow(Table):
    """A free word for cases. `folded` is unique, so that »VIP« and »vip« are one; `colour` names a token."""

    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(unique=True)
    colour: Mapped[str]
    created_at: Mapped[datetime]


class CaseTagRow(Table):
    """A case has a tag."""

    __tablename__ = "case_tags"
    __table_args__ = (Index("ix_case_tags_tag_id", "tag_id", "case_id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id"), primary_key=True)


class SavedViewRow(Table):
    """A search under a name: its owner's own, or everybody's when a lead shares it."""

    __tablename__ = "saved_views"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str]
    query: Mapped[str] = mapped_column(Text)
    shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]  # kept for a while, so that it can be taken back


class DeskChangeRow(Table):
    """One act of a person on one or many cases, with what each was before, so that one undo takes it all back.

    `cases` holds objects with `id`, the `version` that the act left, and `before`. `detail` says what else moved,
    and under `back` on which page it was done, where whoever takes it back should see the case again.
    """

    __tablename__ = "desk_changes"
    __table_args__ = (Index("ix_desk_changes_person_id", "person_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    act: Mapped[str]  # assign | close | tag | snooze | spam | … | merge | split
    cases: Mapped[list[dict[str, Any]]]
    left_out: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
