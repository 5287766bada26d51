"""A company's own head: what its corrections say beyond what is known without them.

Logistic regression with an offset (the log-probabilities without corrections), so that a company with few
corrections keeps the shipped judgement and one with thousands has a judgement of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PENALTY = 0.3
"""Weight of the squared coefficients against the sum of the losses, chosen on public intents (see docs/decisions/triage-learning.md)."""

MOST_STEPS = 100
_LEAST_SHARE = 1e-4

Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What to add to the log-probability of each of `classes`: `weights` @ [vector, 1], shape (classes, dim + 1)."""

    classes: tuple[str, ...]
    weights: Table

    def apply(self, shares: Mapping[str, float], vector: NDArray[np.float32]) -> dict[str, float]:
        """`shares` (summing to 1) adjusted for a mail with this vector. Other classes keep their odds."""
        moved = {slug: np.log(share + _LEAST_SHARE) for slug, share in shares.items()}
        for slug, row in zip(self.classes, self.weights, strict=True):
            if slug in moved:
                moved[slug] += float(row[:-1] @ vector + row[-1])
        top = max(moved.values())
        raw = {slug: float(np.exp(score - top)) for slug, score in moved.items()}
        total = sum(raw.values())
        return {slug: value / total for slug, value in raw.items()}


def fit(
    vectors: Sequence[NDArray[np.float32]], known: Sequence[Mapping[str, float]], labels: Sequence[str]
) -> Adjustment:
    """The adjustment under which `labels` are likeliest. `known` are each mail's shares without corrections."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    classes = tuple(sorted({*labels, *(slug for shares in known for slug in shares)}))
    rows = np.hstack([np.stack(vectors), np.ones((len(vectors), 1), np.float32)]).astype(np.float64)
    offset = np.log(
        np.array([[shares.get(slug, 0.0) + _LEAST_SHARE for slug in classes] for shares in known])
    )
    place = {slug: column for column, slug in enumerate(classes)}
    penalty = PENALTY / len(rows)
    right = np.eye(len(classes))[[place[label] for label in labels]]

    def loss(flat: Table) -> tuple[float, Table]:
        weights = flat.reshape(len(classes), -1)
        scores = offset + rows @ weights.T
        scores -= scores.max(axis=1, keepdims=True)
        likelihood = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        slope = (np.exp(likelihood) - right).T @ rows / len(rows) + penalty * weights
        value = -float((likelihood * right).sum()) / len(rows) + penalty / 2 * float((weights**2).sum())
        return value, slope.ravel()

    start = np.zeros(len(classes) * rows.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": MOST_STEPS})
    return Adjustment(classes, found.x.reshape(len(classes), -1))
