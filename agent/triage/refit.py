"""A company's own head: what its corrections say beyond what is known without them.

Logistic regression with an offset (the log-probabilities without corrections), so that a company with few
corrections keeps the shipped judgement and one with thousands has a judgement of its own. How far the shipped
judgement is trusted is fitted along; how strongly the weights are held back, and how much the nearest corrections
say beside them, is chosen on corrections that were left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from agent.triage.neighbours import nearest

PENALTIES = (0.1, 0.3, 1.0, 3.0)
"""Weights of the squared coefficients against the sum of the losses, among which is chosen."""

HINTS = (0.0, 0.3, 1.0)
"""Powers of the nearest corrections' shares, among which is chosen."""

LEAST_COMPARED = 20
"""Corrections from which on penalties can be compared; with fewer the strongest holds."""

MOST_COMPARED = 600
"""As many corrections tell which penalty is best; all of them are fitted."""

FOLDS = 3
TRUST_PENALTY = 4.0
"""Holds the trust in the shipped judgement near 1 as long as few corrections speak against it."""

DOUBT = 0.05
"""Added to each share of the nearest: a category without a near correction is not ruled out."""

MOST_STEPS = 100
_LEAST_SHARE = 1e-4

Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What to add to the log-probability of each of `classes`: `weights` @ [vector, 1], shape (classes, dim + 1).

    Before that the log-probability is multiplied by `trust`; `hint` is the power of the nearest corrections' shares.
    """

    classes: tuple[str, ...]
    weights: Table
    trust: float = 1.0
    hint: float = 0.0

    def apply(self, shares: Mapping[str, float], vector: NDArray[np.float32]) -> dict[str, float]:
        """`shares` (summing to 1) adjusted for a mail with this vector. Other classes keep their odds."""
        moved = {slug: self.trust * np.log(share + _LEAST_SHARE) for slug, share in shares.items()}
        for slug, row in zip(self.classes, self.weights, strict=True):
            if slug in moved:
                moved[slug] += float(row[:-1] @ vector + row[-1])
        top = max(moved.values())
        raw = {slug: float(np.exp(score - top)) for slug, score in moved.items()}
        total = sum(raw.values())
        return {slug: value / total for slug, value in raw.items()}


@dataclass(frozen=True, slots=True)
class _Lessons:
    """The corrections as tables, a row each: vectors with a 1 behind, what was known, what is right, what counts."""

    rows: Table
    offset: Table
    right: Table
    counts: Table

    def part(self, places: NDArray[np.int64]) -> "_Lessons":
        return _Lessons(self.rows[places], self.offset[places], self.right[places], self.counts[places])


def fit(
    vectors: Sequence[NDArray[np.float32]],
    known: Sequence[Mapping[str, float]],
    labels: Sequence[str],
    weights: Sequence[float] | None = None,
) -> Adjustment:
    """The adjustment under which `labels` are likeliest. `known` are each mail's shares without corrections.

    `weights` say how much each mail counts; all alike where they are left out.
    """
    classes = tuple(sorted({*labels, *(slug for shares in known for slug in shares)}))
    place = {slug: column for column, slug in enumerate(classes)}
    lessons = _Lessons(
        rows=np.hstack([np.stack(vectors), np.ones((len(vectors), 1), np.float32)]).astype(np.float64),
        offset=np.log(
            np.array([[shares.get(slug, 0.0) + _LEAST_SHARE for slug in classes] for shares in known])
        ),
        right=np.eye(len(classes))[[place[label] for label in labels]],
        counts=np.ones((len(labels), 1)) if weights is None else np.array(weights)[:, None],
    )
    penalty, hint = _best(lessons, classes)
    return replace(_fitted(lessons, classes, penalty), hint=hint)


def _best(lessons: _Lessons, classes: tuple[str, ...]) -> tuple[float, float]:
    """The penalty and the hint under which corrections that were left out are likeliest."""
    count = len(lessons.rows)
    if count < LEAST_COMPARED:
        return PENALTIES[-1], 0.0
    chosen = np.unique(np.linspace(0, count - 1, min(count, MOST_COMPARED)).astype(np.int64))
    order = np.random.default_rng(0).permutation(chosen)
    losses = dict.fromkeys(((penalty, hint) for penalty in PENALTIES for hint in HINTS), 0.0)
    for fold in range(FOLDS):
        kept, tested = lessons.part(np.delete(order, np.s_[fold::FOLDS])), lessons.part(order[fold::FOLDS])
        hinted = np.log(_shares_of_nearest(kept, tested) + DOUBT)
        for penalty in PENALTIES:
            found = _fitted(kept, classes, penalty)
            scores = found.trust * tested.offset + tested.rows @ found.weights.T
            for hint in HINTS:
                losses[penalty, hint] += _loss(scores + hint * hinted, tested)
    return min(losses, key=lambda pair: losses[pair])


def _fitted(lessons: _Lessons, classes: tuple[str, ...], penalty: float) -> Adjustment:
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    size = len(classes) * lessons.rows.shape[1]
    total = len(lessons.rows)

    def loss(flat: Table) -> tuple[float, Table]:
        given, trust = flat[:size].reshape(len(classes), -1), flat[size]
        likelihood = _log_shares(trust * lessons.offset + lessons.rows @ given.T)
        miss = lessons.counts * (np.exp(likelihood) - lessons.right)
        slope = np.append(
            (miss.T @ lessons.rows + penalty * given).ravel(),
            (miss * lessons.offset).sum() + TRUST_PENALTY * (trust - 1),
        )
        held = penalty * float((given**2).sum()) + TRUST_PENALTY * (trust - 1) ** 2
        value = held / 2 - float((lessons.counts * likelihood * lessons.right).sum())
        return value / total, slope / total

    start = np.append(np.zeros(size), 1.0)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": MOST_STEPS})
    return Adjustment(classes, found.x[:size].reshape(len(classes), -1), float(found.x[size]))


def _shares_of_nearest(kept: _Lessons, tested: _Lessons) -> Table:
    """For each tested mail the shares of the labels of those nearest to it, shape (tested, classes)."""
    counts = [float(count) for count in kept.counts[:, 0]]
    shares = np.zeros_like(tested.right)
    for row, similarity in enumerate((tested.rows[:, :-1] @ kept.rows[:, :-1].T).astype(np.float32)):
        for at, say in nearest(similarity, counts).items():
            shares[row] += say * kept.right[at]
    return shares


def _log_shares(scores: Table) -> Table:
    rest = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(rest - np.log(np.exp(rest).sum(axis=1, keepdims=True)))


def _loss(scores: Table, lessons: _Lessons) -> float:
    return -float((lessons.counts * _log_shares(scores) * lessons.right).sum())
