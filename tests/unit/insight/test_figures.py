"""Shares with their uncertainty, times by rank, and no figure where there is too little to say."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.insight.facts import CaseFact, Facts, Whose, time_spent
from agent.insight.figures import LEAST, Name, figures, median, nearest_rank

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def cases(count: int, late: int = 0) -> Facts:
    return Facts(
        NOW,
        [
            CaseFact(
                n, Whose(), NOW, answered=NOW, due=NOW - timedelta(hours=1 if n < late else 0), answers=1
            )
            for n in range(count)
        ],
    )


def test_nothing_gives_no_figures_but_zero_cases() -> None:
    found = figures(Facts(NOW))
    assert found[Name.NEW].value == 0
    assert [
        one.value for name, one in found.items() if name not in (Name.NEW, Name.MAILS_IN, Name.MAILS_OUT)
    ] == [None] * 11


@pytest.mark.parametrize(("count", "few"), [(LEAST - 1, True), (LEAST, False)])
def test_fewer_than_ten_cases_are_too_few_to_say(count: int, few: bool) -> None:
    found = figures(cases(count))
    assert found[Name.IN_TIME].too_few is few
    assert found[Name.NEW].too_few is False


def test_a_share_carries_wilsons_interval() -> None:
    share = figures(cases(20, late=2))[Name.IN_TIME]
    assert share.value == 0.9
    assert (round(share.low, 3), round(share.high, 3)) == (0.699, 0.972)  # Wilson 1927, z = 1.96


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60), st.floats(0.01, 1))
def test_the_nearest_rank_is_the_least_value_that_covers_the_share(values: list[float], share: float) -> None:
    at = nearest_rank(values, share)
    assert sum(one <= at for one in values) >= share * len(values) - 1e-9
    assert all(sum(one <= other for one in values) < share * len(values) for other in values if other < at)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60))
def test_half_of_the_values_lie_on_either_side_of_the_median(values: list[float]) -> None:
    middle = median(values)
    assert sum(one <= middle for one in values) * 2 >= len(values)
    assert sum(one >= middle for one in values) * 2 >= len(values)


def test_time_is_spent_in_sittings_of_each_person() -> None:
    acts = [("a", 0), ("a", 10), ("a", 60), ("b", 5), ("b", 6)]
    spent = time_spent([(who, NOW + timedelta(minutes=m)) for who, m in acts])
    assert spent == timedelta(minutes=10 + 1 + 1)
    assert time_spent([]) is None
