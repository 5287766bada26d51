"""Remarks for the team, and who is named in them. Customers never see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from agent.cases.mentions import mentioned, names_of
from agent.desk.audit import by, record
from agent.desk.casework.cases import case_for_change, touch
from agent.desk.house import House
from agent.errors import Conflict, NotFound, WrongUse
from agent.store.session import Unit
from agent.store.tables import CaseRow, MentionRow, NoteRow, PersonRow

MAX_NOTE = 20_000  # characters
EDITABLE = timedelta(minutes=10)  # after that colleagues have read it


@dataclass(frozen=True, slots=True)
class Mention:
    """A note that names somebody, on its case."""

    note: NoteRow
    case: CaseRow
    author: PersonRow
    seen_at: datetime | None


def add_note(unit: Unit, house: House, *, case_id: int, text: str, person: PersonRow) -> NoteRow:
    """Add a note to a case, and tell whom it names. Raises `WrongUse` for an empty or endless one."""
    text = _checked(text)
    now = house.clock()
    case = case_for_change(unit.session, case_id)
    note = NoteRow(case_id=case.id, person_id=person.id, text=text, created_at=now)
    unit.session.add(note)
    unit.session.flush()
    _mention(unit.session, note, now)
    touch(case, now)
    record(unit, "note.added", actor=by(person), now=now, case_id=case.id, subject=f"note:{note.id}")
    return note


def may_edit(note: NoteRow, person_id: int, now: datetime) -> bool:
    """Whether this is the person's own note, young enough to be changed."""
    return note.person_id == person_id and note.deleted_at is None and now - note.created_at < EDITABLE


def edit_note(unit: Unit, house: House, *, note_id: int, text: str, person: PersonRow) -> NoteRow:
    """Change one's own note within ten minutes. Raises `Conflict` after that, `WrongUse` for a bad text."""
    text, now = _checked(text), house.clock()
    note, case = _own(unit.session, note_id, person)
    if not may_edit(note, person.id, now):
        raise Conflict(
            "A note can be changed for ten minutes.",
            code="note.old",
            remedy="Add another note that puts it right.",
        )
    note.text, note.edited_at = text, now
    _mention(unit.session, note, now)
    touch(case, now)
    record(unit, "note.edited", actor=by(person), now=now, case_id=case.id, subject=f"note:{note.id}")
    return note


def delete_note(unit: Unit, house: House, *, note_id: int, person: PersonRow) -> NoteRow:
    """Take one's own note away; `bring_back_note` has it again."""
    note, case = _own(unit.session, note_id, person)
    if note.deleted_at is None:
        now = house.clock()
        note.removed_text, note.text, note.deleted_at = note.text, "", now
        touch(case, now)
        record(unit, "note.deleted", actor=by(person), now=now, case_id=case.id, subject=f"note:{note.id}")
    return note


def bring_back_note(unit: Unit, house: House, *, note_id: int, person: PersonRow) -> NoteRow:
    note, case = _own(unit.session, note_id, person)
    if note.deleted_at is not None:
        now = house.clock()
        note.text, note.removed_text, note.deleted_at = note.removed_text, "", None
        touch(case, now)
        action = "note.brought_back"
        record(unit, action, actor=by(person), now=now, case_id=case.id, subject=f"note:{note.id}")
    return note


def count_mentions(session: Session, person_id: int) -> int:
    """How many notes name this person and were not seen yet."""
    unseen = select(func.count()).select_from(MentionRow).join(NoteRow, NoteRow.id == MentionRow.note_id)
    return (
        session.scalar(
            unseen.where(
                MentionRow.person_id == person_id, MentionRow.seen_at.is_(None), NoteRow.deleted_at.is_(None)
            )
        )
        or 0
    )


def mentions_of(session: Session, person_id: int, *, limit: int = 100) -> Sequence[Mention]:
    """The notes that name this person: unseen ones first, then newest first."""
    rows = session.execute(
        select(NoteRow, CaseRow, PersonRow, MentionRow.seen_at)
        .join(MentionRow, MentionRow.note_id == NoteRow.id)
        .join(CaseRow, CaseRow.id == NoteRow.case_id)
        .join(PersonRow, PersonRow.id == NoteRow.person_id)
        .where(MentionRow.person_id == person_id, NoteRow.deleted_at.is_(None))
        .order_by(MentionRow.seen_at.is_not(None), NoteRow.id.desc())
        .limit(limit)
    ).all()
    return [Mention(*row) for row in rows]


def see_mentions(unit: Unit, house: House, *, person: PersonRow, case_id: int | None = None) -> None:
    """The person has seen the notes that name them: of one case, or all."""
    notes = select(NoteRow.id).where(NoteRow.case_id == case_id) if case_id else select(NoteRow.id)
    unit.session.execute(
        update(MentionRow)
        .where(MentionRow.person_id == person.id, MentionRow.seen_at.is_(None), MentionRow.note_id.in_(notes))
        .values(seen_at=house.clock())
    )


def _mention(session: Session, note: NoteRow, now: datetime) -> None:
    """Tell those whom the note names and who do not know yet; nobody is told of their own."""
    people = session.scalars(select(PersonRow).where(PersonRow.disabled.is_(False))).all()
    named = mentioned(note.text, {one.id: names_of(one.name, one.email) for one in people})
    told = {
        row.person_id: row for row in session.scalars(select(MentionRow).where(MentionRow.note_id == note.id))
    }
    for person_id in sorted(named - told.keys() - {note.person_id}):
        session.add(MentionRow(note_id=note.id, person_id=person_id, created_at=now))
    for person_id in told.keys() - named:
        session.delete(told[person_id])


def _own(session: Session, note_id: int, person: PersonRow) -> tuple[NoteRow, CaseRow]:
    note = session.get(NoteRow, note_id)
    if note is None or note.person_id != person.id:
        raise NotFound(
            "This is not a note of yours.", code="note.unknown", remedy="Only its author changes a note."
        )
    return note, case_for_change(session, note.case_id)


def _checked(text: str) -> str:
    text = text.strip()
    if not text or len(text) > MAX_NOTE:
        raise WrongUse(
            "A note needs between 1 and 20,000 characters.", code="note.length", remedy="Write a shorter one."
        )
    return text
