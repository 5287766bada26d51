"""The company's numbers for priority: shipped in `data/priority.toml`, overridden in company.toml.

The one place where points, thresholds, targets and hours are read; code, screens and prompts all use it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from functools import cache
from importlib.resources import files
from typing import Any

from agent.cases.case import Priority
from agent.errors import SettingError


@dataclass(frozen=True, slots=True)
class Target:
    """How soon a first answer is due: minutes, or working days; `around_the_clock` ignores business hours."""

    minutes: int = 0
    business_days: int = 0
    around_the_clock: bool = False


@dataclass(frozen=True, slots=True)
class PriorityRules:
    """Points by reason, thresholds by level, targets by level, and the business hours of each weekday.

    `hours` has seven entries, Monday first: opening and closing time, or None for a closed day.
    """

    tier_points: Mapping[str, int]
    sentiment_points: Mapping[str, int]
    signal_points: Mapping[str, int]
    tier_from_revenue: Mapping[str, float]
    thresholds: Mapping[Priority, int]
    never_below_high: frozenset[str]
    targets: Mapping[Priority, Target]
    hours: tuple[tuple[time, time] | None, ...]


def load_rules(overrides: Mapping[str, Any] | None = None) -> PriorityRules:
    """The shipped rules with the company's `[priority]` table laid over them. Raises `SettingError`."""
    table = _merged(_shipped(), overrides or {})
    try:
        rules = PriorityRules(
            tier_points=table["points"]["customer_value"],
            sentiment_points=table["points"]["sentiment"],
            signal_points=table["points"]["signals"],
            tier_from_revenue=table["tiers"],
            thresholds={Priority(level): int(points) for level, points in table["levels"].items()},
            never_below_high=frozenset(table["never_below_high"]["grades"]),
            targets={Priority(level): Target(**target) for level, target in table["targets"].items()},
            hours=_hours(table["hours"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SettingError(
            f"company.toml: the table [priority] cannot be read ({error}).",
            remedy="Compare it with agent/cases/data/priority.toml.",
        ) from error
    ordered = [rules.thresholds[level] for level in Priority]
    if ordered != sorted(ordered, reverse=True):
        raise SettingError(
            "company.toml: [priority.levels] must fall from critical to low.",
            remedy="Give critical the most points and low the fewest.",
        )
    return rules


@cache
def _shipped() -> dict[str, Any]:
    return tomllib.loads(files("agent.cases").joinpath("data/priority.toml").read_text(encoding="utf-8"))


def _merged(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """`change` over `base`, table by table; an override that names a key nobody knows is refused."""
    if unknown := sorted(set(change) - set(base)):
        raise SettingError(
            f"company.toml: {unknown[0]!r} is not known in [priority].",
            remedy=f"Known here: {', '.join(base)}.",
        )
    return {
        key: _merged(value, change.get(key, {})) if _is_group(value) else _chosen(value, change.get(key))
        for key, value in base.items()
    }


def _chosen(shipped: Any, wanted: Any) -> Any:
    return shipped if wanted is None else wanted


def _is_group(value: Any) -> bool:
    """Targets are replaced whole: minutes and business days must not mix."""
    return isinstance(value, dict) and not {"minutes", "business_days"} & set(value)


def _hours(table: Mapping[str, list[str]]) -> tuple[tuple[time, time] | None, ...]:
    opens, closes = table["opens"], table["closes"]
    if len(opens) != 7 or len(closes) != 7:
        raise ValueError("hours need seven days")
    return tuple(
        (time.fromisoformat(start), time.fromisoformat(end)) if start else None
        for start, end in zip(opens, closes, strict=True)
    )
