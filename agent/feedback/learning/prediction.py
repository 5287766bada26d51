"""The chance that a person answers a request at a moment over a channel, learnt from earlier requests.

A logistic regression over the features of `habits`. Each old message is one example, seen with what was
known when its moment was chosen, so that the weights learn how far short and long histories may be trusted, and the
chance means what it says. Weights of experience are never negative: more answers at a moment never lower its chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]
from scipy.special import expit  # type: ignore[import-untyped]

from agent.feedback.learning.attempts import Attempt, Columns, columns
from agent.feedback.learning.habits import FALLING, FEATURES, FREE, GROWING, Everybody, everybody, features
from agent.feedback.learning.numbers import Learning
from agent.feedback.learning.personas import find_personas
from agent.feedback.learning.pooling import Floats, log_odds

Side = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Predictor:
    """What was learnt. `weights` go with `FEATURES`; `calibration` are the three numbers of `_calibrated`."""

    everyone: Everybody
    intercept: float
    weights: Floats
    calibration: Floats
    learning: Learning

    def chances(self, moments: Sequence[Attempt], past: Sequence[Attempt]) -> Floats:
        """The chance of an answer at each of the moments, 0..1, for the person with this past (in any order)."""
        return self.chances_at(columns(moments), columns(past))

    def chances_at(self, moments: Columns, past: Columns) -> Floats:
        """The same over arrays."""
        found = features(moments, past, self.everyone, self.learning)
        return _calibrated(self.intercept + found @ self.weights, self.calibration)


def learn(customers: Sequence[Sequence[Attempt]], learning: Learning) -> Predictor | None:
    """Learn from the earlier messages to each customer; None where there are too few to learn from.

    Messages to which an answer may still come must be left out.
    """
    pasts = [columns(past) for past in customers if past]
    if sum(map(len, pasts)) < learning.least_of_all:
        return None
    everyone = everybody(pasts, find_personas(pasts, learning.personas), learning)
    rows = np.concatenate([features(past, past, everyone, learning) for past in pasts])
    answered = np.concatenate([past.answered for past in pasts]).astype(np.float64)
    intercept, weights = _fit(rows, answered, log_odds(everyone.rate).item(), learning.penalty)
    calibration = _calibration(intercept + rows @ weights, answered)
    return Predictor(everyone, intercept, weights, calibration, learning)


def _fit(rows: Floats, answered: Floats, start: float, penalty: float) -> tuple[float, Floats]:
    """Penalised maximum likelihood, each weight on its side of zero."""

    sides = {GROWING: (0.0, None), FREE: (None, None), FALLING: (None, 0.0)}
    bounds = [side for names, side in sides.items() for _ in names]
    found = _logistic(rows, answered, np.concatenate([[start], np.zeros(len(FEATURES))]), bounds, penalty)
    return float(found[0]), found[1:]


def _calibration(scores: Floats, answered: Floats) -> Floats:
    """Beta calibration (Kull, Silva Filho & Flach 2017): corrects chances that are too timid at one end, and keeps
    their order."""
    rows = np.column_stack(_tails(scores))
    return _logistic(rows, answered, np.array([0.0, 1.0, 1.0]), [(0.0, None)] * 2, penalty=0.0)


def _calibrated(scores: Floats, calibration: Floats) -> Floats:
    low, high = _tails(scores)
    return np.asarray(expit(calibration[0] + calibration[1] * low + calibration[2] * high), np.float64)


def _tails(scores: Floats) -> tuple[Floats, Floats]:
    """The logarithm of the chance, and that of its opposite turned round: both rise with the score."""
    return -np.logaddexp(0, -scores), np.logaddexp(0, scores)


def _logistic(
    rows: Floats, answered: Floats, start: Floats, bounds: Sequence[Side], penalty: float
) -> Floats:
    """Intercept and weights of the most likely model; `bounds` are those of the weights."""

    def loss(point: Floats) -> tuple[float, Floats]:
        score = point[0] + rows @ point[1:]
        miss = expit(score) - answered
        value = float(
            (np.logaddexp(0, score) - answered * score).sum() + penalty / 2 * (point[1:] ** 2).sum()
        )
        slope = np.concatenate([[miss.sum()], rows.T @ miss + penalty * point[1:]])
        return value, slope

    fit = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(None, None), *bounds])
    return np.asarray(fit.x, np.float64)
