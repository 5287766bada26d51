"""What Genklang is worth: gains and costs of a span of time, each opening to the numbers it was counted from.

Return on investment = (gain − cost) / cost, as the field defines it. A gain is the difference between how things
stood before (the *baseline*) and how they stand now, times what that is worth, times the share of it that a scenario
believes. Nothing is counted twice: time is saved on the cases that came, scale on colleagues who need not be hired.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from agent.errors import SettingError

Numbers = Mapping[str, float]

LEAST_CASES = 30
"""Answered cases below which a comparison of times says nothing."""


class Scenario(StrEnum):
    CONSERVATIVE = "conservative"
    REALISTIC = "realistic"
    OPTIMISTIC = "optimistic"


class Gain(StrEnum):
    TIME = "time"
    QUALITY = "quality"
    RETENTION = "retention"
    SCALE = "scale"


class Cost(StrEnum):
    MACHINE = "machine"
    SOFTWARE = "software"
    MODEL = "model"
    ROLLOUT = "rollout"
    TRAINING = "training"
    UPKEEP = "upkeep"


class Missing(StrEnum):
    """Why an amount cannot be told."""

    BASELINE = "baseline"
    CASES = "cases"
    LOOPS = "loops"


@dataclass(frozen=True, slots=True)
class Standing:
    """How support stands in a span of time, or stood before Genklang.

    `cases` that came, `answered` of them; `handling_h`: median hours that people work on an answered case;
    `came_back`: share of the answered whose customer had to write again. `handling_h` is a lower bound where it is
    measured, see `agent.insight.facts.time_spent`. None: not known.
    """

    months: float
    cases: int
    answered: int
    handling_h: float | None
    came_back: float | None


@dataclass(frozen=True, slots=True)
class Loops:
    """Unhappy customers of the span whom somebody looked after, those of them who stayed, and their yearly revenue.

    `alone_stayed` is the share that stayed of those nobody looked after, None where too few are known.
    """

    alone_stayed: float | None = None
    looked_after: int = 0
    stayed: int = 0
    mean_revenue: float | None = None


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The numbers of `data/value.toml`, with a company's own laid over them."""

    money: Numbers
    cost: Numbers
    customers: Numbers
    scenarios: Mapping[Scenario, Numbers]


@dataclass(frozen=True, slots=True)
class Part:
    """One amount in EUR and what it was counted from, by name. Where something is `missing` it is 0, and so counts for nothing."""

    name: Gain | Cost
    eur: float
    numbers: Numbers
    missing: Missing | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """Gains and costs under one scenario."""

    scenario: Scenario
    gains: tuple[Part, ...]
    costs: tuple[Part, ...]

    @property
    def gain(self) -> float:
        return sum(part.eur for part in self.gains)

    @property
    def cost(self) -> float:
        return sum(part.eur for part in self.costs)

    @property
    def roi(self) -> float | None:
        """(gain − cost) / cost; 1.0 is 100 %. None where nothing was spent."""
        return (self.gain - self.cost) / self.cost if self.cost > 0 else None


def load_assumptions(changes: Mapping[str, Any] | None = None) -> Assumptions:
    """The shipped numbers with a company's table `value` laid over them. Raises `SettingError` naming the key."""
    table = _shipped()
    changes = changes or {}
    _known(changes, table, "value")
    scenarios = changes.get("scenarios", {})
    _known(scenarios, table["scenarios"], "value.scenarios")
    return Assumptions(
        money=_numbers(table["money"], changes.get("money", {}), "value.money"),
        cost=_numbers(table["cost"], changes.get("cost", {}), "value.cost"),
        customers=_numbers(table["customers"], changes.get("customers", {}), "value.customers"),
        scenarios={
            scenario: _numbers(
                table["scenarios"][scenario],
                scenarios.get(scenario, {}),
                f"value.scenarios.{scenario}",
                share=True,
            )
            for scenario in Scenario
        },
    )


def counted_by(assumed: Assumptions, euros: float, tokens: int) -> Assumptions:
    """The same numbers, but the model at what these tokens really cost."""
    return replace(assumed, cost={**assumed.cost, "thousand_tokens": euros / tokens * 1000})


def value_of(
    scenario: Scenario,
    before: Standing | None,
    now: Standing,
    loops: Loops,
    *,
    people: int,
    tokens: int,
    assumed: Assumptions,
) -> Value:
    """Gains and costs of the span `now`. `people` work at the desk; `tokens` went through a language model."""
    believed = assumed.scenarios[scenario]
    return Value(
        scenario,
        gains=(
            _time(before, now, believed["time"], assumed),
            _quality(before, now, believed["quality"], assumed),
            _retention(loops, believed["retention"], assumed),
            _scale(before, now, believed["scale"], assumed),
        ),
        costs=_costs(now.months, people, tokens, assumed),
    )


def _time(before: Standing | None, now: Standing, believed: float, assumed: Assumptions) -> Part:
    """(hours a case before − now) · answered cases · cost of an hour · believed."""
    numbers = {"answered": now.answered, "hour": assumed.money["hour"], "believed": believed}
    hours = _compared(before, now, "handling_h")
    if isinstance(hours, Missing):
        return Part(Gain.TIME, 0.0, numbers, hours)
    was, is_now = hours
    saved = was - is_now
    eur = saved * now.answered * assumed.money["hour"] * _believed(saved, believed)
    return Part(Gain.TIME, eur, numbers | {"hours_before": was, "hours_now": is_now})


def _quality(before: Standing | None, now: Standing, believed: float, assumed: Assumptions) -> Part:
    """(share who had to write again before − now) · answered cases · cost of handling one more time · believed."""
    numbers = {"answered": now.answered, "hour": assumed.money["hour"], "believed": believed}
    shares, hours = _compared(before, now, "came_back"), _compared(before, now, "handling_h")
    if isinstance(shares, Missing):
        return Part(Gain.QUALITY, 0.0, numbers, shares)
    if isinstance(hours, Missing):
        return Part(Gain.QUALITY, 0.0, numbers, hours)
    fewer = shares[0] - shares[1]
    eur = fewer * now.answered * hours[1] * assumed.money["hour"] * _believed(fewer, believed)
    found = {"came_back_before": shares[0], "came_back_now": shares[1], "hours_now": hours[1]}
    return Part(Gain.QUALITY, eur, numbers | found)


def _retention(loops: Loops, believed: float, assumed: Assumptions) -> Part:
    """Those who stayed beyond what would have stayed anyway · a year's revenue · margin · believed."""
    customers = assumed.customers
    revenue = customers["typical_revenue"] if loops.mean_revenue is None else loops.mean_revenue
    lost = customers["lost_without"] if loops.alone_stayed is None else 1 - loops.alone_stayed
    kept = max(0.0, loops.stayed - loops.looked_after * (1 - lost))
    numbers = {
        "looked_after": loops.looked_after, "stayed": loops.stayed, "lost_without": lost,
        "revenue": revenue, "margin": customers["margin"], "believed": believed,
    }  # fmt: skip
    if not loops.looked_after:
        return Part(Gain.RETENTION, 0.0, numbers, Missing.LOOPS)
    return Part(Gain.RETENTION, kept * revenue * customers["margin"] * believed, numbers)


def _scale(before: Standing | None, now: Standing, believed: float, assumed: Assumptions) -> Part:
    """Colleagues whom the growth would have needed at the old pace · cost of finding and training one · believed."""
    money = assumed.money
    numbers = {"hire": money["hire"], "hours_a_month": money["hours_a_month"], "believed": believed}
    hours = _compared(before, now, "handling_h")
    if isinstance(hours, Missing) or before is None:
        return Part(Gain.SCALE, 0.0, numbers, hours if isinstance(hours, Missing) else Missing.BASELINE)
    cases_before, cases_now = before.cases / before.months, now.cases / now.months
    spared = max(0.0, cases_now - cases_before) * max(0.0, hours[0] - hours[1])
    colleagues = spared / money["hours_a_month"]
    numbers |= {"cases_before": cases_before, "cases_now": cases_now, "colleagues": colleagues}
    return Part(Gain.SCALE, colleagues * money["hire"] * believed, numbers)


def _costs(months: float, people: int, tokens: int, assumed: Assumptions) -> tuple[Part, ...]:
    """Running costs of the span, and its part of what is paid once."""
    cost, hour = assumed.cost, assumed.money["hour"]
    part = min(1.0, months / cost["spread_over_months"])
    once = {"hour": hour, "part": part}
    return (
        Part(
            Cost.MACHINE,
            cost["machine_a_month"] * months,
            {"a_month": cost["machine_a_month"], "months": months},
        ),
        Part(
            Cost.SOFTWARE,
            cost["software_a_month"] * months,
            {"a_month": cost["software_a_month"], "months": months},
        ),
        Part(
            Cost.MODEL,
            tokens / 1000 * cost["thousand_tokens"],
            {"tokens": tokens, "thousand_tokens": cost["thousand_tokens"]},
        ),
        Part(Cost.ROLLOUT, cost["rollout_hours"] * hour * part, {"hours": cost["rollout_hours"], **once}),
        Part(
            Cost.TRAINING,
            cost["training_hours"] * people * hour * part,
            {"hours": cost["training_hours"], "people": people, **once},
        ),
        Part(
            Cost.UPKEEP,
            cost["upkeep_hours_a_month"] * months * hour,
            {"hours": cost["upkeep_hours_a_month"], "months": months, "hour": hour},
        ),
    )


def _compared(before: Standing | None, now: Standing, name: str) -> tuple[float, float] | Missing:
    """A figure before and now, or what stands in the way of comparing them."""
    was = None if before is None or before.months <= 0 else getattr(before, name)
    if was is None:
        return Missing.BASELINE
    is_now = getattr(now, name)
    if is_now is None or now.answered < LEAST_CASES or now.months <= 0:
        return Missing.CASES
    return was, is_now


def _believed(gain: float, believed: float) -> float:
    """A gain is believed in part; a loss is counted in full, so that no scenario makes it smaller."""
    return believed if gain > 0 else 1.0


@cache
def _shipped() -> dict[str, Any]:
    return tomllib.loads(files("agent.insight").joinpath("data/value.toml").read_text(encoding="utf-8"))


def _known(changes: Mapping[str, Any], shipped: Mapping[str, Any], place: str) -> None:
    for key in changes:
        if key not in shipped:
            raise SettingError(
                f"{place}.{key} is not a known key.", remedy=f"Known keys: {', '.join(sorted(shipped))}."
            )


def _numbers(
    shipped: Mapping[str, Any], changes: Mapping[str, Any], place: str, *, share: bool = False
) -> Numbers:
    _known(changes, shipped, place)
    for key, number in changes.items():
        within = isinstance(number, int | float) and not isinstance(number, bool) and number >= 0
        if not within or ((share or key in {"margin", "lost_without"}) and number > 1):
            raise SettingError(
                f"{place}.{key} cannot be {number!r}.", remedy="Write a number from 0 on, a share up to 1."
            )
    numbers = {key: float(number) for key, number in {**shipped, **changes}.items()}
    if any(numbers.get(key, 1.0) <= 0 for key in ("spread_over_months", "hours_a_month")):
        raise SettingError(f"{place} has a zero that is divided by.", remedy="Write a number above 0.")
    return numbers
