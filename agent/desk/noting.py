"""Remarks for the team. Customers never see them."""

from agent.desk.audit import by, record
from agent.desk.cases import case_for_change, touch
from agent.desk.house import House
from agent.errors import WrongUse
from agent.store.session import Unit
from agent.store.tables import NoteRow, PersonRow

MAX_NOTE = 20_000  # characters


def add_note(unit: Unit, house: House, *, case_id: int, text: str, person: PersonRow) -> NoteRow:
    """Add a note to a case. Raises `WrongUse` for an empty or endless one."""
    text = text.strip()
    if not text or len(text) > MAX_NOTE:
        raise WrongUse(
            "A note needs between 1 and 20,000 characters.", code="note.length", remedy="Write a shorter one."
        )
    now = house.clock()
    case = case_for_change(unit.session, case_id)
    note = NoteRow(case_id=case.id, person_id=person.id, text=text, created_at=now)
    unit.session.add(note)
    unit.session.flush()
    touch(case, now)
    record(unit, "note.added", actor=by(person), now=now, case_id=case.id, subject=f"note:{note.id}")
    return note
