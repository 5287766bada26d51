"""Partial pooling: a rate from few requests leans on everybody's, one from many stands on its own.

The beta-binomial model: a person's rate is drawn from a beta distribution around everybody's mean, and `strength` is
how many requests that distribution is worth. It is estimated from the data (empirical Bayes; Efron & Morris 1975).
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar  # type: ignore[import-untyped]
from scipy.special import betaln  # type: ignore[import-untyped]

Floats = NDArray[np.float64]

WEAKEST, STRONGEST = 0.5, 500.0


def pooled(answered: Floats, asked: Floats, rate: Floats | float, strength: float) -> Floats:
    """The rate between one's own (`answered / asked`) and everybody's `rate`, by how often one was asked."""
    return np.asarray((answered + strength * np.asarray(rate)) / (asked + strength), np.float64)


def pooled_ratio(answered: Floats, expected: Floats, strength: float) -> Floats:
    """How many times as many answers came as expected, drawn to 1 by few expected ones (gamma-Poisson pooling)."""
    return np.asarray((answered + strength) / (expected + strength), np.float64)


def strength_of(answered: Floats, asked: Floats, rate: float) -> float:
    """How many requests everybody's rate is worth: the less people differ, the more."""
    some = asked > 0
    answered, asked = answered[some], asked[some]
    if not len(asked) or not 0 < rate < 1:
        return STRONGEST

    def unlikely(log_strength: float) -> float:
        strength = np.exp(log_strength)
        a, b = strength * rate, strength * (1 - rate)
        return -float((betaln(answered + a, asked - answered + b) - betaln(a, b)).sum())

    fit = minimize_scalar(unlikely, bounds=(np.log(WEAKEST), np.log(STRONGEST)), method="bounded")
    return float(np.exp(fit.x))


def log_odds(rate: Floats | float) -> Floats:
    """The logarithm of the odds, kept finite."""
    inside = np.clip(np.asarray(rate, np.float64), 1e-4, 1 - 1e-4)
    return np.asarray(np.log(inside / (1 - inside)), np.float64)
