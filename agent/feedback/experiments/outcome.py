"""What may be said of an experiment at any moment: rates, differences to the holdout, guards, a verdict.

Intervals hold however often one looks (`sequential`), so that looking every day and stopping early does
no harm. Guards stop an arm that makes people complain or opt out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from agent.feedback.experiments.sequential import Interval, Rate, difference_interval, rate_interval
from agent.feedback.notation import Table, rule_file, span, wrong

GUARDS = ("complaints", "opt_outs")


@dataclass(frozen=True, slots=True)
class Judging:
    """The numbers of `data/experiments.toml`."""

    alpha: float
    guard_alpha: float
    least_days: int
    holdout: float
    settled_after: timedelta
    guarded_within: timedelta
    guards: Mapping[str, float]
    worse: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of the requests of one arm that have settled. Each customer counts once."""

    name: str
    asked: int
    answered: int
    complaints: int = 0
    opt_outs: int = 0
    messages: int = 0
    holdout: bool = False
    stopped: bool = False

    @property
    def rate(self) -> Rate:
        return Rate(self.answered, self.asked)

    def guard(self, name: str) -> Rate:
        return Rate(min(getattr(self, name), self.asked), self.asked)


class Verdict(StrEnum):
    """What may be said."""

    TOO_EARLY = "too_early"
    NO_ANSWERS = "no_answers"
    WINS = "wins"
    HOLDOUT_BETTER = "holdout_better"
    NOT_TOLD_APART = "not_told_apart"


@dataclass(frozen=True, slots=True)
class ArmResult:
    """One arm: its rate, the interval of the rate, and of its difference to the holdout (None for the holdout)."""

    seen: Seen
    interval: Interval
    difference: Interval | None
    cost_per_answer_eur: float | None
    tripped: str = ""  # the guard that stops it


@dataclass(frozen=True, slots=True)
class Outcome:
    """All arms, the holdout first, and the verdict. `winner` is the arm that `WINS`; `days_left` until it may be read."""

    arms: tuple[ArmResult, ...]
    verdict: Verdict
    winner: str = ""
    days_left: int = 0
    asked_left: int = 0


def load_judging(changes: Table | None = None) -> Judging:
    """The shipped numbers with a company's table `feedback.experiments`. Raises `SettingError`."""
    table, place = rule_file("experiments", changes), "feedback.experiments"
    for name in ("alpha", "guard_alpha", "holdout"):
        if not 0 < float(table[name]) < 1:
            raise wrong(f"{place}.{name}", "is not a share between 0 and 1", "Write for example 0.05.")
    guards = {name: float(table["guards"][name]) for name in GUARDS}
    return Judging(
        alpha=float(table["alpha"]),
        guard_alpha=float(table["guard_alpha"]),
        least_days=max(1, int(table["least_days"])),
        holdout=float(table["holdout"]),
        settled_after=span(table["settled_after"], f"{place}.settled_after"),
        guarded_within=span(table["guarded_within"], f"{place}.guarded_within"),
        guards=guards,
        worse=float(table["guards"]["worse"]),
    )


def outcome_of(
    arms: Sequence[Seen],
    judging: Judging,
    *,
    started: datetime,
    now: datetime,
    least_days: int,
    sample_size: int,
    cost_per_message_eur: float,
) -> Outcome:
    """What may be said now. Sure of all intervals together with 1 - alpha, at every moment together.

    It may be read when `least_days` are over, or `sample_size` (if one was declared) is reached.
    """
    base = next((arm for arm in arms if arm.holdout), Seen("", 0, 0, holdout=True))
    variants = [arm for arm in arms if not arm.holdout]
    alpha = judging.alpha / max(1, len(variants))
    results = [_result(base, None, alpha, judging, cost_per_message_eur)]
    results += [_result(arm, base, alpha, judging, cost_per_message_eur) for arm in variants]
    days = (now - started).days
    asked = sum(arm.asked for arm in arms)
    ready = days >= least_days or (0 < sample_size <= asked)
    left = {
        "days_left": max(0, least_days - days),
        "asked_left": max(0, sample_size - asked) if sample_size else 0,
    }
    verdict, winner = _verdict(results, ready)
    return Outcome(tuple(results), verdict, winner, **left)


def _result(arm: Seen, base: Seen | None, alpha: float, judging: Judging, cost: float) -> ArmResult:
    return ArmResult(
        arm,
        rate_interval(arm.rate, alpha),
        None if base is None else difference_interval(arm.rate, base.rate, alpha),
        arm.messages * cost / arm.answered if arm.answered and cost else None,
        "" if base is None else tripped(arm, base, judging),
    )


def tripped(arm: Seen, base: Seen, judging: Judging) -> str:
    """The guard that an arm has tripped for sure; empty while it may go on.

    It trips above its limit, or above the holdout by more than `worse`.
    """
    alpha = judging.guard_alpha / len(GUARDS) / 2
    for name in GUARDS:
        if rate_interval(arm.guard(name), alpha).low > judging.guards[name]:
            return name
        if difference_interval(arm.guard(name), base.guard(name), alpha).low > judging.worse:
            return name
    return ""


def _verdict(results: Sequence[ArmResult], ready: bool) -> tuple[Verdict, str]:
    if not ready:
        return Verdict.TOO_EARLY, ""
    if not any(result.seen.answered for result in results):
        return Verdict.NO_ANSWERS, ""
    standing = [
        result
        for result in results
        if result.difference is not None and not result.tripped and not result.seen.stopped
    ]
    better = [result for result in standing if result.difference is not None and result.difference.low > 0]
    if better:
        best = max(better, key=lambda result: result.seen.rate.value)
        return Verdict.WINS, best.seen.name
    if standing and all(result.difference is not None and result.difference.high < 0 for result in standing):
        return Verdict.HOLDOUT_BETTER, ""
    return Verdict.NOT_TOLD_APART, ""
