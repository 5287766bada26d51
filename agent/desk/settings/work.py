"""What a person answers in and about and how much at once, as a form; and whether new cases are given out by themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from agent.cases.assignment import Mode
from agent.company import Company
from agent.desk.audit import by, record
from agent.desk.house import House
from agent.desk.people.absences import Absence, enter_absence, remove_absence
from agent.desk.settings.form import Number, Problems, whole_number
from agent.desk.settings.people import known_person
from agent.desk.settings.rules import assignment_rules_of
from agent.errors import NotAllowed
from agent.store.queries.team import profile_of
from agent.store.session import Unit
from agent.store.tables import PersonRow, WorkProfileRow
from agent.triage import taxonomy
from agent.triage.reading import LANGUAGES

AREA = "assignment"
DECIDERS = ("lead", "admin")
MODE = "assignment.mode"
CAPACITY = Number("assignment.capacity", 1, 500)
OWN_CAPACITY = Number("capacity", 0, 500)


@dataclass(frozen=True, slots=True)
class Work:
    """What is entered for a person; None as capacity means the company's usual one."""

    languages: tuple[str, ...]
    skills: tuple[str, ...]
    capacity: int | None


def may_plan(person: PersonRow) -> None:
    """Raise `NotAllowed` for those who do not plan other people's work."""
    if person.role not in DECIDERS:
        raise NotAllowed(
            "Leads and administrators plan who takes which cases.",
            code="work.role",
            remedy="Ask a lead to enter it.",
        )


def work_as_typed(profile: WorkProfileRow) -> dict[str, str]:
    """The fields of the form as they stand."""
    typed = {f"language.{code}": "yes" for code in profile.languages}
    typed |= {f"skill.{slug}": "yes" for slug in profile.skills}
    typed["capacity"] = "" if profile.capacity is None else str(profile.capacity)
    return typed


def read_work(company: Company, typed: Mapping[str, str]) -> tuple[Work, Problems]:
    """What was entered, and what is wrong by field."""
    problems: Problems = {}
    slugs = taxonomy.load(company.overrides.get("taxonomy")).slugs
    capacity = None
    if typed.get("capacity", "").strip():
        capacity = whole_number(typed["capacity"], OWN_CAPACITY, problems)
    return Work(
        tuple(code for code in LANGUAGES if typed.get(f"language.{code}")),
        tuple(slug for slug in slugs if typed.get(f"skill.{slug}")),
        capacity,
    ), problems


def change_work(unit: Unit, house: House, *, person_id: int, work: Work, person: PersonRow) -> None:
    """Counts from the next case on. Raises `NotAllowed` and `NotFound`."""
    may_plan(person)
    row = known_person(unit.session, person_id)
    profile = profile_of(unit.session, row.id)
    before = {"languages": profile.languages, "skills": profile.skills, "capacity": profile.capacity}
    after = {"languages": list(work.languages), "skills": list(work.skills), "capacity": work.capacity}
    for name, value in after.items():
        setattr(profile, name, value)
    unit.session.add(profile)
    record(
        unit, "person.work", actor=by(person), now=house.clock(), subject=by(row), before=before, after=after
    )


def read_absence(typed: Mapping[str, str]) -> tuple[Absence | None, Problems]:
    """The days and the deputy, and what is wrong by field."""
    problems: Problems = {}
    days: dict[str, date] = {}
    for name in ("first", "last"):
        try:
            days[name] = date.fromisoformat(typed.get(name, "").strip())
        except ValueError:
            problems[name] = "Choose a day, written as 2026-12-24."
    deputy = typed.get("deputy", "0")
    if problems:
        return None, problems
    return Absence(days["first"], days["last"], int(deputy) if deputy.isdecimal() else 0), problems


def plan_absence(unit: Unit, house: House, *, person_id: int, absence: Absence, person: PersonRow) -> None:
    """Enter somebody's absence. Raises `NotAllowed`, `NotFound`, `WrongUse` and `Conflict`."""
    may_plan(person)
    known_person(unit.session, person_id)
    enter_absence(unit, house, person_id=person_id, absence=absence, person=person)


def cancel_absence(unit: Unit, house: House, *, person_id: int, absence_id: int, person: PersonRow) -> None:
    """Take somebody's absence back, or end it. Raises `NotAllowed` and `NotFound`."""
    may_plan(person)
    remove_absence(unit, house, person_id=person_id, absence_id=absence_id, person=person)


def mode_as_typed(company: Company) -> dict[str, str]:
    rules = assignment_rules_of(company)
    return {MODE: rules.mode.value, CAPACITY.path: str(rules.capacity)}


def read_mode(typed: Mapping[str, str]) -> tuple[dict[str, Any], Problems]:
    """How new cases are given out, by key path, and what is wrong by field."""
    problems: Problems = {}
    capacity = whole_number(typed.get(CAPACITY.path, ""), CAPACITY, problems)
    mode = typed.get(MODE, "")
    if mode not in set(Mode):
        problems[MODE] = "Choose one of the ways in the list."
    return {MODE: mode, CAPACITY.path: capacity}, problems
