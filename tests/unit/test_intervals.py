"""Intervals of shares and of times: as published, as another library has them, and as often right as they say."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from agent.intervals import quantile_interval, wilson


@given(st.integers(0, 50), st.integers(0, 50))
def test_wilsons_interval_holds_the_share(hits: int, misses: int) -> None:
    low, high = wilson(hits, hits + misses)
    assert 0 <= low <= high <= 1
    if hits + misses:
        assert low - 1e-9 <= hits / (hits + misses) <= high + 1e-9


@given(st.integers(0, 500), st.integers(1, 500), st.sampled_from([0.8, 0.95, 0.99]))
def test_wilsons_interval_is_scipys(hits: int, misses: int, confidence: float) -> None:
    expected = binomtest(hits, hits + misses).proportion_ci(confidence, method="wilson")
    assert wilson(hits, hits + misses, confidence) == pytest.approx((expected.low, expected.high), abs=1e-9)


@pytest.mark.parametrize(
    ("count", "share", "ranks"),
    [
        (5, 0.5, (None, None)),
        (6, 0.5, (1, 6)),
        (20, 0.5, (6, 15)),  # Conover's table of the binomial distribution
        (100, 0.5, (40, 61)),
        (35, 0.9, (28, None)),
        (36, 0.9, (29, 36)),
    ],
)
def test_a_time_lies_between_two_of_the_cases(
    count: int, share: float, ranks: tuple[int | None, int | None]
) -> None:
    assert quantile_interval(list(range(1, count + 1)), share) == ranks


@given(st.integers(6, 80), st.floats(0.05, 0.95))
def test_an_interval_covers_its_quantile_as_often_as_it_says(count: int, share: float) -> None:
    """By the binomial distribution itself: the chance that so many of the cases lie below the quantile."""
    low, high = quantile_interval(list(range(1, count + 1)), share)

    def at_most(below: float) -> float:
        return float(
            sum(comb(count, k) * share**k * (1 - share) ** (count - k) for k in range(int(below) + 1))
        )

    missed_below = at_most(low - 1) if low is not None else 0.0
    missed_above = 1 - at_most(high - 1) if high is not None else 0.0
    assert missed_below <= 0.025 + 1e-9
    assert missed_above <= 0.025 + 1e-9
