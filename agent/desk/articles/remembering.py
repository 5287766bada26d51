"""The company's memory: articles and solved cases in the database, from which the search index is built.

Solved cases hold customers' words and are redacted before they are stored. Articles are the company's own,
published texts, and stay as they are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from agent.desk.articles.judging_sources import forget_votes
from agent.errors import NotFound
from agent.privacy.redaction import Redactor
from agent.store.session import Unit
from agent.store.tables import DocumentRow
from knowledge.search import Document, DocumentKind

_LOOKED_UP_AT_ONCE = 500


@dataclass(slots=True)
class Remembered:
    """How many documents were new, changed, or the same as before."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0


def hide_people(redactor: Redactor, case: Document) -> Document:
    """A solved case with placeholders for personal data, the same ones in question and answer."""
    question = redactor.redact(case.title, language=case.language)
    answer = redactor.redact(case.body, language=case.language, placeholders=question.placeholders)
    return replace(case, title=question.text.shareable(), body=answer.text.shareable())


def add_documents(
    unit: Unit, documents: Iterable[Document], now: datetime, *, origin: str = ""
) -> Remembered:
    """Store documents; one with a known id takes its place. The sweeper has them indexed within seconds."""
    report = Remembered()
    latest = {document.id: document for document in documents}
    ids = list(latest)
    for start in range(0, len(ids), _LOOKED_UP_AT_ONCE):
        batch = ids[start : start + _LOOKED_UP_AT_ONCE]
        known = {
            row.id: row for row in unit.session.scalars(select(DocumentRow).where(DocumentRow.id.in_(batch)))
        }
        for document_id in batch:
            _add(unit, latest[document_id], known.get(document_id), now, origin, report)
    unit.session.flush()
    return report


def _add(
    unit: Unit, document: Document, row: DocumentRow | None, now: datetime, origin: str, report: Remembered
) -> None:
    values = {
        "kind": document.kind.value,
        "language": document.language,
        "title": document.title,
        "body": document.body,
        "category": document.category,
    }
    if row is None:
        unit.session.add(DocumentRow(id=document.id, **values, origin=origin, created_at=now, updated_at=now))
        report.added += 1
    elif any(getattr(row, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(row, name, value)
        row.origin, row.updated_at, row.indexed_at = origin, now, None
        report.updated += 1
    else:
        report.unchanged += 1


def remove_document(unit: Unit, document_id: str) -> None:
    """Forget a document for good, with what was said of it. The caller takes it out of the index too.

    Raises `NotFound`.
    """
    if unit.session.get(DocumentRow, document_id) is None:
        raise NotFound(
            f"There is no article or case {document_id!r}.", remedy="See `genklang knowledge list`."
        )
    forget_votes(unit.session, document_id)
    unit.session.execute(delete(DocumentRow).where(DocumentRow.id == document_id))


def list_documents(session: Session, kind: DocumentKind | None = None) -> Sequence[DocumentRow]:
    """All documents, or those of one kind, by id."""
    wanted = select(DocumentRow).order_by(DocumentRow.kind, DocumentRow.id)
    if kind is not None:
        wanted = wanted.where(DocumentRow.kind == kind.value)
    return session.scalars(wanted).all()
