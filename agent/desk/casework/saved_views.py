"""Searches under a name, in the sidebar: one's own, or everybody's when a lead shares them."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from agent.cases.query import parse
from agent.desk.audit import by, record
from agent.desk.house import House
from agent.errors import NotFound, WrongUse
from agent.store.session import Unit
from agent.store.tables import PersonRow, SavedViewRow

LONGEST = 60  # characters of a name
MOST = 30  # views a person: each is counted on every page
KEPT_DELETED = timedelta(days=1)


def save_view(
    unit: Unit, house: House, *, name: str, query: str, shared: bool, person: PersonRow
) -> SavedViewRow:
    """Keep a search. Raises `WrongUse` for a name that is none or a search that finds nothing by its form."""
    name = _checked(name)
    wanted = parse(query)
    if not wanted or wanted.problems:
        raise WrongUse(
            "This search cannot be kept.", code="view.query", remedy="Correct the search first, then save it."
        )
    _check_sharing(shared, person)
    own = select(SavedViewRow.id).where(SavedViewRow.owner_id == person.id, SavedViewRow.deleted_at.is_(None))
    if len(unit.session.scalars(own).all()) >= MOST:
        raise WrongUse(
            f"You have {MOST} views.", code="view.many", remedy="Delete one that you no longer use."
        )
    now = house.clock()
    row = SavedViewRow(owner_id=person.id, name=name, query=str(wanted), shared=shared, created_at=now)
    unit.session.add(row)
    unit.session.flush()
    record(unit, "view.saved", actor=by(person), now=now, subject=f"view:{row.id}", shared=shared)
    return row


def change_view(
    unit: Unit, house: House, *, view_id: int, name: str, shared: bool, person: PersonRow
) -> SavedViewRow:
    """Rename a view, share it or keep it to oneself. Raises `NotFound` for another's."""
    row = _changeable(unit, view_id, person)
    if shared != row.shared:
        _check_sharing(True, person)
    row.name, row.shared = _checked(name), shared
    record(unit, "view.changed", actor=by(person), now=house.clock(), subject=f"view:{row.id}", shared=shared)
    return row


def delete_view(unit: Unit, house: House, *, view_id: int, person: PersonRow) -> SavedViewRow:
    """Take a view out of the sidebar. It can be brought back for a day."""
    row = _changeable(unit, view_id, person)
    now = house.clock()
    row.deleted_at = now
    record(unit, "view.deleted", actor=by(person), now=now, subject=f"view:{row.id}")
    return row


def bring_back_view(unit: Unit, house: House, *, view_id: int, person: PersonRow) -> SavedViewRow:
    """Undo a deletion. Raises `NotFound` where it is gone for good."""
    row = _changeable(unit, view_id, person, deleted=True)
    row.deleted_at = None
    record(unit, "view.brought_back", actor=by(person), now=house.clock(), subject=f"view:{row.id}")
    return row


def forget_deleted_views(unit: Unit, now: datetime) -> None:
    """Views that were deleted a day ago are gone for good."""
    unit.session.execute(delete(SavedViewRow).where(SavedViewRow.deleted_at < now - KEPT_DELETED))


def _changeable(unit: Unit, view_id: int, person: PersonRow, *, deleted: bool = False) -> SavedViewRow:
    """One's own view, or a shared one for leads."""
    row = unit.session.get(SavedViewRow, view_id, with_for_update=True)
    may = row is not None and (row.owner_id == person.id or (row.shared and person.role != "agent"))
    if row is None or not may or (row.deleted_at is not None) != deleted:
        raise NotFound("There is no such view.", code="view.unknown", remedy="Look at the sidebar again.")
    return row


def _check_sharing(shared: bool, person: PersonRow) -> None:
    if shared and person.role == "agent":
        raise WrongUse(
            "Only leads share views with everybody.", code="view.role", remedy="Ask a lead to do it."
        )


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST:
        raise WrongUse(
            f"A view needs a name of at most {LONGEST} characters.", code="view.name", remedy="Write a name."
        )
    return name
