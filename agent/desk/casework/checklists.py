"""Checklists at work: which one a case has, who ticked what, and how leads change them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.cases.checklist import Item, checked, item_of, shipped
from agent.desk.audit import by, record
from agent.desk.casework.cases import case_for_change, touch
from agent.desk.house import House
from agent.desk.replies.reply_templates import may_edit
from agent.errors import Conflict, NotFound
from agent.store.session import Unit
from agent.store.tables import ChecklistRow, PersonRow, TickRow


def checklist_of(session: Session, category: str) -> tuple[Item, ...]:
    """The company's newest list for the category, else the shipped one; empty where there is none."""
    versions = checklist_versions(session, category, limit=1)
    if versions:
        return tuple(item_of(data) for data in versions[0].items)
    return shipped().get(category, ())


def checklist_versions(session: Session, category: str, *, limit: int = 50) -> Sequence[ChecklistRow]:
    """What the company wrote for a category, newest first."""
    return session.scalars(
        select(ChecklistRow)
        .where(ChecklistRow.category == category)
        .order_by(ChecklistRow.version.desc())
        .limit(limit)
    ).all()


def ticks_of(session: Session, case_id: int) -> Mapping[str, TickRow]:
    """What was done, by item."""
    return {row.item: row for row in session.scalars(select(TickRow).where(TickRow.case_id == case_id))}


def tick(unit: Unit, house: House, *, case_id: int, item: str, done: bool, person: PersonRow) -> None:
    """Say that an item is done, or is not after all. Saying it twice changes nothing. Raises `NotFound`."""
    session, now = unit.session, house.clock()
    case = case_for_change(session, case_id)
    row = session.get(TickRow, (case_id, item))
    if done == (row is not None):
        return
    if row is not None:
        session.delete(row)
    else:
        if item not in {one.id for one in checklist_of(session, case.category)}:
            raise NotFound(
                "This is not on the checklist any more.", code="checklist.item", remedy="Load the page again."
            )
        session.add(TickRow(case_id=case_id, item=item, person_id=person.id, at=now))
    touch(case, now)
    action = "checklist.ticked" if done else "checklist.unticked"
    record(unit, action, actor=by(person), now=now, case_id=case_id, subject=f"item:{item}")


def save_checklist(
    unit: Unit, house: House, *, category: str, items: Sequence[Item], version: int, person: PersonRow
) -> ChecklistRow:
    """Write a new version. `version` is the one that was read, 0 for the shipped one. Raises `Conflict`, `WrongUse`."""
    may_edit(person)
    newest = next((row.version for row in checklist_versions(unit.session, category, limit=1)), 0)
    if version != newest:
        raise Conflict(
            "Somebody has changed this checklist since you opened it.",
            code="checklist.changed",
            remedy="Read the newest version first; what you wrote is kept below.",
        )
    return _add_version(unit, house, category, checked(items), newest + 1, person)


def restore_checklist(
    unit: Unit, house: House, *, category: str, version: int, person: PersonRow
) -> ChecklistRow:
    """Make an older version the newest again; 0 is the shipped one. Raises `NotFound`."""
    may_edit(person)
    versions = checklist_versions(unit.session, category)
    old = next((row for row in versions if row.version == version), None)
    if old is None and version != 0:
        raise NotFound("There is no such version.", code="checklist.version", remedy="Load the page again.")
    items = tuple(item_of(data) for data in old.items) if old else shipped().get(category, ())
    newest = versions[0].version if versions else 0
    return _add_version(unit, house, category, items, newest + 1, person)


def _add_version(
    unit: Unit, house: House, category: str, items: Sequence[Item], version: int, person: PersonRow
) -> ChecklistRow:
    now = house.clock()
    row = ChecklistRow(
        category=category,
        version=version,
        items=[{"id": one.id, "required": one.required, "texts": dict(one.texts)} for one in items],
        person_id=person.id,
        created_at=now,
    )
    unit.session.add(row)
    unit.session.flush()
    subject = f"checklist:{category}"
    record(unit, "checklist.saved", actor=by(person), now=now, subject=subject, version=version)
    return row
