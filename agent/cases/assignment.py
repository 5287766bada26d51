"""Who should have a case: by team, language, skill, and how full everybody's day is (numbers: `data/assignment.toml`).

A pure rule over values. It gives a person and the reasons in their order, or the reason why nobody fits.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from agent.cases.priority import overlay
from agent.errors import SettingError

DEFAULTS = Path(__file__).parent / "data" / "assignment.toml"


class Mode(StrEnum):
    OFF = "off"
    SUGGEST = "suggest"
    AUTOMATIC = "automatic"


class Why(StrEnum):
    """A reason for a person; together with the case's facts it makes a sentence in any language."""

    KNOWS_CUSTOMER = "knows_customer"
    TEAM = "team"
    LANGUAGE = "language"
    SKILL = "skill"
    LEAST_FULL = "least_full"


class WhyNobody(StrEnum):
    """Why nobody can have a case: the first of the questions that nobody passed."""

    NOBODY_THERE = "nobody_there"  # nobody takes cases, or all of the team are away
    LANGUAGE = "language"
    SKILL = "skill"
    FULL = "full"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class AssignmentRules:
    """`capacity`: open cases at once, for whom nothing else is set."""

    mode: Mode
    capacity: int


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who may be given cases. `skills` empty means any category; `minutes_left` is today's working time.

    `away` people, and those whose `capacity` is 0, are never given any.
    """

    person_id: int
    languages: frozenset[str]
    skills: frozenset[str]
    teams: frozenset[str]
    open_cases: int
    capacity: int
    minutes_left: float
    away: bool = False

    @property
    def fullness(self) -> float:
        """Open cases as a share of what they can have at once; 1 and more is full."""
        return self.open_cases / self.capacity if self.capacity else 1.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A case that needs somebody. `team` looks after it (empty: anybody); `answered_before` holds who wrote to this
    customer earlier, the latest first; `refused` whom a lead does not want to have it."""

    language: str
    category: str
    team: str = ""
    urgent: bool = False
    answered_before: tuple[int, ...] = ()
    refused: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Choice:
    """`person_id` and why, or None and why nobody."""

    person_id: int | None
    why: tuple[Why, ...] = ()
    why_nobody: WhyNobody | None = None


def choose(wanted: Wanted, colleagues: Sequence[Colleague], *, team_has_members: bool = True) -> Choice:
    """The best person for a case. The same facts always give the same person.

    Team, presence, language and room decide who can; then whoever knows the customer, then those who named the
    category as theirs, then whoever has time left today (for urgent ones), then the least full. A team without
    members is everybody.
    """
    in_team = wanted.team and team_has_members
    left = [
        one
        for one in colleagues
        if not one.away and one.capacity > 0 and (not in_team or wanted.team in one.teams)
    ]
    for question, passes in (
        (WhyNobody.NOBODY_THERE, lambda one: True),
        (WhyNobody.LANGUAGE, lambda one: not wanted.language or wanted.language in one.languages),
        (WhyNobody.SKILL, lambda one: not one.skills or wanted.category in one.skills),
        (WhyNobody.FULL, lambda one: one.open_cases < one.capacity),
        (WhyNobody.REFUSED, lambda one: one.person_id not in wanted.refused),
    ):
        left = [one for one in left if passes(one)]
        if not left:
            return Choice(None, why_nobody=question)
    best = min(left, key=lambda one: _rank(wanted, one))
    return Choice(best.person_id, _why(wanted, best, left, in_team=bool(in_team)))


def _rank(wanted: Wanted, one: Colleague) -> tuple[int, bool, bool, float, int]:
    """Smaller is better; the number of the person only breaks ties, so that two processes agree."""
    knows = one.person_id in wanted.answered_before
    place = wanted.answered_before.index(one.person_id) if knows else len(wanted.answered_before)
    no_time = wanted.urgent and one.minutes_left <= 0
    return (place, wanted.category not in one.skills, no_time, one.fullness, one.person_id)


def _why(wanted: Wanted, best: Colleague, able: Sequence[Colleague], *, in_team: bool) -> tuple[Why, ...]:
    reasons = {
        Why.KNOWS_CUSTOMER: best.person_id in wanted.answered_before,
        Why.TEAM: in_team,
        Why.SKILL: wanted.category in best.skills,
        Why.LANGUAGE: bool(wanted.language),
        Why.LEAST_FULL: len(able) > 1 and all(best.fullness <= one.fullness for one in able),
    }
    return tuple(reason for reason, holds in reasons.items() if holds)


def load_assignment_rules(overrides: Mapping[str, Any] | None = None) -> AssignmentRules:
    """The shipped rules with a company's table `assignment` laid over them. Raises `SettingError`."""
    table = tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))
    overlay(table, overrides or {}, "assignment")
    try:
        rules = AssignmentRules(Mode(table["mode"]), int(table["capacity"]))
    except (TypeError, ValueError) as error:
        raise SettingError(
            f"The table assignment is not valid: {error}.",
            remedy="Compare it with agent/cases/data/assignment.toml.",
        ) from error
    if rules.capacity < 1:
        raise SettingError(
            "assignment.capacity is below one case.",
            remedy="Write how many cases one person can have at once.",
        )
    return rules
