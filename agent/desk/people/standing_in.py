"""While somebody is away, their urgent cases go on with the deputy or with nobody, with a note that says so."""

import tomllib
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from babel.dates import format_date
from sqlalchemy import select

from agent.cases.case import Priority
from agent.desk.casework.assigning import assign_new, give
from agent.desk.casework.noting import add_note
from agent.desk.house import House
from agent.store.queries.team import current_absence
from agent.store.session import Unit, retry_passing
from agent.store.tables import AbsenceRow, CaseRow, PersonRow

MOST_AT_ONCE = 100
"""Cases of one person in one transaction."""

_URGENT = (Priority.CRITICAL, Priority.HIGH)


@retry_passing
def hand_on_for_absent(house: House) -> int:
    """Once an absence has begun, its urgent cases go to the deputy or to nobody; how many did."""
    now, moved = house.clock(), 0
    begun = (
        select(AbsenceRow)
        .where(AbsenceRow.away_from <= now, AbsenceRow.away_until > now, AbsenceRow.moved_at.is_(None))
        .order_by(AbsenceRow.id)
        .with_for_update(skip_locked=True)
    )
    with house.store.writing() as unit:
        for absence in unit.session.scalars(begun).all():
            cases = unit.session.scalars(
                select(CaseRow)
                .where(CaseRow.assignee_id == absence.person_id, CaseRow.state == "open")
                .order_by(CaseRow.id)
                .with_for_update()
            )
            urgent = [case for case in cases if _cannot_wait(case, absence)][:MOST_AT_ONCE]
            for case in urgent:
                _move(unit, house, case, absence)
            moved += len(urgent)
            if len(urgent) < MOST_AT_ONCE:
                absence.moved_at = now
    return moved


def hand_on(unit: Unit, house: House, case: CaseRow) -> None:
    """A customer wrote in a case of somebody who is away: it goes on without them if it cannot wait."""
    if case.assignee_id is None:
        return
    absence = current_absence(unit.session, case.assignee_id, house.clock())
    if absence is not None and _cannot_wait(case, absence):
        _move(unit, house, case, absence)


def _cannot_wait(case: CaseRow, absence: AbsenceRow) -> bool:
    """Urgent by its level, or due before they are back."""
    if case.state != "open":
        return False
    due_before = case.respond_by is not None and case.respond_by < absence.away_until
    return case.priority in _URGENT or due_before


def _move(unit: Unit, house: House, case: CaseRow, absence: AbsenceRow) -> None:
    deputy = unit.session.get(PersonRow, absence.deputy_id) if absence.deputy_id else None
    if deputy is not None and (
        deputy.disabled or current_absence(unit.session, deputy.id, house.clock()) is not None
    ):
        deputy = None
    absent = unit.session.get_one(PersonRow, absence.person_id)
    author = unit.session.get_one(PersonRow, absence.set_by_id)
    give(unit, house, case, deputy.id if deputy else None, cause="absence")
    add_note(unit, house, case_id=case.id, text=_note(house, absent, absence, deputy), person=author)
    if deputy is None:
        assign_new(unit, house, case)


def _note(house: House, absent: PersonRow, absence: AbsenceRow, deputy: PersonRow | None) -> str:
    """Why the case is somebody else's now, in the company's language; a deputy is named so that they are told."""
    words = _words(house.company.language)
    last = (absence.away_until - timedelta(seconds=1)).astimezone(house.company.zone).date()
    until = words["until"].format(
        name=absent.name or absent.email, day=format_date(last, words["day"], locale=words["locale"])
    )
    goes = words["deputy"].format(name=deputy.name or deputy.email) if deputy else words["nobody"]
    return f"{until} {goes}"


def _words(language: str) -> dict[str, Any]:
    table = _shipped()
    return dict(table[language if language in table else "en"])


@cache
def _shipped() -> dict[str, Any]:
    return tomllib.loads(
        files("agent.desk.people").joinpath("absence_words.toml").read_text(encoding="utf-8")
    )
