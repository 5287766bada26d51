"""Paired tests against figures worked out by hand and from tables."""

import pytest

from agent.backtest.paired import Share, mcnemar, signed_ranks


def test_mcnemar_is_a_coin_for_every_change() -> None:
    """Nine heads of ten: 2 · (1 + 10) / 2¹⁰."""
    paired = mcnemar([1] * 9 + [-1] + [0] * 70)
    assert (paired.judged, paired.better, paired.worse) == (80, 9, 1)
    assert paired.p_value == pytest.approx(22 / 1024)
    assert paired.shown == 1


def test_five_of_five_may_still_be_chance_and_six_of_six_not() -> None:
    assert mcnemar([1] * 5).shown == 0
    assert mcnemar([1] * 6).shown == 1
    assert mcnemar([-1] * 6).shown == -1


def test_without_a_change_there_is_nothing_to_show() -> None:
    for paired in (mcnemar([0] * 40), mcnemar([]), signed_ranks([0.0, 0.0]), signed_ranks([])):
        assert (paired.p_value, paired.shown) == (1.0, 0)


def test_signed_ranks_weigh_how_much_each_mail_changed() -> None:
    """Eight rises and nothing else: exactly 2 / 2⁸ (Wilcoxon 1945)."""
    paired = signed_ranks([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8])
    assert paired.p_value == pytest.approx(2 / 256)
    assert (paired.better, paired.worse) == (8, 0)


def test_a_share_says_how_far_it_can_be_trusted() -> None:
    assert Share(0, 0).interval == (0.0, 1.0)
    low, high = Share(8, 10).interval
    assert low == pytest.approx(0.490, abs=0.001)
    assert high == pytest.approx(0.943, abs=0.001)
