"""Colleagues who are away: entered with a deputy, and their urgent cases go on without them, with a note that says so."""

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from babel.dates import format_date
from sqlalchemy import or_, select

from agent.cases.case import Priority
from agent.desk.audit import by, record
from agent.desk.casework.assigning import assign_new, give
from agent.desk.casework.noting import add_note
from agent.desk.house import House
from agent.errors import Conflict, WrongUse
from agent.store.queries.team import is_away, profile_of
from agent.store.session import Unit, retry_passing
from agent.store.tables import CaseRow, PersonRow, WorkProfileRow

MOST_AT_ONCE = 100
"""Cases of one person in one transaction."""

LONGEST = timedelta(days=400)
_URGENT = (Priority.CRITICAL, Priority.HIGH)


@dataclass(frozen=True, slots=True)
class Absence:
    """The first and the last day away, in the company's zone, and who stands in (0: nobody)."""

    first: date
    last: date
    deputy_id: int = 0


def set_absence(
    unit: Unit, house: House, *, person_id: int, absence: Absence | None, person: PersonRow
) -> None:
    """Enter, change or (None) end an absence. Raises `WrongUse` for days or a deputy that cannot be meant."""
    profile = unit.session.get(WorkProfileRow, person_id)
    if profile is None:
        profile = profile_of(unit.session, person_id)
        unit.session.add(profile)
    now, zone = house.clock(), house.company.zone
    if absence is None:
        profile.away_from = profile.away_until = profile.deputy_id = profile.moved_at = None
    else:
        _check(unit, house, person_id, absence)
        begins = datetime.combine(absence.first, time(), zone).astimezone(UTC)
        if profile.away_from != begins:
            profile.moved_at = None
        profile.away_from = begins
        profile.away_until = datetime.combine(absence.last + timedelta(days=1), time(), zone).astimezone(UTC)
        profile.deputy_id = absence.deputy_id or None
    profile.set_by_id = person.id
    record(
        unit, "person.absence", actor=by(person), now=now, subject=f"person:{person_id}",
        first=absence and absence.first.isoformat(), last=absence and absence.last.isoformat(),
        deputy=absence and absence.deputy_id,
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


@retry_passing
def hand_on_for_absent(house: House) -> int:
    """Once an absence has begun, its urgent cases go to the deputy or to nobody; how many did."""
    now, moved = house.clock(), 0
    begun = (
        select(WorkProfileRow)
        .join(PersonRow, PersonRow.id == WorkProfileRow.person_id)
        .where(
            WorkProfileRow.away_from <= now,
            or_(WorkProfileRow.away_until.is_(None), WorkProfileRow.away_until > now),
            WorkProfileRow.moved_at.is_(None),
        )
        .order_by(WorkProfileRow.person_id)
        .with_for_update(skip_locked=True)
    )
    with house.store.writing() as unit:
        for profile in unit.session.scalars(begun).all():
            cases = unit.session.scalars(
                select(CaseRow)
                .where(CaseRow.assignee_id == profile.person_id, CaseRow.state == "open")
                .order_by(CaseRow.id)
                .with_for_update()
            )
            urgent = [case for case in cases if _cannot_wait(case, profile)][:MOST_AT_ONCE]
            for case in urgent:
                _move(unit, house, case, profile)
            moved += len(urgent)
            if len(urgent) < MOST_AT_ONCE:
                profile.moved_at = now
    return moved


def hand_on(unit: Unit, house: House, case: CaseRow) -> None:
    """A customer wrote in a case of somebody who is away: it goes on without them if it cannot wait."""
    profile = unit.session.get(WorkProfileRow, case.assignee_id) if case.assignee_id else None
    if profile is not None and is_away(profile, house.clock()) and _cannot_wait(case, profile):
        _move(unit, house, case, profile)


def _cannot_wait(case: CaseRow, profile: WorkProfileRow) -> bool:
    """Urgent by its level, or due before they are back."""
    if case.state != "open":
        return False
    due_before = case.respond_by is not None and (
        profile.away_until is None or case.respond_by < profile.away_until
    )
    return case.priority in _URGENT or due_before


def _move(unit: Unit, house: House, case: CaseRow, profile: WorkProfileRow) -> None:
    deputy = unit.session.get(PersonRow, profile.deputy_id) if profile.deputy_id else None
    if deputy is not None and (
        deputy.disabled or is_away(profile_of(unit.session, deputy.id), house.clock())
    ):
        deputy = None
    absent = unit.session.get_one(PersonRow, profile.person_id)
    give(unit, house, case, deputy.id if deputy else None, cause="absence")
    author = unit.session.get(PersonRow, profile.set_by_id) if profile.set_by_id else None
    add_note(
        unit, house, case_id=case.id, text=_note(house, absent, profile, deputy), person=author or absent
    )
    if deputy is None:
        assign_new(unit, house, case)


def _note(house: House, absent: PersonRow, profile: WorkProfileRow, deputy: PersonRow | None) -> str:
    """Why the case is somebody else's now, in the company's language; a deputy is named so that they are told."""
    words = _words(house.company.language)
    name = absent.name or absent.email
    if profile.away_until is None:
        lines = [words["away"].format(name=name)]
    else:
        last = (profile.away_until - timedelta(seconds=1)).astimezone(house.company.zone).date()
        lines = [
            words["until"].format(name=name, day=format_date(last, words["day"], locale=words["locale"]))
        ]
    lines.append(words["deputy"].format(name=deputy.name or deputy.email) if deputy else words["nobody"])
    return " ".join(lines)


def _words(language: str) -> dict[str, Any]:
    table = _shipped()
    return dict(table[language if language in table else "en"])


@cache
def _shipped() -> dict[str, Any]:
    return tomllib.loads(
        files("agent.desk.people").joinpath("absence_words.toml").read_text(encoding="utf-8")
    )
