"""Keeping the vector index in step with the documents of the database, which are the only copy that counts."""

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from agent.desk.house import House
from agent.desk.notices import raise_notice, resolve_notice
from agent.desk.values import document_of
from agent.store.session import Unit
from agent.store.tables import DocumentRow, RemovedDocumentRow
from knowledge.search import IndexUnavailable

INDEX = "index"
BATCH = 32


_STALE = or_(DocumentRow.indexed_at.is_(None), DocumentRow.indexed_at < DocumentRow.updated_at)
_STILL_INDEXED = RemovedDocumentRow.unindexed_at.is_(None)


def pending_documents(session: Session) -> int:
    """How many documents are not in the index in their present form, or are still there after their removal."""
    counts = (
        session.scalar(select(func.count()).select_from(table).where(condition))
        for table, condition in ((DocumentRow, _STALE), (RemovedDocumentRow, _STILL_INDEXED))
    )
    return sum(count or 0 for count in counts)


def ask_for_indexing(unit: Unit, house: House) -> None:
    """Have the workers bring the index up to date once the change is committed: it is found within seconds."""
    unit.after_commit(lambda: house.doorbell.ring(INDEX, 0))


def index_pending(house: House) -> int:
    """Forget what was removed, index what is new or changed, in batches; returns how many documents that were.

    Says so where people see it when it cannot.
    """
    done = 0
    try:
        done += _forget_removed(house)
        while batch := _next_batch(house):
            house.understanding.index.put([document_of(row) for row in batch])
            _mark(house, batch)
            done += len(batch)
    except IndexUnavailable:
        with house.store.writing() as unit:
            raise_notice(
                unit,
                "index",
                "The search index does not answer; drafts are written without sources.",
                house.clock(),
            )
        return done
    if done:
        with house.store.writing() as unit:
            resolve_notice(unit, "index", house.clock())
    return done


def rebuild(house: House) -> None:
    """Forget the index and mark every document for indexing. For a lost or doubtful index."""
    house.understanding.index.clear()
    with house.store.writing() as unit:
        unit.session.execute(update(DocumentRow).values(indexed_at=None))


def _forget_removed(house: House) -> int:
    with house.store.reading() as session:
        ids = list(session.scalars(select(RemovedDocumentRow.id).where(_STILL_INDEXED)))
    if not ids:
        return 0
    house.understanding.index.remove(ids)
    with house.store.writing() as unit:
        gone = RemovedDocumentRow.id.in_(ids)
        unit.session.execute(update(RemovedDocumentRow).where(gone).values(unindexed_at=house.clock()))
        # one that was brought back meanwhile may have been taken out with the others: it is put in again
        unit.session.execute(update(DocumentRow).where(DocumentRow.id.in_(ids)).values(indexed_at=None))
    return len(ids)


def _next_batch(house: House) -> list[DocumentRow]:
    with house.store.reading() as session:
        return list(session.scalars(select(DocumentRow).where(_STALE).order_by(DocumentRow.id).limit(BATCH)))


def _mark(house: House, batch: list[DocumentRow]) -> None:
    """Each document as it was read: one that changed meanwhile stays stale and is taken again."""
    with house.store.writing() as unit:
        for row in batch:
            unit.session.execute(
                update(DocumentRow)
                .where(DocumentRow.id == row.id, DocumentRow.updated_at == row.updated_at)
                .values(indexed_at=row.updated_at)
            )
