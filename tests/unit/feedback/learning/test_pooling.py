"""A rate from few requests leans on everybody's, one from many stands on its own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.feedback.learning.pooling import pooled, pooled_ratio, strength_of

counts = st.integers(0, 500).flatmap(lambda asked: st.tuples(st.integers(0, asked), st.just(asked)))
rates = st.floats(0.001, 0.999)
strengths = st.floats(0.1, 500)


def rate_of(answered: float, asked: float, rate: float, strength: float) -> float:
    return float(pooled(np.array(float(answered)), np.array(float(asked)), rate, strength))


@given(counts, rates, strengths)
def test_the_pooled_rate_lies_between_ones_own_and_everybodys(
    own: tuple[int, int], rate: float, strength: float
) -> None:
    answered, asked = own
    found = rate_of(answered, asked, rate, strength)
    mine = answered / asked if asked else rate
    assert min(mine, rate) - 1e-9 <= found <= max(mine, rate) + 1e-9


@given(counts, rates, strengths)
def test_one_more_answer_raises_it_and_one_more_silence_lowers_it(
    own: tuple[int, int], rate: float, strength: float
) -> None:
    answered, asked = own
    before = rate_of(answered, asked, rate, strength)
    assert rate_of(answered + 1, asked + 1, rate, strength) > before
    assert rate_of(answered, asked + 1, rate, strength) < before


@given(counts, st.floats(0.01, 300), strengths)
def test_the_pooled_ratio_lies_between_ones_own_and_one(
    own: tuple[int, int], expected: float, strength: float
) -> None:
    found = float(pooled_ratio(np.array(float(own[0])), np.array(expected), strength))
    mine = own[0] / expected
    assert min(mine, 1) - 1e-9 <= found <= max(mine, 1) + 1e-9


@pytest.mark.parametrize("truth", [3.0, 30.0])
def test_the_strength_behind_made_up_people_is_found_again(truth: float) -> None:
    draw = np.random.default_rng(5)
    asked = np.full(2000, 20.0)
    answered = draw.binomial(20, draw.beta(0.3 * truth, 0.7 * truth, 2000)).astype(float)
    assert strength_of(answered, asked, 0.3) == pytest.approx(truth, rel=0.2)


def test_without_anybody_asked_everybodys_rate_decides() -> None:
    assert strength_of(np.zeros(3), np.zeros(3), 0.3) == 500
