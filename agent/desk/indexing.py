"""Keeping the vector index in step with the documents of the database, which are the only copy that counts."""

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from agent.desk.house import House
from agent.desk.notices import raise_notice, resolve_notice
from agent.desk.values import document_of
from agent.store.tables import DocumentRow
from knowledge.search import IndexUnavailable

INDEX = "index"
BATCH = 32


def pending_documents(session: Session) -> int:
    """How many documents are not in the index in their present form."""
    stale = or_(DocumentRow.indexed_at.is_(None), DocumentRow.indexed_at < DocumentRow.updated_at)
    return session.scalar(select(func.count()).select_from(DocumentRow).where(stale)) or 0


def index_pending(house: House) -> int:
    """Index what is new or changed, in batches; returns how many. Says so where people see it when it cannot."""
    done = 0
    try:
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


def _next_batch(house: House) -> list[DocumentRow]:
    stale = or_(DocumentRow.indexed_at.is_(None), DocumentRow.indexed_at < DocumentRow.updated_at)
    with house.store.reading() as session:
        return list(session.scalars(select(DocumentRow).where(stale).order_by(DocumentRow.id).limit(BATCH)))


def _mark(house: House, batch: list[DocumentRow]) -> None:
    """Each document as it was read: one that changed meanwhile stays stale and is taken again."""
    with house.store.writing() as unit:
        for row in batch:
            unit.session.execute(
                update(DocumentRow)
                .where(DocumentRow.id == row.id, DocumentRow.updated_at == row.updated_at)
                .values(indexed_at=row.updated_at)
            )
