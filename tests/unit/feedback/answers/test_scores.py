"""Figures by their published definitions, with intervals checked against published values and the exact truth."""

from math import comb, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import WrongUse
from agent.feedback.answers.scores import Figure, ces, ces_agreeing, csat, nps, share


def rounded(figure: Figure | None, digits: int = 4) -> tuple[float, float, float, int]:
    assert figure is not None
    return round(figure.value, digits), round(figure.low, digits), round(figure.high, digits), figure.answers


@pytest.mark.parametrize(
    ("hits", "answers", "low", "high"),
    # Newcombe (1998), table I, Wilson's score method without continuity correction.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published(hits: int, answers: int, low: float, high: float) -> None:
    assert rounded(share(hits, answers))[1:3] == (low, high)


@pytest.mark.parametrize("p", [0.05, 0.3, 0.5])
def test_the_interval_of_a_share_holds_the_truth_nearly_as_often_as_it_says(p: float) -> None:
    """Exact coverage over all outcomes of 60 answers; Wilson's stays near 95 %."""
    n, covered = 60, 0.0
    for hits in range(n + 1):
        figure = share(hits, n)
        assert figure is not None
        if figure.low <= p <= figure.high:
            covered += comb(n, hits) * p**hits * (1 - p) ** (n - hits)
    assert 0.925 < covered < 0.985


def test_promoters_less_detractors() -> None:
    """Five promoters, three passives, two detractors: 50 % - 20 % = 30."""
    figure = nps([10, 10, 9, 9, 9, 8, 8, 7, 6, 0])
    half = 1.959964 * 100 * sqrt((0.5 + 0.2 - 0.09) / 10)
    assert rounded(figure, 2) == (30.0, round(30 - half, 2), round(30 + half, 2), 10)


@pytest.mark.parametrize(("score", "net"), [(10, 100), (9, 100), (8, 0), (7, 0), (6, -100), (0, -100)])
def test_where_the_groups_of_the_recommendation_scale_begin(score: int, net: int) -> None:
    figure = nps([score])
    assert figure is not None
    assert figure.value == net


def test_satisfaction_is_the_share_of_the_two_best() -> None:
    assert rounded(csat([5, 4, 3, 2, 1]))[::3] == (0.4, 5)


def test_effort_is_a_mean_with_students_interval() -> None:
    # Mean 5, standard deviation 1.5811, t(4, .975) = 2.7764.
    assert rounded(ces([3, 4, 5, 6, 7]), 3) == (5.0, 3.037, 6.963, 5)
    assert rounded(ces_agreeing([3, 4, 5, 6, 7]))[0] == 0.6


def test_one_answer_says_little_of_the_effort() -> None:
    assert ces([6]) == Figure(6.0, 1.0, 7.0, 1)


@pytest.mark.parametrize("figure", [nps([]), csat([]), ces([]), ces_agreeing([]), share(0, 0)])
def test_without_answers_there_is_no_figure(figure: Figure | None) -> None:
    assert figure is None


@pytest.mark.parametrize(
    ("of", "score"),
    [(nps, 11), (nps, -1), (csat, 0), (csat, 6), (ces, 8), (ces, 0), (csat, True), (csat, 4.5)],
)
def test_scores_off_the_scale_are_refused(of: object, score: int) -> None:
    with pytest.raises(WrongUse):
        of([score])  # type: ignore[operator]


def test_more_hits_than_answers_are_refused() -> None:
    with pytest.raises(WrongUse):
        share(3, 2)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=60))
def test_intervals_hold_their_value_and_stay_on_the_scale(scores: list[int]) -> None:
    for figure, low, high in ((csat(scores), 0, 1), (nps(scores), -100, 100), (ces(scores), 1, 7)):
        assert figure is not None
        assert low <= figure.low <= figure.value <= figure.high <= high


@given(st.lists(st.integers(0, 10), min_size=1, max_size=40), st.integers(0, 9))
def test_a_better_answer_never_lowers_the_score(scores: list[int], better: int) -> None:
    before, after = nps(scores), nps([max(scores[0], better), *scores[1:]])
    assert before is not None
    assert after is not None
    assert after.value >= before.value
