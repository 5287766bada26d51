"""What people said of sources, what no source was found for, and documents that may be brought back."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from agent.store.base import Table


class SourceVoteRow(Table):
    """Whether a document helped in a case: said by a person, or shown by a sent reply that quotes it.

    `document_id` outlives the document for as long as a removal can be undone. `category` is the case's at the time.
    """

    __tablename__ = "source_votes"
    __table_args__ = (Index("ix_source_votes_document", "document_id", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # none for a reply that quotes it
    verdict: Mapped[str]  # helped | not_helped | quoted
    category: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]


class RemovedDocumentRow(Table):
    """A document out of use, kept whole for some weeks so that its removal can be undone.

    `content` holds the columns of its row; `unindexed_at` is when the search index forgot it.
    """

    __tablename__ = "removed_documents"

    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any]]
    removed_at: Mapped[datetime]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    unindexed_at: Mapped[datetime | None]


class GapRow(Table):
    """A customer's mail for which nothing good was found: what an article could be written about.

    `question` is redacted; `vector` (16-bit floats, little-endian) is what mails are compared by, free of language.
    `nearest_id` is the best of what was found, empty where nothing was.
    """

    __tablename__ = "gaps"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    language: Mapped[str]
    question: Mapped[str] = mapped_column(Text)
    nearest_id: Mapped[str] = mapped_column(default="")
    nearest_score: Mapped[float] = mapped_column(default=0.0)
    vector: Mapped[bytes] = mapped_column(LargeBinary)
