"""How the loop closes: how many unhappy customers a person talked with, how fast, and who stayed.

*Stayed* is what can be seen: within `WATCHED` after the bad answer the customer wrote, bought, used the product or
answered again. Who gave no sign in all that time, or said that they leave, counts as gone. Where the time is not over
and nothing has been seen yet, nothing is known, and nothing is counted. It is a lower bound: a contented silence looks
like leaving.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.feedback.answers.scores import Figure, share

WATCHED = timedelta(days=90)
LOST = "lost"


@dataclass(frozen=True, slots=True)
class Loop:
    """One bad answer with its follow-up. `seen_at` is the customer's first sign of life after the answer."""

    id: int
    opened_at: datetime
    due_at: datetime
    closed_at: datetime | None = None
    dropped: bool = False
    outcome: str = ""
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LoopFigures:
    """Figures of loops; a share is None where there is nothing to count.

    `closed` are those that were done, of all that were not dropped; `in_time` done by the deadline, of those whose
    deadline is over; `median` from the answer to the end. `stayed` counts the followed up, `stayed_alone` the others.
    """

    opened: int
    closed: Figure | None
    in_time: Figure | None
    median: timedelta | None
    stayed: Figure | None
    stayed_alone: Figure | None


def loop_figures(loops: Iterable[Loop], now: datetime) -> LoopFigures:
    """The figures as they stand at `now`."""
    told = tuple(loops)
    wanted = [one for one in told if not one.dropped]
    done = [one for one in wanted if one.closed_at is not None]
    judged = [one for one in wanted if one.closed_at is not None or one.due_at <= now]
    punctual = sum(one.closed_at is not None and one.closed_at <= one.due_at for one in judged)
    return LoopFigures(
        opened=len(told),
        closed=share(len(done), len(wanted)),
        in_time=share(punctual, len(judged)),
        median=_median([one.closed_at - one.opened_at for one in done if one.closed_at is not None]),
        stayed=_stayed(done, now),
        stayed_alone=_stayed([one for one in told if one.closed_at is None or one.dropped], now),
    )


def stayed(loop: Loop, now: datetime) -> bool | None:
    """Whether the customer stayed; None while nobody can know."""
    if loop.outcome == LOST:
        return False
    if loop.seen_at is not None and loop.opened_at < loop.seen_at <= min(loop.opened_at + WATCHED, now):
        return True
    return False if now > loop.opened_at + WATCHED else None


def _stayed(loops: Iterable[Loop], now: datetime) -> Figure | None:
    known = [told for one in loops if (told := stayed(one, now)) is not None]
    return share(sum(known), len(known))


def _median(values: list[timedelta]) -> timedelta | None:
    if not values:
        return None
    ordered, middle = sorted(values), len(values) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
