"""The days on which colleagues are away: entered ahead with a deputy, several for each person, and taken back."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import delete, select

from agent.company import Company
from agent.desk.audit import by, record
from agent.desk.house import House
from agent.errors import Conflict, NotFound, WrongUse
from agent.store.session import Unit
from agent.store.tables import AbsenceRow, PersonRow

LONGEST = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Absence:
    """The first and the last day away, in the company's zone, and who stands in (0: nobody)."""

    first: date
    last: date
    deputy_id: int = 0


def absence_of(row: AbsenceRow, company: Company) -> Absence:
    """The days that people entered."""
    last = row.away_until.astimezone(company.zone).date() - timedelta(days=1)
    return Absence(row.away_from.astimezone(company.zone).date(), last, row.deputy_id or 0)


def enter_absence(
    unit: Unit, house: House, *, person_id: int, absence: Absence, person: PersonRow
) -> AbsenceRow:
    """Plan an absence beside those that are planned; what is over is cleared away.

    Raises `WrongUse` for days or a deputy that cannot be meant, `Conflict` for days that are entered already or a
    deputy who has left.
    """
    now, zone = house.clock(), house.company.zone
    unit.session.get_one(PersonRow, person_id, with_for_update=True)  # no two that overlap at the same moment
    _check(unit, house, person_id, absence)
    begins = datetime.combine(absence.first, time(), zone).astimezone(UTC)
    ends = datetime.combine(absence.last + timedelta(days=1), time(), zone).astimezone(UTC)
    _refuse_overlap(unit, person_id, begins, ends)
    unit.session.execute(
        delete(AbsenceRow).where(AbsenceRow.person_id == person_id, AbsenceRow.away_until <= now)
    )
    row = AbsenceRow(
        person_id=person_id,
        away_from=begins,
        away_until=ends,
        deputy_id=absence.deputy_id or None,
        set_by_id=person.id,
    )
    unit.session.add(row)
    _record(unit, house, "person.absence", person_id, absence, person)
    return row


def remove_absence(unit: Unit, house: House, *, person_id: int, absence_id: int, person: PersonRow) -> None:
    """Take one of this person's absences back, or end the one that is current. Raises `NotFound`."""
    row = unit.session.get(AbsenceRow, absence_id, with_for_update=True)
    if row is None or row.person_id != person_id:
        raise NotFound(
            "This absence is not entered any more.", code="absence.unknown", remedy="Look at the list again."
        )
    unit.session.delete(row)
    _record(unit, house, "person.absence_removed", person_id, absence_of(row, house.company), person)


def _record(
    unit: Unit, house: House, action: str, person_id: int, absence: Absence, person: PersonRow
) -> None:
    record(
        unit, action, actor=by(person), now=house.clock(), subject=f"person:{person_id}",
        first=absence.first.isoformat(), last=absence.last.isoformat(), deputy=absence.deputy_id,
    )  # fmt: skip


def _check(unit: Unit, house: House, person_id: int, absence: Absence) -> None:
    if absence.last < absence.first or absence.last - absence.first > LONGEST:
        raise WrongUse(
            "The last day is before the first, or more than a year later.",
            code="absence.days",
            remedy="Choose the last day again.",
        )
    if absence.last < house.clock().astimezone(house.company.zone).date():
        raise WrongUse(
            "These days are over.", code="absence.past", remedy="Choose days that are still to come."
        )
    if absence.deputy_id == person_id:
        raise WrongUse(
            "Nobody is their own deputy.", code="absence.deputy", remedy="Choose somebody else, or nobody."
        )
    deputy = unit.session.get(PersonRow, absence.deputy_id) if absence.deputy_id else None
    if absence.deputy_id and (deputy is None or deputy.disabled):
        raise Conflict(
            "The deputy is not here any more.", code="absence.deputy", remedy="Choose somebody else."
        )


def _refuse_overlap(unit: Unit, person_id: int, begins: datetime, ends: datetime) -> None:
    taken = unit.session.scalar(
        select(AbsenceRow.id)
        .where(AbsenceRow.person_id == person_id, AbsenceRow.away_from < ends, AbsenceRow.away_until > begins)
        .limit(1)
    )
    if taken is not None:
        raise Conflict(
            "An absence is already entered for some of these days.",
            code="absence.overlap",
            remedy="Choose other days, or remove the other absence first.",
        )
