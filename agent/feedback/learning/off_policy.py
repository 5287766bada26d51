"""How many answers another way of choosing moments would have had, judged from the log of the one in use.

Inverse propensity scoring weighs each logged outcome by how much likelier the other way would have chosen it
(Horvitz & Thompson 1952); the doubly robust estimate adds a prediction and corrects its errors by the same weights
(Dudík, Langford & Li 2011), which is right when either the propensities or the predictions are. Both need propensities
above 0 for whatever the other way may choose. Intervals resample customers, since one person's outcomes hang together.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.feedback.learning.pooling import Floats

ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class Logged:
    """What is known of each logged request, arrays of shape `(requests,)`.

    `customer` numbers the customers; `answered` is 0 or 1; `propensity` how likely the logged moment was to be chosen
    then, `other` how likely the judged way is to choose it; `predicted` its predicted chance, `predicted_other` the
    mean predicted chance of what the judged way would choose.
    """

    customer: NDArray[np.int64]
    answered: Floats
    propensity: Floats
    other: Floats
    predicted: Floats
    predicted_other: Floats


@dataclass(frozen=True, slots=True)
class Estimate:
    """Answers per request with its 95 % interval; `effective` is how many requests the weights are worth (Kish)."""

    value: float
    low: float
    high: float
    effective: float


def inverse_propensity(log: Logged, seed: int) -> Estimate:
    """Weighted outcomes, the weights normalised to their sum (Hájek 1971)."""
    weights = log.other / log.propensity
    return _estimate(log, weights * log.answered, weights, weights, seed)


def doubly_robust(log: Logged, seed: int) -> Estimate:
    """Predicted chances, corrected by the weighted errors of the predictions."""
    weights = log.other / log.propensity
    values = log.predicted_other + weights * (log.answered - log.predicted)
    return _estimate(log, values, np.ones_like(values), weights, seed)


def _estimate(log: Logged, values: Floats, counts: Floats, weights: Floats, seed: int) -> Estimate:
    """The sum of `values` over that of `counts`, with the middle 95 % of what customers drawn again give."""
    people, row = np.unique(log.customer, return_inverse=True)
    above = np.bincount(row, values, minlength=len(people))
    below = np.bincount(row, counts, minlength=len(people))
    drawn = np.random.default_rng(seed).integers(0, len(people), (ROUNDS, len(people)))
    rounds = above[drawn].sum(1) / np.maximum(below[drawn].sum(1), 1e-9)
    low, high = np.quantile(rounds, (0.025, 0.975))
    squares = float((weights**2).sum())
    return Estimate(
        float(above.sum() / max(below.sum(), 1e-9)),
        float(low),
        float(high),
        float(weights.sum() ** 2 / squares) if squares else 0.0,
    )
