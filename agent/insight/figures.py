"""The figures that people steer by, each with what it rests on. The page says in words what each counts.

Figures of cases are about the cases that came in a span of time, as they stand now; figures of drafts about the
decisions made in it. A share or a time of fewer than `LEAST` cases is too few to say anything.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from agent.insight.facts import CaseFact, Facts, Outcome
from agent.intervals import quantile_interval, wilson

LEAST = 10
"""Cases below which a share or a time is not told."""


class Kind(StrEnum):
    COUNT = "count"
    SHARE = "share"  # 0..1, with Wilson's 95 % interval
    TIME = "time"  # seconds


class Name(StrEnum):
    """The figures, in the order of the page."""

    NEW = "new"
    MAILS_IN = "mails_in"
    MAILS_OUT = "mails_out"
    FIRST_MEDIAN = "first_median"
    FIRST_P90 = "first_p90"
    IN_TIME = "in_time"
    ONE_ANSWER = "one_answer"
    HANDLING = "handling"
    CAME_BACK = "came_back"
    ESCALATED = "escalated"
    UNCHANGED = "unchanged"
    EDITED = "edited"
    REJECTED = "rejected"
    RIGHT_CATEGORY = "right_category"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `value` is None where there is nothing to count.

    `low` and `high` are the ends of its 95 % interval: of a share, Wilson's; of a time, those of `quantile_interval`,
    None where there is no such end. `hits` are the cases that make the figure up; `misses`, of a share, those that do
    not count towards it. A case is named once for each time that it counts.
    """

    name: Name
    kind: Kind
    value: float | None
    hits: tuple[int, ...]
    misses: tuple[int, ...] = ()
    low: float | None = None
    high: float | None = None

    @property
    def n(self) -> int:
        return len(self.hits) + len(self.misses)

    @property
    def too_few(self) -> bool:
        """Whether chance could as well have made this figure."""
        return self.kind is not Kind.COUNT and self.n < LEAST


def figures(facts: Facts) -> dict[Name, Figure]:
    """All figures of these facts, in the order of the page."""
    cases, drafts = facts.cases, facts.drafts
    answered = [one for one in cases if one.answered is not None]
    times = [(one.id, one.first_answer) for one in cases if one.first_answer is not None]
    handled = [(one.id, one.handled) for one in answered if one.handled is not None]
    found = [
        _count(Name.NEW, (one.id for one in cases)),
        _count(Name.MAILS_IN, (one.case_id for one in facts.mails if one.incoming)),
        _count(Name.MAILS_OUT, (one.case_id for one in facts.mails if not one.incoming)),
        _time(Name.FIRST_MEDIAN, times, 0.5),
        _time(Name.FIRST_P90, times, 0.9),
        _share(Name.IN_TIME, ((one.id, in_time(one, facts.now)) for one in cases)),
        _share(Name.ONE_ANSWER, ((one.id, one.answers == 1 and not one.wrote_after) for one in answered)),
        _time(Name.HANDLING, handled, 0.5),
        _share(Name.CAME_BACK, ((one.id, one.came_back) for one in answered)),
        _share(Name.ESCALATED, ((one.id, one.escalated) for one in cases)),
        *(
            _share(name, ((one.case_id, one.outcome is outcome) for one in drafts))
            for name, outcome in (
                (Name.UNCHANGED, Outcome.UNCHANGED),
                (Name.EDITED, Outcome.EDITED),
                (Name.REJECTED, Outcome.REJECTED),
            )
        ),
        _share(Name.RIGHT_CATEGORY, ((one.id, one.right) for one in cases)),
    ]
    return {one.name: one for one in found}


def in_time(case: CaseFact, now: datetime) -> bool | None:
    """Whether the first answer left in time; None where that is still open, or no answer was wanted."""
    if case.due is None or (case.answered is None and not case.open):
        return None
    if case.answered is not None:
        return case.answered <= case.due
    return False if case.due < now else None


def median(values: Sequence[float]) -> float:
    """The middle value, or the mean of the two in the middle."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def nearest_rank(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)), 1) - 1]


def _count(name: Name, cases: Iterable[int]) -> Figure:
    hits = tuple(cases)
    return Figure(name, Kind.COUNT, len(hits), hits)


def _time(name: Name, times: Sequence[tuple[int, timedelta]], share: float) -> Figure:
    """The time that this share of all did not exceed; the median is the mean of the two in the middle."""
    longest_first = tuple(case_id for case_id, _ in sorted(times, key=lambda one: -one[1]))
    if not times:
        return Figure(name, Kind.TIME, None, longest_first)
    seconds = [length.total_seconds() for _, length in times]
    value = median(seconds) if share == 0.5 else nearest_rank(seconds, share)
    low, high = quantile_interval(seconds, share)
    return Figure(name, Kind.TIME, value, longest_first, low=low, high=high)


def _share(name: Name, told: Iterable[tuple[int, bool | None]]) -> Figure:
    known = [(case_id, hit) for case_id, hit in told if hit is not None]
    hits = tuple(case_id for case_id, hit in known if hit)
    misses = tuple(case_id for case_id, hit in known if not hit)
    low, high = wilson(len(hits), len(known))
    return Figure(name, Kind.SHARE, len(hits) / len(known) if known else None, hits, misses, low, high)
