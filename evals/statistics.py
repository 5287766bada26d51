"""The statistics of the figures: shares, F1, calibration, and how far each can be trusted.

Shares carry Wilson's interval (1927), which holds near 0 and 1 as well. F1 is no share of anything, so that its
interval comes from the bootstrap (Efron 1979): the items drawn again with replacement, a thousand times.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from agent.intervals import wilson
from evals.outcome import Better, Confusion, Figure, Reliability, ReliabilityStep

ROUNDS = 1000
SEED = 20260303

Pairs = Sequence[tuple[str, str]]
"""(gold, given), one an item."""

Labels = NDArray[np.int64]

_WORD = re.compile(r"\w+")


def share(
    name: str, hits: Sequence[bool], part: str = "", *, better: Better = Better.HIGHER, empty: float = 0.0
) -> Figure:
    """The share of `hits` that are true; `empty` where there are none."""
    return share_of(name, sum(hits), len(hits), part, better=better, empty=empty)


def share_of(
    name: str, hits: int, count: int, part: str = "", *, better: Better = Better.HIGHER, empty: float = 0.0
) -> Figure:
    """The share of `hits` among `count`."""
    low, high = wilson(hits, count)
    return Figure(name, hits / count if count else empty, low, high, count, part, better)


def macro_f1(name: str, pairs: Pairs, part: str = "") -> Figure:
    """The mean of the F1 of every label that the gold has."""
    labels = sorted({label for pair in pairs for label in pair})
    gold, given = _numbered(pairs, labels)
    present = sorted({label for label, _ in pairs})
    wanted = np.array([labels.index(label) for label in present], dtype=np.int64)

    def mean_f1(drawn: Labels) -> float:
        scores = _f1_scores(gold[drawn], given[drawn], len(labels))[wanted]
        occurring = np.isin(wanted, gold[drawn])
        return float(scores[occurring].mean()) if occurring.any() else 0.0

    return bootstrapped(name, len(pairs), mean_f1, part)


def f1_of(name: str, pairs: Pairs, label: str, part: str = "") -> Figure:
    """The F1 of one label against all others."""
    labels = sorted({label, *(one for pair in pairs for one in pair)})
    gold, given = _numbered(pairs, labels)
    position = labels.index(label)
    return bootstrapped(
        name,
        len(pairs),
        lambda drawn: float(_f1_scores(gold[drawn], given[drawn], len(labels))[position]),
        part,
    )


def bootstrapped(
    name: str,
    count: int,
    measure: Callable[[Labels], float],
    part: str = "",
    *,
    better: Better = Better.HIGHER,
    rounds: int = ROUNDS,
) -> Figure:
    """`measure` of all items, with the middle 95 % of what it gives for items drawn again.

    `measure` takes the numbers (0..count-1) of the items drawn.
    """
    if count == 0:
        return Figure(name, 0.0, 0.0, 1.0, 0, part, better)
    draw = np.random.default_rng(SEED)
    values = [measure(draw.integers(0, count, count)) for _ in range(rounds)]
    low, high = (float(bound) for bound in np.quantile(values, (0.025, 0.975)))
    return Figure(name, measure(np.arange(count)), low, high, count, part, better)


def _numbered(pairs: Pairs, labels: Sequence[str]) -> tuple[Labels, Labels]:
    number = {label: position for position, label in enumerate(labels)}
    gold = np.array([number[gold] for gold, _ in pairs], dtype=np.int64)
    given = np.array([number[given] for _, given in pairs], dtype=np.int64)
    return gold, given


def _f1_scores(gold: Labels, given: Labels, labels: int) -> NDArray[np.float64]:
    """F1 of each label; 0 where it neither is nor was given."""
    hits = np.bincount(gold[gold == given], minlength=labels)
    named = np.bincount(gold, minlength=labels) + np.bincount(given, minlength=labels)
    return np.asarray(2 * hits / np.maximum(1, named), dtype=np.float64)


def confusion(title: str, pairs: Pairs) -> Confusion:
    """The pairs as a table, labels in alphabetical order."""
    labels = tuple(sorted({label for pair in pairs for label in pair}))
    counts = Counter(pairs)
    return Confusion(title, labels, tuple(tuple(counts[row, column] for column in labels) for row in labels))


def reliability(title: str, sure: Sequence[tuple[float, bool]], steps: int = 10) -> Reliability:
    """Decisions as (confidence 0..1, right?) put into equal steps of confidence; empty steps are left out."""
    found = []
    for step in range(steps):
        inside = [one for one in sure if min(int(one[0] * steps), steps - 1) == step]
        if inside:
            found.append(
                ReliabilityStep(
                    sum(confidence for confidence, _ in inside) / len(inside),
                    sum(right for _, right in inside) / len(inside),
                    len(inside),
                )
            )
    return Reliability(title, tuple(found))


def calibration_error(name: str, sure: Sequence[tuple[float, bool]], part: str = "") -> Figure:
    """Expected calibration error over ten equal steps of confidence (Naeini et al. 2015)."""
    confidence = np.array([one for one, _ in sure])
    right = np.array([float(one) for _, one in sure])

    def error(drawn: Labels) -> float:
        steps = np.minimum((confidence[drawn] * 10).astype(np.int64), 9)
        gaps = np.bincount(steps, weights=right[drawn] - confidence[drawn], minlength=10)
        return float(np.abs(gaps).sum() / len(drawn))

    return bootstrapped(name, len(sure), error, part, better=Better.LOWER)


def words(text: str) -> list[str]:
    """The words of a text in lower case, for comparing two texts as bags of words."""
    return _WORD.findall(text.lower())


def word_bag_f1(gold: str, given: str) -> float:
    """F1 of two texts as bags of words: 1 for the same words as often, whatever their order and layout."""
    wanted, found = Counter(words(gold)), Counter(words(given))
    total = wanted.total() + found.total()
    return 2 * (wanted & found).total() / total if total else 1.0
