"""What people corrected, and how solved cases were sorted, kept in a process' memory in step with the database.

The database remembers words; the vectors by which corrections vote are made here, newest first, a few at a time:
a colleague's correction counts for the next mail, and a large imported history arrives in the background.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.privacy.redaction import recall
from agent.store.session import Store
from agent.store.tables import CaseRow, CorrectionRow, DocumentRow
from agent.triage.learning import Correction, CorrectionMemory
from agent.triage.local import LocalTriage
from agent.triage.reading import TriageInput
from knowledge.search import DocumentKind

VectorOf = Callable[[str, str], NDArray[np.float32]]
"""The vector of a redacted text in a language, as corrections are compared by."""

MOST_PRECEDENTS = 2_000

AT_ONCE = 20
"""Corrections taken in before a mail is read: about a second of work at most."""

_FIELDS = ("category", "subcategory")
_STANDING = (
    CorrectionRow.undone_at.is_(None),
    CorrectionRow.field.in_(_FIELDS),
    CorrectionRow.redacted_text != "",
    CorrectionRow.weight > 0,
)


_SORTED_CASE = (DocumentRow.kind == DocumentKind.CASE, DocumentRow.category != "")
_PRECEDENTS_MARK = select(func.count(), func.max(DocumentRow.updated_at)).where(*_SORTED_CASE)
_PRECEDENTS = (
    select(DocumentRow.id, DocumentRow.updated_at)
    .where(*_SORTED_CASE)
    .order_by(DocumentRow.updated_at.desc(), DocumentRow.id)
    .limit(MOST_PRECEDENTS)
)


@dataclass(frozen=True, slots=True)
class _Wanted:
    id: str
    text: str
    category: str
    subcategory: str
    weight: float
    changed_at: datetime | None


class LearntCorrections:
    """Keeps `memory` in step. Safe to share between threads."""

    def __init__(self, store: Store, memory: CorrectionMemory, triage: LocalTriage) -> None:
        self._store = store
        self._memory = memory
        self._triage = triage
        self._lock = Lock()
        self._known: dict[str, datetime | None] = {}
        self._seen: tuple[int, int, datetime | None] | None = None

    def refresh(self, at_once: int = AT_ONCE) -> bool:
        """Forget what was undone or erased, take in at most `at_once` new or changed ones; whether all are in now."""
        with self._lock:
            with self._store.reading() as session:
                mark = _mark(session)
                if mark == self._seen:
                    return True
                rows = session.execute(select(CorrectionRow.id, CorrectionRow.changed_at).where(*_STANDING))
                standing = {str(row.id): row.changed_at for row in rows}
                new_ids = [int(row_id) for row_id, _ in standing.items() - self._known.items()]
                new = _wanted(session, sorted(new_ids, reverse=True)[:at_once])
            for gone in self._known.keys() - standing.keys():
                self._memory.remove(gone)
            self._memory.add(*map(self._correction, new))
            self._known = {row_id: when for row_id, when in self._known.items() if row_id in standing} | {
                wanted.id: wanted.changed_at for wanted in new
            }
            complete = self._known == standing
            if complete:
                self._memory.refit()
            self._seen = mark if complete else None
            return complete

    def _correction(self, wanted: _Wanted) -> Correction:
        words = recall(wanted.text)
        vector, known = self._triage.example(TriageInput(subject=recall(""), new_text=words, whole=words))
        return Correction(wanted.id, vector, wanted.category, wanted.subcategory, known, wanted.weight)


class SolvedCases:
    """The newest solved cases with a category, as precedents for sorting. Safe to share between threads.

    Their vectors lie on disk from one start to the next, so that only new ones are made.
    """

    def __init__(self, store: Store, memory: CorrectionMemory, vector_of: VectorOf) -> None:
        self._store = store
        self._memory = memory
        self._vector_of = vector_of
        self._lock = Lock()
        self._known: dict[str, datetime] = {}
        self._seen: tuple[int, datetime | None] | None = None

    def refresh(self, at_once: int = AT_ONCE) -> bool:
        """Forget what was removed, take in at most `at_once` new or changed ones; whether all are in now."""
        with self._lock:
            with self._store.reading() as session:
                count, changed_last = session.execute(_PRECEDENTS_MARK).one()
                mark = (count, changed_last)
                if mark == self._seen:
                    return True
                rows = session.execute(_PRECEDENTS).all()
                wanted: dict[str, datetime] = {row.id: row.updated_at for row in rows}
                new = [row_id for row_id, changed in wanted.items() if self._known.get(row_id) != changed]
                documents = session.scalars(
                    select(DocumentRow).where(DocumentRow.id.in_(new[:at_once]))
                ).all()
            for gone in self._known.keys() - wanted.keys():
                self._memory.remove(gone)
            self._memory.add(
                *(
                    Correction(row.id, self._vector_of(row.title, row.language), row.category)
                    for row in documents
                )
            )
            self._known = {row_id: changed for row_id, changed in self._known.items() if row_id in wanted} | {
                row.id: row.updated_at for row in documents
            }
            self._seen = mark if self._known == wanted else None
            return self._seen is not None


def _mark(session: Session) -> tuple[int, int, datetime | None]:
    """Changes whenever a correction comes, is undone, erased, or changed by a check of its label."""
    figures = select(func.count(), func.max(CorrectionRow.id), func.max(CorrectionRow.changed_at))
    count, newest, changed_last = session.execute(figures.where(*_STANDING)).one()
    return count, newest or 0, changed_last


def _wanted(session: Session, ids: list[int]) -> list[_Wanted]:
    rows = session.execute(
        select(CorrectionRow, CaseRow)
        .outerjoin(CaseRow, CaseRow.id == CorrectionRow.case_id)
        .where(CorrectionRow.id.in_(ids))
    )
    wanted = []
    for row, case in rows:
        category = row.after if row.field == "category" or case is None else case.category
        subcategory = case.subcategory if case is not None and case.category == category else ""
        wanted.append(
            _Wanted(str(row.id), row.redacted_text, category, subcategory, row.weight, row.changed_at)
        )
    return wanted
