"""The clock of one case: what was promised when, how much of it is used up, and whether it stands still.

It runs from the customer's mail, stands while we wait for the customer, and goes on with what was left when they
write again. Only facts are kept; the instant by which an answer is due follows from them and the rules, so that it
can be worked out anew whenever the rules change, with the same outcome each time.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from agent.cases.case import Priority
from agent.cases.clock_rules import Calendar, Target, due, due_after, passed
from agent.cases.priority import overlay
from agent.errors import SettingError

DEFAULTS = Path(__file__).parent / "data" / "clock.toml"


@dataclass(frozen=True, slots=True)
class ClockRules:
    """What the clock goes by. `least_share` is the part of a target that is always left after a pause.

    A delay is told `delay_share` of the promised time before it, at most `delay_most` before.
    """

    targets: Mapping[Priority, Target]
    least_share: float
    delay_share: float
    delay_most: timedelta


@dataclass(frozen=True, slots=True)
class Promise:
    """From `since` on (UTC) the case was as urgent as `level`."""

    level: Priority
    since: datetime


@dataclass(frozen=True, slots=True)
class AnswerClock:
    """`promises` since the clock last began to run; `used` before that; `paused_at` while it stands.

    `deadline` is the instant that the customer named, after which an answer comes too late.
    """

    promises: tuple[Promise, ...] = ()
    used: timedelta = timedelta()
    paused_at: datetime | None = None
    deadline: datetime | None = None

    def promising(self, level: Priority, since: datetime) -> "AnswerClock":
        """A further promise; one that is no more urgent than an earlier one changes nothing."""
        if any(level.rank >= one.level.rank for one in self.promises):
            return self
        return replace(self, promises=(*self.promises, Promise(level, since)))

    def paused(self, at: datetime, rules: ClockRules, open_hours: Calendar) -> "AnswerClock":
        """The clock stands from `at` on. Pausing it twice changes nothing."""
        if self.paused_at is not None:
            return self
        if not self.promises:
            return replace(self, paused_at=at)
        start = min(one.since for one in self.promises)
        target = rules.targets[min(self.promises, key=lambda one: one.level.rank).level]
        used = self.used + passed(start, at, target, open_hours)
        return replace(self, used=used, paused_at=at)

    def resumed(self, at: datetime) -> "AnswerClock":
        """The clock runs on from `at`; what was promised before counts from there with what was left."""
        if self.paused_at is None:
            return self
        if not self.promises:
            return replace(self, paused_at=None)
        start = max(at, self.paused_at)
        level = min((one.level for one in self.promises), key=lambda level: level.rank)
        return replace(self, promises=(Promise(level, start),), paused_at=None)

    def answering(self, level: Priority, since: datetime) -> "AnswerClock":
        """After our answer the customer asks again, this urgently: what was used stays used."""
        return replace(self, promises=(Promise(level, since),), paused_at=None)


def respond_by(clock: AnswerClock, rules: ClockRules, open_hours: Calendar) -> datetime | None:
    """When an answer is due (UTC), or None while nothing is promised or the clock stands."""
    if not clock.promises or clock.paused_at is not None:
        return None
    instant = min(_due(one, clock.used, rules, open_hours) for one in clock.promises)
    if clock.deadline is not None and clock.promises[0].since < clock.deadline:
        instant = min(instant, clock.deadline.astimezone(UTC))
    return instant


def _due(promise: Promise, used: timedelta, rules: ClockRules, open_hours: Calendar) -> datetime:
    target = rules.targets[promise.level]
    if not used:
        return due(promise.since, target, open_hours)
    whole = target.whole(open_hours)
    return due_after(promise.since, max(whole - used, whole * rules.least_share), target, open_hours)


def tell_delay_at(promised_at: datetime, since: datetime, rules: ClockRules) -> datetime:
    """When a customer who was promised an answer by `promised_at` hears that it will take longer."""
    return promised_at - min(max(promised_at - since, timedelta()) * rules.delay_share, rules.delay_most)


def load_clock_rules(
    targets: Mapping[Priority, Target], overrides: Mapping[str, Any] | None = None
) -> ClockRules:
    """The shipped rules with a company's table `clock` laid over them. Raises `SettingError`."""
    table = tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))
    overlay(table, overrides or {}, "clock")
    try:
        rules = ClockRules(
            targets=targets,
            least_share=float(table["least_share"]),
            delay_share=float(table["delay"]["share"]),
            delay_most=timedelta(minutes=float(table["delay"]["most_minutes"])),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SettingError(
            f"The table clock is not valid: {error}.", remedy="Compare it with agent/cases/data/clock.toml."
        ) from error
    if not (0 <= rules.least_share <= 1 and 0 <= rules.delay_share <= 1):
        raise SettingError("clock has a share that is none.", remedy="Write shares from 0 to 1.")
    return rules
