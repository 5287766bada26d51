"""The library as people see it: articles and solved cases with what came of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Subquery, case, func, or_, select
from sqlalchemy.orm import Session

from agent.store.tables import DocumentRow, SourceVoteRow

PAGE = 50
_MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which documents to list: words that title, text or id must hold, and a kind and language if any."""

    words: str = ""
    kind: str = ""
    language: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document with the number of cases in which it helped, did not help and was quoted, and when that last was."""

    row: DocumentRow
    helped: int
    not_helped: int
    quoted: int
    last_used: datetime | None


@dataclass(frozen=True, slots=True)
class Library:
    """One page of the list, how many documents there are on all pages, and the languages of the library."""

    lines: tuple[DocumentLine, ...]
    count: int
    languages: tuple[str, ...]
    more: bool


def list_library(session: Session, wanted: Wanted) -> Library:
    """The documents that fit, changed last first."""
    conditions = _conditions(wanted)
    verdicts = _verdicts()
    rows = session.execute(
        select(DocumentRow, verdicts.c.helped, verdicts.c.not_helped, verdicts.c.quoted, verdicts.c.last_used)
        .outerjoin(verdicts, verdicts.c.document_id == DocumentRow.id)
        .where(*conditions)
        .order_by(DocumentRow.updated_at.desc(), DocumentRow.id)
        .limit(PAGE + 1)
        .offset(PAGE * (max(1, wanted.page) - 1))
    ).all()
    count = session.scalar(select(func.count()).select_from(DocumentRow).where(*conditions)) or 0
    languages = session.scalars(select(DocumentRow.language).distinct().order_by(DocumentRow.language))
    lines = tuple(
        DocumentLine(row, helped or 0, not_helped or 0, quoted or 0, last_used)
        for row, helped, not_helped, quoted, last_used in rows[:PAGE]
    )
    return Library(lines, count, tuple(filter(None, languages)), more=len(rows) > PAGE)


def titles_of(session: Session, ids: Sequence[str]) -> dict[str, str]:
    """The titles of documents that are still there."""
    rows = session.execute(select(DocumentRow.id, DocumentRow.title).where(DocumentRow.id.in_(ids)))
    return {row.id: row.title for row in rows}


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        or_(
            DocumentRow.title.icontains(word, autoescape=True),
            DocumentRow.body.icontains(word, autoescape=True),
            DocumentRow.id.icontains(word, autoescape=True),
        )
        for word in wanted.words.split()[:_MOST_WORDS]
    ]
    if wanted.kind:
        conditions.append(DocumentRow.kind == wanted.kind)
    if wanted.language:
        conditions.append(DocumentRow.language == wanted.language)
    return conditions


def _verdicts() -> Subquery:
    def cases(verdict: str) -> ColumnElement[int]:
        return func.count(case((SourceVoteRow.verdict == verdict, SourceVoteRow.case_id)).distinct())

    return (
        select(
            SourceVoteRow.document_id,
            cases("helped").label("helped"),
            cases("not_helped").label("not_helped"),
            cases("quoted").label("quoted"),
            func.max(SourceVoteRow.created_at).label("last_used"),
        )
        .group_by(SourceVoteRow.document_id)
        .subquery()
    )
