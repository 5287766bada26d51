"""How urgent a case is, from named factors with their evidence (rules and numbers: `data/priority.toml`).

Points add up to a score, the score gives a level, and a few overrides stand above the sum: a security hole is never
below high, praise is never above low. A pure function over values; a company's numbers come in as `Rules`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from agent.cases.case import CustomerRecord, Factor, Priority, PriorityDecision
from agent.cases.clock_rules import Calendar, Target, due
from agent.errors import SettingError
from agent.triage import deadlines
from agent.triage.reading import FactorName, Reading

DEFAULTS = Path(__file__).parent / "data" / "priority.toml"


@dataclass(frozen=True, slots=True)
class Rules:
    """The company's numbers: points, least score by level, overrides, revenue by tier, targets, hours.

    `live_points` are for what happens after the mail came; `soon_share` is the last part of the answer time. A
    deadline further away than `far` presses nobody.
    """

    tier_points: Mapping[str, int]
    signal_points: Mapping[FactorName, int]
    sentiment_points: Mapping[str, int]
    live_points: Mapping[str, int]
    soon_share: float
    far: timedelta
    levels: Mapping[Priority, int]
    never_below: Mapping[str, Priority]
    low_categories: frozenset[str]
    low_subcategories: frozenset[str]
    low_unless: frozenset[FactorName]
    tier_revenue: Mapping[str, float]
    targets: Mapping[Priority, Target]
    hours: Mapping[str, Any]


def load_rules(overrides: Mapping[str, Any] | None = None) -> Rules:
    """The shipped rules with a company's table `priority` laid over them.

    Raises `SettingError` naming the key that is unknown or of the wrong form.
    """
    table = effective_table(overrides)
    try:
        points = table["points"]
        live = table["live"]
        low = table["always_low"]
        return Rules(
            tier_points={tier: int(value) for tier, value in points["tier"].items()},
            signal_points={
                name: int(points[name])
                for name in (
                    FactorName.BUSINESS_IMPACT,
                    FactorName.TIME_CRITICALITY,
                    FactorName.ESCALATION_RISK,
                    FactorName.COMPLEXITY,
                )
            },
            sentiment_points={mood: int(value) for mood, value in points["sentiment"].items()},
            live_points={name: int(value) for name, value in live.items() if name != "soon_share"},
            soon_share=float(live["soon_share"]),
            far=timedelta(days=float(table["deadline"]["far_days"])),
            levels={Priority(level): int(least) for level, least in table["levels"].items()},
            never_below={grade: Priority(level) for grade, level in table["never_below"].items()},
            low_categories=frozenset(low["categories"]),
            low_subcategories=frozenset(low["subcategories"]),
            low_unless=frozenset(FactorName(name) for name in low["unless"]),
            tier_revenue={tier: float(least) for tier, least in table["tiers"].items()},
            targets={Priority(level): Target(**target) for level, target in table["targets"].items()},
            hours=table["hours"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SettingError(
            f"The table priority is not valid: {error}.",
            remedy="Compare it with agent/cases/data/priority.toml.",
        ) from error


def effective_table(overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The shipped table `priority` with a company's laid over it, in the form of `data/priority.toml`.

    A target in minutes takes the place of one in business days, and the reverse. Raises `SettingError` for a key
    that is not known.
    """
    table = tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))
    own = overrides or {}
    targets = own.get("targets", {})
    for level, target in table["targets"].items():
        change = targets.get(level) if isinstance(targets, Mapping) else None
        named = isinstance(change, Mapping) and not {"minutes", "business_days"}.isdisjoint(change)
        units = {unit: 0 if named else target.get(unit, 0) for unit in ("minutes", "business_days")}
        table["targets"][level] = {"round_the_clock": False, **target, **units}
    overlay(table, own, "priority")
    return table


def overlay(base: dict[str, Any], change: Mapping[str, Any], path: str) -> None:
    """Lay `change` over `base` in place; only keys that exist may be changed, so that a typo is not lost."""
    for key, value in change.items():
        if key not in base:
            raise SettingError(
                f"{path}.{key} is not a known key.", remedy=f"Known keys: {', '.join(sorted(base))}."
            )
        if isinstance(base[key], dict) and isinstance(value, Mapping):
            overlay(base[key], value, f"{path}.{key}")
        else:
            base[key] = value


def tier_of(customer: CustomerRecord, rules: Rules) -> str:
    """The customer's tier by record, else by annual revenue, else empty."""
    if customer.tier:
        return customer.tier.strip().upper()
    revenue = customer.annual_revenue_eur
    if revenue is None:
        return ""
    reached = [tier for tier, least in rules.tier_revenue.items() if revenue >= least]
    return max(reached, key=lambda tier: rules.tier_revenue[tier], default="C")


def decide(
    reading: Reading,
    customer: CustomerRecord,
    *,
    rules: Rules,
    received_at: datetime,
    calendar: Calendar,
    written_at: datetime | None = None,
) -> PriorityDecision:
    """Level, score, factors with evidence, and the instant (UTC) by which an answer is due.

    A deadline that the customer names counts from `written_at` (else `received_at`): the answer is due by then at
    the latest, and one that is far away does not make the mail urgent.
    """
    written = (written_at or received_at).astimezone(calendar.zone)
    deadline = deadline_of(reading, written)
    if deadline is not None and deadline - written > rules.far:
        reading = replace(
            reading,
            signals=tuple(one for one in reading.signals if one.name is not FactorName.TIME_CRITICALITY),
        )
    words = judged_by_words(reading, customer, rules)
    respond_by = due(received_at, rules.targets[words.level], calendar)
    if deadline is not None and received_at < deadline:
        respond_by = min(respond_by, deadline.astimezone(UTC))
    return PriorityDecision(
        words.level,
        words.score,
        words.factors,
        respond_by,
        words.note,
        deadline and deadline.astimezone(UTC),
    )


def deadline_of(reading: Reading, written: datetime) -> datetime | None:
    """The instant named by the words that show the time factor, in the zone of `written`."""
    named = (
        deadlines.resolve(signal.evidence, reading.language.value, written)
        for signal in reading.signals
        if signal.name is FactorName.TIME_CRITICALITY
    )
    return next(named, None)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Level and points of a mail, and why the level differs from what the points alone give."""

    level: Priority
    score: int
    factors: tuple[Factor, ...]
    note: str


def judged_by_words(reading: Reading, customer: CustomerRecord, rules: Rules) -> Judgement:
    """What the words and the record alone make of a mail, without any clock."""
    factors = tuple(weighed(reading, customer, rules))
    score = sum(factor.points for factor in factors)
    level, note = with_overrides(level_of(score, rules), reading, rules)
    return Judgement(level, score, factors, note)


def level_of(score: int, rules: Rules) -> Priority:
    """The level that the points alone give."""
    by_points = sorted(rules.levels.items(), key=lambda item: -item[1])
    return next((level for level, least in by_points if score >= least), Priority.LOW)


def weighed(reading: Reading, customer: CustomerRecord, rules: Rules) -> list[Factor]:
    """The factors that carry points, in the order in which people read them."""
    factors: list[Factor] = []
    tier = tier_of(customer, rules)
    if points := rules.tier_points.get(tier, 0):
        factors.append(Factor(FactorName.CUSTOMER_VALUE, points, value_evidence(tier, customer)))
    factors += [
        Factor(signal.name, points, signal.evidence)
        for signal in reading.signals
        if (points := rules.signal_points.get(signal.name, 0))
    ]
    if points := rules.sentiment_points.get(reading.sentiment.value, 0):
        factors.append(Factor(FactorName.SENTIMENT, points, reading.sentiment.value.value))
    return factors


def value_evidence(tier: str, customer: CustomerRecord) -> str:
    """What in the record shows the customer's value: the tier, and the revenue where it is known."""
    if customer.annual_revenue_eur is None:
        return f"tier {tier}"
    return f"tier {tier}, €{customer.annual_revenue_eur:,.0f} a year"


def with_overrides(level: Priority, reading: Reading, rules: Rules) -> tuple[Priority, str]:
    """The level after the rules that stand above the sum, and the reason where one applied."""
    names = {signal.name for signal in reading.signals}
    if reading.category.subcategory in rules.low_subcategories:
        return Priority.LOW, f"{reading.category.subcategory} is always low"
    if reading.category.value in rules.low_categories and not names & rules.low_unless:
        return Priority.LOW, f"{reading.category.value} is always low"
    for signal in reading.signals:
        least = rules.never_below.get(signal.grade) if signal.name is FactorName.BUSINESS_IMPACT else None
        if least is not None and least.rank < level.rank:
            return least, f"{signal.grade} is never below {least}"
    return level, ""
