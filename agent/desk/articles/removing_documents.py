"""Taking articles and solved cases out of use, and bringing them back.

A document that a person removes is out of every search and draft at once, and kept whole for some weeks. After that
it is gone for good, with all that was said of it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from agent.desk.articles.judging_sources import forget_votes
from agent.desk.audit import by, record
from agent.desk.house import House
from agent.desk.steps.indexing import ask_for_indexing
from agent.errors import Conflict, NotFound
from agent.store.session import Unit
from agent.store.tables import DocumentRow, PersonRow, RemovedDocumentRow

KEPT_FOR = timedelta(days=30)
_INSTANTS = ("created_at", "updated_at", "indexed_at")


def remove(unit: Unit, house: House, *, document_id: str, person: PersonRow) -> RemovedDocumentRow:
    """Take a document out of use. Raises `NotFound`."""
    session, now = unit.session, house.clock()
    row = session.get(DocumentRow, document_id, with_for_update=True)
    if row is None:
        raise NotFound(
            "There is no such article or case.", code="document.unknown", remedy="Look at the list again."
        )
    removed = session.merge(
        RemovedDocumentRow(
            id=row.id,
            title=row.title,
            content=_content(row),
            removed_at=now,
            removed_by_id=person.id,
            unindexed_at=None,
        )
    )
    session.delete(row)
    record(unit, "document.removed", actor=by(person), now=now, subject=f"document:{document_id}")
    ask_for_indexing(unit, house)
    return removed


def bring_back(unit: Unit, house: House, *, document_id: str, person: PersonRow) -> DocumentRow:
    """Undo a removal. Raises `NotFound` when it is too late, `Conflict` when another took the document's id."""
    session, now = unit.session, house.clock()
    removed = session.get(RemovedDocumentRow, document_id, with_for_update=True)
    if removed is None:
        raise NotFound(
            "This document is gone for good.", code="document.gone", remedy="Add it again from its file."
        )
    if session.get(DocumentRow, document_id) is not None:
        raise Conflict(
            "A newer document has the same id.", code="document.exists", remedy="Edit that one, or remove it."
        )
    row = DocumentRow(**removed.content, created_at=now, updated_at=now)
    session.add(row)
    session.delete(removed)
    record(unit, "document.restored", actor=by(person), now=now, subject=f"document:{document_id}")
    ask_for_indexing(unit, house)
    return row


def forget_removed(session: Session, now: datetime) -> None:
    """Delete for good what was removed long ago and has left the index, with what was said of it."""
    old = select(RemovedDocumentRow).where(
        RemovedDocumentRow.removed_at < now - KEPT_FOR, RemovedDocumentRow.unindexed_at.is_not(None)
    )
    for removed in session.scalars(old):
        if session.get(DocumentRow, removed.id) is None:
            forget_votes(session, removed.id)
        session.delete(removed)


def removed_lately(session: Session) -> Sequence[RemovedDocumentRow]:
    """What can still be brought back, newest first."""
    return session.scalars(select(RemovedDocumentRow).order_by(RemovedDocumentRow.removed_at.desc())).all()


def _content(row: DocumentRow) -> dict[str, str]:
    columns = [column.key for column in inspect(DocumentRow).column_attrs]
    return {name: getattr(row, name) for name in columns if name not in _INSTANTS}
