"""Is a difference more than chance? The same mails were handled both ways, so the tests are paired."""

from collections.abc import Sequence
from dataclasses import dataclass

from scipy import stats  # type: ignore[import-untyped]

from agent.intervals import wilson

SURE = 0.05
"""A difference this unlikely by chance counts as shown."""


@dataclass(frozen=True, slots=True)
class Paired:
    """How many mails went better and worse, of how many that could be judged, and how likely that is by chance."""

    judged: int
    better: int
    worse: int
    p_value: float

    @property
    def shown(self) -> int:
        """1 where it is shown to be better, -1 where it is shown to be worse, 0 where it may be chance."""
        return 0 if self.p_value > SURE else (self.better > self.worse) - (self.better < self.worse)


def mcnemar(verdicts: Sequence[int]) -> Paired:
    """McNemar's exact test on verdicts of 1 (better), 0 (the same) and -1 (worse): a coin for every change."""
    better, worse = verdicts.count(1), verdicts.count(-1)
    changed = better + worse
    p_value = float(stats.binomtest(better, changed, 0.5).pvalue) if changed else 1.0
    return Paired(len(verdicts), better, worse, p_value)


def signed_ranks(differences: Sequence[float]) -> Paired:
    """Wilcoxon's signed-rank test on differences, more being better; exact for few of them."""
    changed = [one for one in differences if one]
    p_value = float(stats.wilcoxon(changed).pvalue) if changed else 1.0
    better = sum(one > 0 for one in changed)
    return Paired(len(differences), better, len(changed) - better, p_value)


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `count`, with how far that can be trusted."""

    hits: int
    count: int

    @property
    def value(self) -> float:
        return self.hits / self.count if self.count else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval; all of 0..1 where nothing was counted."""
        return wilson(self.hits, self.count)
