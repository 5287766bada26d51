"""Which answers a person follows up, by when, and when the customer is asked again (`data/follow_ups.toml`).

A deadline counts in business days of the company: one for the worst answers and the largest customers (24 hours of
business time), two for all others (48).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from agent.cases.clock_rules import Calendar, Target, due
from agent.errors import SettingError, WrongUse
from agent.feedback.notation import Table, only_keys, rule_file, span
from agent.feedback.surveys.questions import Survey
from agent.feedback.timing.limits import Limits

TITLE_LONGEST = 60
NOTE_LONGEST = 4000
"""Characters of a note or a reason."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a follow-up may end. `talked`: a person reached the customer; `ask_again` is None for never.

    `title` is the company's own name for it, empty for a shipped one. One that is not `offered` any more can still be
    read on follow-ups that ended so.
    """

    name: str
    talked: bool
    ask_again: timedelta | None
    title: str = ""
    offered: bool = True


@dataclass(frozen=True, slots=True)
class FollowUpRules:
    """All of `data/follow_ups.toml`; deadlines in business days."""

    usual_days: int
    urgent_days: int
    urgent_scores: Mapping[str, float]
    urgent_tiers: frozenset[str]
    like: Mapping[tuple[int, int], str]
    outcomes: Mapping[str, Outcome]
    ask_width: timedelta
    ask_window: str
    ask_importance: str

    @property
    def offered(self) -> tuple[Outcome, ...]:
        """What people choose from."""
        return tuple(one for one in self.outcomes.values() if one.offered)

    def outcome(self, name: str) -> Outcome:
        """Raises `WrongUse` for one that is not offered."""
        if name not in self.outcomes or not self.outcomes[name].offered:
            raise WrongUse(
                "A follow-up does not end in this way.",
                code="follow_up.outcome",
                remedy="Choose one of the outcomes that are offered.",
            )
        return self.outcomes[name]


def load_follow_up_rules(changes: Table | None = None) -> FollowUpRules:
    """The shipped rules with a company's table `feedback.follow_ups`. Raises `SettingError` for what cannot be meant."""
    table = rule_file("follow_ups", changes)
    try:
        rules = _read(table)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SettingError(
            f"The table feedback.follow_ups is not valid: {error}.",
            remedy="Compare it with agent/feedback/data/follow_ups.toml.",
        ) from error
    if not 1 <= rules.urgent_days <= rules.usual_days:
        raise SettingError(
            "feedback.follow_ups.deadline cannot be meant.",
            remedy="Let urgent be at least one business day, and usual no less.",
        )
    if not any(one.offered and one.talked for one in rules.outcomes.values()):
        raise SettingError(
            "feedback.follow_ups.outcomes offers no way in which a talk can end.",
            remedy="Offer at least one outcome after which somebody has talked with the customer.",
        )
    return rules


def kind_of(survey: str, asked: Survey | None, known: Iterable[str], rules: FollowUpRules) -> str:
    """By which survey's limits an answer is judged: its own, or the shipped one with the same scale; "" for none."""
    if survey in known or asked is None:
        return survey
    scales = ((each.lowest, each.highest) for each in asked.questions if each.lowest < each.highest)
    return next((rules.like[scale] for scale in scales if scale in rules.like), "")


def is_bad(kind: str, score: float | None, limits: Limits) -> bool:
    """Whether a score shows an unhappy customer: 0–6 of NPS, 1–2 of CSAT, 1–3 of CES, or the company's own limits."""
    worst = limits.unhappy.bad_answer.get(kind)
    return score is not None and worst is not None and score <= worst


def due_at(
    answered_at: datetime, kind: str, score: float, tier: str, rules: FollowUpRules, open_hours: Calendar
) -> datetime:
    """By when a person acts (UTC), one or two business days after the answer."""
    urgent = tier in rules.urgent_tiers or score <= rules.urgent_scores.get(kind, float("-inf"))
    days = rules.urgent_days if urgent else rules.usual_days
    return due(answered_at, Target(business_days=days), open_hours)


def _read(table: Mapping[str, Any]) -> FollowUpRules:
    place = "feedback.follow_ups"
    again = table["ask_again"]
    return FollowUpRules(
        usual_days=int(table["deadline"]["usual"]),
        urgent_days=int(table["deadline"]["urgent"]),
        urgent_scores={name: float(score) for name, score in table["urgent"]["scores"].items()},
        urgent_tiers=frozenset(str(tier) for tier in table["urgent"]["tiers"]),
        like={_scale(scale): str(name) for scale, name in table["like"].items()},
        outcomes={
            name: _outcome(name, one, f"{place}.outcomes.{name}") for name, one in table["outcomes"].items()
        },
        ask_width=span(again["width"], f"{place}.ask_again.width"),
        ask_window=str(again["window"]),
        ask_importance=str(again["importance"]),
    )


def _outcome(name: str, table: Mapping[str, Any], place: str) -> Outcome:
    """One entry of the file; no time, or none at all, means that nobody is asked again."""
    only_keys(table, ("name", "talked", "ask_again", "offered"), place)
    again = span(table["ask_again"], f"{place}.ask_again") if "ask_again" in table else None
    title = str(table.get("name", ""))[:TITLE_LONGEST]
    return Outcome(name, bool(table["talked"]), again or None, title, bool(table.get("offered", True)))


def _scale(written: str) -> tuple[int, int]:
    lowest, _, highest = written.partition("-")
    return int(lowest), int(highest)
