"""Judging another way of choosing from the log of the one in use."""

import numpy as np
import pytest

from agent.feedback.learning.off_policy import Logged, doubly_robust, inverse_propensity

RATES = np.array([0.2, 0.5, 0.8])
LOGGING = np.array([0.6, 0.3, 0.1])
JUDGED = 2  # the other way always chooses the last moment


def logged(
    count: int, seed: int, *, predictions: np.ndarray = RATES, propensities: np.ndarray = LOGGING
) -> Logged:
    draw = np.random.default_rng(seed)
    chosen = draw.choice(3, count, p=LOGGING)
    return Logged(
        customer=np.arange(count) // 4,
        answered=(draw.random(count) < RATES[chosen]).astype(float),
        propensity=propensities[chosen],
        other=(chosen == JUDGED).astype(float),
        predicted=predictions[chosen],
        predicted_other=np.full(count, predictions[JUDGED]),
    )


@pytest.mark.parametrize("estimate", [inverse_propensity, doubly_robust])
def test_intervals_hold_the_truth_about_as_often_as_they_say(estimate: object) -> None:
    found = [estimate(logged(400, seed), 1) for seed in range(60)]  # type: ignore[operator]
    inside = [one.low <= RATES[JUDGED] <= one.high for one in found]
    assert np.mean(inside) > 0.85


def test_wrong_predictions_are_put_right_by_the_propensities() -> None:
    wrong = np.array([0.9, 0.9, 0.1])
    assert doubly_robust(logged(8000, 1, predictions=wrong), 1).value == pytest.approx(0.8, abs=0.06)


def test_wrong_propensities_are_put_right_by_the_predictions() -> None:
    wrong = np.full(3, 1 / 3)
    assert doubly_robust(logged(8000, 2, propensities=wrong), 1).value == pytest.approx(0.8, abs=0.03)


def test_good_predictions_narrow_the_interval() -> None:
    log = logged(2000, 3)
    robust, plain = doubly_robust(log, 1), inverse_propensity(log, 1)
    assert robust.high - robust.low < 1.2 * (plain.high - plain.low)
    assert plain.effective == pytest.approx(200, abs=40), "every tenth message speaks for the other way"
