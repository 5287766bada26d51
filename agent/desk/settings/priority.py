"""Points, levels, answer times and working hours as a form, and what a change would do to past and open cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.cases.case import CaseState, Priority
from agent.cases.preview import Preview
from agent.cases.priority import effective_table
from agent.company import Company
from agent.desk.house import House
from agent.desk.settings.changing import changed
from agent.desk.settings.form import UNITS, Number, Problems, at, time_of_day, whole_number
from agent.desk.settings.previewing import preview_priority
from agent.store.tables import CaseRow

AREA = "priority"
PREVIEW_DAYS = 90
PREVIEW_CASES = 2_000

MOODS = ("very_negative", "negative", "neutral", "positive")
FACTORS = ("business_impact", "time_criticality", "escalation_risk", "complexity")
LIVE = ("incident", "wrote_again", "due_soon", "overdue", "mood_drop")
TIERS = ("A", "B", "C")
LEVELS = tuple(str(level) for level in Priority)

POINTS = (
    *(Number(f"priority.points.tier.{tier}", -20, 20) for tier in TIERS),
    *(Number(f"priority.points.{name}", -20, 20) for name in FACTORS),
    *(Number(f"priority.points.sentiment.{mood}", -20, 20) for mood in MOODS),
)
LIVE_POINTS = tuple(Number(f"priority.live.{name}", 0, 20) for name in LIVE)
LEAST_SCORES = tuple(Number(f"priority.levels.{level}", -50, 100) for level in LEVELS[:-1])
REVENUE = tuple(Number(f"priority.tiers.{tier}", 0, 1_000_000_000) for tier in ("A", "B"))
NUMBERS = (*POINTS, *LIVE_POINTS, *LEAST_SCORES, *REVENUE)
TARGETS = tuple(f"priority.targets.{level}" for level in LEVELS)
HOURS = "priority.hours"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change would have done to the cases of the last `PREVIEW_DAYS`, and would do to open ones."""

    preview: Preview
    answer_times: int  # open cases whose answer time would be worked out anew

    @property
    def figures(self) -> dict[str, int]:
        """For keeping with the change."""
        return {
            "cases": self.preview.cases,
            "changed": self.preview.changed,
            "answer_times": self.answer_times,
        }


def tables_of(company: Company) -> dict[str, Any]:
    """What holds, in the form of company.toml, with nothing left out."""
    return {"priority": effective_table(company.overrides.get("priority"))}


def as_typed(company: Company) -> dict[str, str]:
    """The fields of the form as they stand."""
    tables = tables_of(company)
    typed = {field.path: str(int(at(tables, field.path))) for field in NUMBERS}
    for path in TARGETS:
        target = at(tables, path)
        unit = "business_days" if target["business_days"] else "minutes"
        typed |= {path: str(target[unit]), f"{path}.unit": unit}
        if target["round_the_clock"]:
            typed[f"{path}.round_the_clock"] = "yes"
    hours = at(tables, HOURS)
    typed |= {f"{HOURS}.{end}": str(hours[end]) for end in ("opens", "closes")}
    typed |= {f"{HOURS}.day.{day}": "yes" for day in hours["weekdays"]}
    return typed


def read(typed: Mapping[str, str]) -> tuple[dict[str, Any], Problems]:
    """All values of the form by key path, and what is wrong by field."""
    problems: Problems = {}
    values: dict[str, Any] = {
        field.path: whole_number(typed.get(field.path, ""), field, problems) for field in NUMBERS
    }
    for path in TARGETS:
        values[path] = _target(typed, path, problems)
    for end in ("opens", "closes"):
        values[f"{HOURS}.{end}"] = time_of_day(typed.get(f"{HOURS}.{end}", ""), f"{HOURS}.{end}", problems)
    values[f"{HOURS}.weekdays"] = [day for day in range(1, 8) if typed.get(f"{HOURS}.day.{day}")]
    _fit_together(values, problems)
    return values, problems


def _target(typed: Mapping[str, str], path: str, problems: Problems) -> dict[str, Any]:
    unit = typed.get(f"{path}.unit", "")
    most = 60 if unit == "business_days" else 20_000
    number = whole_number(typed.get(path, ""), Number(path, 1, most), problems)
    if unit not in UNITS:
        problems[path] = "Choose minutes or business days."
    times = {one: number if one == unit else 0 for one in UNITS}
    return {"round_the_clock": bool(typed.get(f"{path}.round_the_clock")), **times}


def _fit_together(values: Mapping[str, Any], problems: Problems) -> None:
    scores = [values[field.path] for field in LEAST_SCORES]
    for field, above, below in zip(LEAST_SCORES[1:], scores, scores[1:], strict=False):
        if above is not None and below is not None and below >= above:
            problems[field.path] = "This level needs a lower score than the one above it."
    revenue = [values[field.path] for field in REVENUE]
    if None not in revenue and revenue[1] >= revenue[0]:
        problems[REVENUE[1].path] = "The second tier needs a lower revenue than the first."
    opens, closes = (values[f"{HOURS}.{end}"] for end in ("opens", "closes"))
    if opens and closes and opens >= closes:
        problems[f"{HOURS}.closes"] = "Close later than you open."
    if not values[f"{HOURS}.weekdays"]:
        problems[f"{HOURS}.weekdays"] = "Choose at least one day of the week."


def effect_of(session: Session, house: House, values: Mapping[str, Any]) -> Effect:
    """What `values` (key paths) would do. Raises `WrongUse` where they cannot be meant."""
    then = changed(house.company, values)
    since = house.clock() - timedelta(days=PREVIEW_DAYS)
    preview = preview_priority(
        session, house.company, then.overrides.get("priority", {}), since=since, most=PREVIEW_CASES
    )
    return Effect(preview, _answer_times(session, house, then))


def _answer_times(session: Session, house: House, then: Company) -> int:
    """Open cases with an answer time, where the clock goes by other numbers then."""
    now_table, then_table = (tables_of(one)["priority"] for one in (house.company, then))
    if all(now_table[part] == then_table[part] for part in ("targets", "hours")):
        return 0
    waiting = select(func.count()).where(CaseRow.state == CaseState.OPEN, CaseRow.respond_by.is_not(None))
    return session.scalar(waiting) or 0
