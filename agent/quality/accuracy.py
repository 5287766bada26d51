"""How well mails were sorted, by category and week, from what people corrected; and what has shifted.

A mail that nobody corrected counts as sorted right, so the figures are an upper bound. A shift is a week from which
on a share differs from the weeks before. Every week could be such a point and every category is looked at, so the
level is divided by the number of tests (Bonferroni): looking often does not make a false alarm likelier.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from agent.intervals import wilson

LEVEL = 0.05
"""Chance that a report with no real shift names one."""

LEAST_BEFORE, LEAST_SINCE = 20, 10
"""Mails needed before and since a week for it to be tested."""

TELLING = 10
"""Corrections from one category to another from which on it is worth to act."""


@dataclass(frozen=True, slots=True)
class SortedMail:
    """One mail: the day it came, where the engine put it (category, subcategory), and where it belongs."""

    day: date
    predicted: str
    subcategory: str
    truth: str


@dataclass(frozen=True, slots=True)
class Cell:
    """Mails that the engine put into one category in one week (`week` is its Monday), and how many were corrected."""

    week: date
    sorted: int
    corrected: int

    @property
    def accuracy(self) -> float | None:
        return 1 - self.corrected / self.sorted if self.sorted else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval (1927) of the accuracy; all of 0..1 where nothing was sorted."""
        return wilson(self.sorted - self.corrected, self.sorted)


@dataclass(frozen=True, slots=True)
class Shift:
    """From `since` on a share is `after` instead of `before`; `p` is corrected for all tests of the report."""

    since: date
    before: float
    after: float
    p: float


@dataclass(frozen=True, slots=True)
class CategoryReport:
    """One category: its weeks, all of them together, and what has shifted (None: nothing that can be told)."""

    category: str
    weeks: tuple[Cell, ...]
    total: Cell
    less_accurate: Shift | None
    incoming: Shift | None


@dataclass(frozen=True, slots=True)
class Confusion:
    """`count` mails sorted into `predicted` (and there `subcategory`, which may be empty) belong to `truth`."""

    predicted: str
    subcategory: str
    truth: str
    count: int

    @property
    def telling(self) -> bool:
        return self.count >= TELLING


@dataclass(frozen=True, slots=True)
class AccuracyReport:
    """`weeks` are the Mondays, oldest first; `confusions` the most frequent first."""

    weeks: tuple[date, ...]
    categories: tuple[CategoryReport, ...]
    total: CategoryReport
    confusions: tuple[Confusion, ...]

    @property
    def drifting(self) -> tuple[CategoryReport, ...]:
        return tuple(one for one in self.categories if one.less_accurate is not None)


def week_of(day: date) -> date:
    """The Monday of its week (ISO 8601)."""
    return day - timedelta(days=day.weekday())


def report(
    mails: Iterable[SortedMail], *, last_week: date, weeks: int, most_confusions: int = 10
) -> AccuracyReport:
    """The `weeks` weeks that end with the one that begins on `last_week`; other mails are left out."""
    mondays = tuple(last_week - timedelta(weeks=back) for back in reversed(range(weeks)))
    seen = [mail for mail in mails if mondays[0] <= week_of(mail.day) <= last_week]
    arrived = Counter((mail.predicted, week_of(mail.day)) for mail in seen)
    wrong = Counter((mail.predicted, week_of(mail.day)) for mail in seen if mail.predicted != mail.truth)
    belonging = Counter((mail.truth, week_of(mail.day)) for mail in seen)
    all_mails = [sum(count for (_, week), count in belonging.items() if week == monday) for monday in mondays]
    slugs = sorted({mail.predicted for mail in seen} | {mail.truth for mail in seen})
    tests = max(1, 2 * len(slugs) * (weeks - 1))
    categories = []
    for slug in slugs:
        cells = tuple(Cell(week, arrived[slug, week], wrong[slug, week]) for week in mondays)
        categories.append(
            CategoryReport(
                slug,
                cells,
                _together(cells),
                shift(
                    mondays, [c.sorted - c.corrected for c in cells], [c.sorted for c in cells], tests, "less"
                ),
                shift(mondays, [belonging[slug, week] for week in mondays], all_mails, tests, "two-sided"),
            )
        )
    overall = tuple(
        Cell(week, sum(one.weeks[i].sorted for one in categories), sum(one.weeks[i].corrected for one in categories))
        for i, week in enumerate(mondays)
    )  # fmt: skip
    falls = shift(
        mondays, [c.sorted - c.corrected for c in overall], [c.sorted for c in overall], max(1, weeks - 1), "less"
    )  # fmt: skip
    pairs = Counter((m.predicted, m.subcategory, m.truth) for m in seen if m.predicted != m.truth)
    return AccuracyReport(
        mondays,
        tuple(categories),
        CategoryReport("", overall, _together(overall), falls, None),
        tuple(Confusion(*pair, count) for pair, count in pairs.most_common(most_confusions)),
    )


def shift(
    weeks: Sequence[date], hits: Sequence[int], counts: Sequence[int], tests: int, side: str
) -> Shift | None:
    """The week from which on the share of hits differs most surely (`less` or `two-sided`), or None.

    Fisher's exact test of the weeks before against those since, for each week with enough mails on both sides.
    """
    from scipy.stats import fisher_exact  # type: ignore[import-untyped]

    best: Shift | None = None
    for at in range(1, len(weeks)):
        before, since = sum(counts[:at]), sum(counts[at:])
        if not counts[at] or before < LEAST_BEFORE or since < LEAST_SINCE:
            continue
        hits_before, hits_since = sum(hits[:at]), sum(hits[at:])
        table = [[hits_since, since - hits_since], [hits_before, before - hits_before]]
        p = min(1.0, float(fisher_exact(table, alternative=side).pvalue) * tests)
        if p < LEVEL and (best is None or p < best.p):
            best = Shift(weeks[at], hits_before / before, hits_since / since, p)
    return best


def _together(cells: Sequence[Cell]) -> Cell:
    return Cell(cells[0].week, sum(c.sorted for c in cells), sum(c.corrected for c in cells))
