"""When a case comes before a lead, and the steps that climb until somebody takes it (numbers: `data/escalation.toml`).

Pure functions over values. Who the lead or the owner is, and how they are told, is the desk's business.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from agent.cases.case import CustomerRecord, Priority
from agent.cases.clock_rules import Calendar, after, next_open
from agent.cases.priority import Rules, overlay, tier_of
from agent.errors import SettingError
from agent.triage.reading import Sentiment

DEFAULTS = Path(__file__).parent / "data" / "escalation.toml"

ROLES = ("lead", "owner", "management")
MAIL, CHAT = "mail", "chat"


class Cause(StrEnum):
    """Why a case was escalated."""

    CRITICAL = "critical"
    ASKED = "asked"
    OVERDUE = "overdue"
    SENTIMENT = "sentiment"
    VALUE = "value"
    FOLLOW_UP = "follow_up"  # a bad answer that nobody followed up in time


@dataclass(frozen=True, slots=True)
class Step:
    """Who is told so long after the escalation. `by` holds `mail`, `chat` or `chat:NAME`; no `causes` means all."""

    after: timedelta
    to: str
    by: tuple[str, ...]
    causes: frozenset[Cause] = frozenset()


@dataclass(frozen=True, slots=True)
class EscalationRules:
    """The company's causes and steps; `management` are addresses."""

    overdue_share: float
    moods: frozenset[Sentiment]
    value_tiers: frozenset[str]
    value_least: Priority
    management: tuple[str, ...]
    steps: tuple[Step, ...]

    def steps_for(self, cause: str) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if not step.causes or cause in step.causes)


def is_valued(customer: CustomerRecord, level: Priority, rules: EscalationRules, points: Rules) -> bool:
    """Whether the customer is so large, and the case so urgent, that the account owner hears of it."""
    return level.rank <= rules.value_least.rank and tier_of(customer, points) in rules.value_tiers


def overdue_from(promised_at: datetime, respond_by: datetime, rules: EscalationRules) -> datetime:
    """The instant from which a case that nobody handled comes before a lead."""
    return promised_at + (respond_by - promised_at) * rules.overdue_share


def next_step_at(
    steps: Sequence[Step], taken: int, last_at: datetime, open_hours: Calendar, *, around_the_clock: bool
) -> datetime | None:
    """When the step after the `taken` first ones is due, counted from the last; None when there is no further one.

    Working time counts, and what is due while everybody is at home waits for the morning; around the clock it does
    not. Counting from the last step, and not from the first, lets no storm break loose after a stand-still.
    """
    if taken >= len(steps):
        return None
    wait = steps[taken].after - (steps[taken - 1].after if taken else timedelta())
    if around_the_clock:
        return last_at + wait
    return after(next_open(last_at, open_hours), wait, open_hours)


def load_escalation_rules(overrides: Mapping[str, Any] | None = None) -> EscalationRules:
    """The shipped rules with a company's table `escalation` laid over them. Raises `SettingError`."""
    table = tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))
    overlay(table, overrides or {}, "escalation")
    try:
        return EscalationRules(
            overdue_share=float(table["overdue"]["share"]),
            moods=frozenset(Sentiment(mood) for mood in table["sentiment"]["moods"]),
            value_tiers=frozenset(table["value"]["tiers"]),
            value_least=Priority(table["value"]["least"]),
            management=tuple(str(address).strip().lower() for address in table["management"]),
            steps=tuple(sorted((_step(row) for row in table["steps"]), key=lambda step: step.after)),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SettingError(
            f"The table escalation is not valid: {error}.",
            remedy="Compare it with agent/cases/data/escalation.toml.",
        ) from error


def _step(row: Mapping[str, Any]) -> Step:
    if unknown := sorted(set(row) - {"after_minutes", "to", "by", "causes"}):
        raise ValueError(f"a step has the unknown key {unknown[0]}")
    to, by = str(row["to"]).strip(), tuple(str(way) for way in row["by"])
    if to not in ROLES and "@" not in to:
        raise ValueError(f"a step is for {to!r}, which is neither {', '.join(ROLES)} nor an address")
    if not by or any(way not in (MAIL, CHAT) and not way.startswith(f"{CHAT}:") for way in by):
        raise ValueError("a step goes by mail, chat or chat:NAME")
    minutes = float(row["after_minutes"])
    if minutes < 0:
        raise ValueError("a step is before the escalation")
    return Step(
        timedelta(minutes=minutes), to, by, frozenset(Cause(cause) for cause in row.get("causes", ()))
    )
