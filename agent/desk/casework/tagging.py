"""Free words on cases. One word has one spelling; leads rename, recolour and join them."""

from datetime import datetime

from sqlalchemy import func, select

from agent.desk.audit import by, record
from agent.desk.house import House
from agent.errors import NotFound, WrongUse
from agent.store.session import Unit
from agent.store.tables import CaseRow, CaseTagRow, PersonRow, TagRow
from agent.store.words import fold, write_words

LONGEST = 40  # characters
COLOURS = ("accent", "series-2", "series-3", "ok", "warn", "danger", "ink")
"""Tokens of the desk's colours."""


def tag_called(unit: Unit, name: str, now: datetime) -> TagRow:
    """The tag of this name, made where there is none. Raises `WrongUse` for a name that cannot be one."""
    name, folded = _checked(name)
    row = unit.session.scalar(select(TagRow).where(TagRow.folded == folded))
    if row is None:
        count = unit.session.scalar(select(func.count()).select_from(TagRow)) or 0
        row = TagRow(name=name, folded=folded, colour=COLOURS[count % len(COLOURS)], created_at=now)
        unit.session.add(row)
        unit.session.flush()
    return row


def add_tag(unit: Unit, case: CaseRow, tag: TagRow) -> None:
    if unit.session.get(CaseTagRow, (case.id, tag.id)) is None:
        unit.session.add(CaseTagRow(case_id=case.id, tag_id=tag.id))


def remove_tag(unit: Unit, case: CaseRow, tag_id: int) -> None:
    if (row := unit.session.get(CaseTagRow, (case.id, tag_id))) is not None:
        unit.session.delete(row)


def change_tag(unit: Unit, house: House, *, tag_id: int, name: str, colour: str, person: PersonRow) -> TagRow:
    """A lead renames or recolours a tag; the name of another one joins the two. Gives the tag that is left."""
    if person.role == "agent":
        raise WrongUse(
            "Only leads change tags for everybody.", code="tag.role", remedy="Ask a lead to do it."
        )
    row = unit.session.get(TagRow, tag_id, with_for_update=True)
    if row is None:
        raise NotFound("There is no such tag.", code="tag.unknown", remedy="Look at the list of tags again.")
    name, folded = _checked(name)
    if colour not in COLOURS:
        raise WrongUse(
            "This is not a colour of the desk.", code="tag.colour", remedy="Choose one of the list."
        )
    now = house.clock()
    other = unit.session.scalar(select(TagRow).where(TagRow.folded == folded, TagRow.id != row.id))
    if other is not None:
        _join(unit, row, other)
        record(unit, "tag.joined", actor=by(person), now=now, subject=f"tag:{other.id}", joined=tag_id)
        return other
    row.name, row.folded, row.colour = name, folded, colour
    record(unit, "tag.changed", actor=by(person), now=now, subject=f"tag:{row.id}")
    return row


def _join(unit: Unit, row: TagRow, other: TagRow) -> None:
    cases = list(unit.session.scalars(select(CaseTagRow.case_id).where(CaseTagRow.tag_id == row.id)))
    have = set(unit.session.scalars(select(CaseTagRow.case_id).where(CaseTagRow.tag_id == other.id)))
    for link in unit.session.scalars(select(CaseTagRow).where(CaseTagRow.tag_id == row.id)).all():
        unit.session.delete(link)
    unit.session.add_all(CaseTagRow(case_id=one, tag_id=other.id) for one in cases if one not in have)
    unit.session.flush()
    unit.session.delete(row)
    unit.session.flush()
    write_words(unit.session, cases)


def _checked(name: str) -> tuple[str, str]:
    name = " ".join(name.replace('"', " ").split())
    if not name or len(name) > LONGEST or not fold(name).strip():
        raise WrongUse(
            f"A tag needs between 1 and {LONGEST} characters.",
            code="tag.length",
            remedy="Write a shorter one.",
        )
    return name, fold(name)
