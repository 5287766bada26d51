"""What a report recommends: rules over its figures (`data/advice.toml`), and what the calendar asks for anyway."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from agent.insight.reports import Kind

MOST = 4
"""A longer list of things to do is a list of nothing."""

CALENDAR: Mapping[Kind, tuple[str, ...]] = {
    Kind.DAILY: (),
    Kind.WEEKLY: ("accuracy_advice",),
    Kind.MONTHLY: ("satisfaction_advice",),
    Kind.QUARTERLY: ("value_advice",),
    Kind.HALF_YEARLY: ("training_advice",),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """Recommended in `reports` where `figure` lies below or above a limit; `name` leads to its words."""

    name: str
    figure: str
    reports: frozenset[str]
    below: float | None = None
    above: float | None = None

    def applies(self, value: float) -> bool:
        return (self.below is not None and value < self.below) or (
            self.above is not None and value > self.above
        )


def advice(kind: Kind, known: Mapping[str, float | None]) -> tuple[str, ...]:
    """Names of words, the most pressing first. A figure that is not known, or rests on too little, recommends nothing."""
    found = [
        f"do_{rule.name}"
        for rule in rules()
        if kind in rule.reports and (value := known.get(rule.figure)) is not None and rule.applies(value)
    ]
    return (*found[:MOST], *CALENDAR[kind])


@cache
def rules() -> tuple[Rule, ...]:
    """All of `data/advice.toml`, in its order."""
    table = tomllib.loads(files("agent.insight").joinpath("data/advice.toml").read_text(encoding="utf-8"))
    return tuple(
        Rule(name, one["figure"], frozenset(one["reports"]), one.get("below"), one.get("above"))
        for name, one in table.items()
    )
