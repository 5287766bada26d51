"""What people have begun in a case goes over with it when two become one: half-written words, and ticks.

Each has one place a case: where both have something, words are put below each other and a tick counts once. What was
before is written down, so that undo brings it back.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from agent.store.session import Unit
from agent.store.tables import TickRow, UnsentTextRow

_KEPT = ("text", "subject", "draft_id")


def move_work(unit: Unit, *, kept_id: int, other_id: int) -> dict[str, Any]:
    """Move words and ticks of `other_id` over; what `move_work_back` needs to undo it."""
    return {"words": _move_words(unit, kept_id, other_id), "ticks": _move_ticks(unit, kept_id, other_id)}


def move_work_back(unit: Unit, detail: dict[str, Any], *, kept_id: int, other_id: int) -> None:
    """Undo `move_work`. Words that were written on since stay where they are now, and the earlier ones come back."""
    session = unit.session
    words = detail.get("words", {"moved": [], "joined": []})
    for row in session.scalars(
        select(UnsentTextRow).where(UnsentTextRow.id.in_(words["moved"]), UnsentTextRow.case_id == kept_id)
    ):
        row.case_id = other_id
    for joined in words["joined"]:
        kept = session.get(UnsentTextRow, joined["id"])
        if kept is None or kept.revision != joined["revision"]:
            continue
        for name in _KEPT:
            setattr(kept, name, joined["before"][name])
        gone = joined["before"]["discarded_at"]
        kept.discarded_at = datetime.fromisoformat(gone) if gone else None
        kept.revision += 1
    for tick in session.scalars(
        select(TickRow).where(TickRow.case_id == kept_id, TickRow.item.in_(detail.get("ticks", [])))
    ):
        tick.case_id = other_id


def _move_words(unit: Unit, kept_id: int, other_id: int) -> dict[str, Any]:
    session = unit.session
    have = {(row.person_id, row.form): row for row in _words_of(unit, kept_id)}
    moved: list[int] = []
    joined: list[dict[str, Any]] = []
    for row in _words_of(unit, other_id):
        if row.discarded_at is not None:
            continue
        present = have.get((row.person_id, row.form))
        if present is None:
            row.case_id = kept_id
            moved.append(row.id)
            continue
        before = {name: getattr(present, name) for name in _KEPT}
        before["discarded_at"] = present.discarded_at.isoformat() if present.discarded_at else None
        present.text = row.text if present.discarded_at else f"{present.text.rstrip()}\n\n{row.text}"
        present.discarded_at = None
        present.revision += 1  # another window of theirs is told that there are newer words
        joined.append({"id": present.id, "revision": present.revision, "before": before})
    session.flush()
    return {"moved": moved, "joined": joined}


def _words_of(unit: Unit, case_id: int) -> list[UnsentTextRow]:
    rows = select(UnsentTextRow).where(UnsentTextRow.case_id == case_id).order_by(UnsentTextRow.id)
    return list(unit.session.scalars(rows))


def _move_ticks(unit: Unit, kept_id: int, other_id: int) -> list[str]:
    session = unit.session
    have = set(session.scalars(select(TickRow.item).where(TickRow.case_id == kept_id)))
    moved = []
    for tick in session.scalars(select(TickRow).where(TickRow.case_id == other_id)):
        if tick.item not in have:
            tick.case_id = kept_id
            moved.append(tick.item)
    session.flush()
    return sorted(moved)
