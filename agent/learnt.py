"""What people corrected, kept in a process' memory in step with the database.

The database remembers words; the vectors by which corrections vote are made here, newest first, a few at a time:
a colleague's correction counts for the next mail, and a large imported history arrives in the background.
"""

from dataclasses import dataclass
from threading import Lock

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.privacy.redaction import recall
from agent.store.session import Store
from agent.store.tables import CaseRow, CorrectionRow
from agent.triage.learning import Correction, CorrectionMemory
from agent.triage.local import LocalTriage
from agent.triage.reading import TriageInput

AT_ONCE = 20
"""Corrections taken in before a mail is read: about a second of work at most."""

_FIELDS = ("category", "subcategory")
_STANDING = (
    CorrectionRow.undone_at.is_(None),
    CorrectionRow.field.in_(_FIELDS),
    CorrectionRow.redacted_text != "",
)


@dataclass(frozen=True, slots=True)
class _Wanted:
    id: str
    text: str
    category: str
    subcategory: str


class LearntCorrections:
    """Keeps `memory` in step. Safe to share between threads."""

    def __init__(self, store: Store, memory: CorrectionMemory, triage: LocalTriage) -> None:
        self._store = store
        self._memory = memory
        self._triage = triage
        self._lock = Lock()
        self._known: set[str] = set()
        self._seen: tuple[int, int] | None = None

    def refresh(self, at_once: int = AT_ONCE) -> bool:
        """Forget what was undone or erased, take in at most `at_once` new ones; whether all are in now."""
        with self._lock:
            with self._store.reading() as session:
                mark = _mark(session)
                if mark == self._seen:
                    return True
                standing = {
                    str(row_id) for row_id in session.scalars(select(CorrectionRow.id).where(*_STANDING))
                }
                newest_first = sorted(map(int, standing - self._known), reverse=True)
                new = _wanted(session, newest_first[:at_once])
            for gone in self._known - standing:
                self._memory.remove(gone)
            self._memory.add(*map(self._correction, new))
            self._known = (self._known & standing) | {wanted.id for wanted in new}
            complete = self._known == standing
            self._seen = mark if complete else None
            return complete

    def _correction(self, wanted: _Wanted) -> Correction:
        words = recall(wanted.text)
        vector = self._triage.vector(TriageInput(subject=recall(""), new_text=words, whole=words))
        return Correction(wanted.id, vector, wanted.category, wanted.subcategory)


def _mark(session: Session) -> tuple[int, int]:
    """Changes whenever a correction comes, is undone or is erased."""
    count, newest = session.execute(select(func.count(), func.max(CorrectionRow.id)).where(*_STANDING)).one()
    return count, newest or 0


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
        wanted.append(_Wanted(str(row.id), row.redacted_text, category, subcategory))
    return wanted
