"""The figures and how far they can be trusted."""

import pytest

from evals.outcome import Better
from evals.statistics import (
    calibration_error,
    confusion,
    f1_of,
    macro_f1,
    reliability,
    share,
    wilson,
    word_bag_f1,
)


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_wilsons_interval_is_the_published_one(hits: int, count: int, low: float, high: float) -> None:
    """The last row is Newcombe's (1998) example."""
    assert wilson(hits, count) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_nothing_counted_says_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert share("x", []).count == 0


def test_macro_f1_is_the_mean_over_the_labels_that_the_gold_has() -> None:
    pairs = [("a", "a"), ("a", "b"), ("b", "b"), ("b", "c")]
    # a: 2·1/(2+1); b: 2·1/(2+2); c is nobody's label
    assert macro_f1("x", pairs).value == pytest.approx((2 / 3 + 1 / 2) / 2)


def test_the_bootstrap_holds_the_value_and_narrows_with_more_items() -> None:
    pairs = [("a", "a"), ("b", "b"), ("a", "b"), ("b", "a"), ("a", "a"), ("b", "b")]
    few, many = macro_f1("x", pairs), macro_f1("x", pairs * 30)
    assert few.low <= few.value <= few.high
    assert many.high - many.low < few.high - few.low
    assert macro_f1("x", pairs) == few, "the same figures at each run"


def test_f1_of_one_label_counts_what_was_missed_and_what_was_made_up() -> None:
    pairs = [("yes", "yes"), ("yes", "no"), ("no", "yes"), ("no", "no")]
    assert f1_of("x", pairs, "yes").value == pytest.approx(0.5)
    assert f1_of("x", [("no", "no")], "yes").value == 0.0


def test_calibration_error_is_the_gap_between_sure_and_right() -> None:
    sure = [(0.95, True), (0.95, False), (0.15, False), (0.15, False)]
    error = calibration_error("x", sure)
    assert error.value == pytest.approx((0.45 * 2 + 0.15 * 2) / 4)
    assert error.better is Better.LOWER


def test_reliability_leaves_empty_steps_out() -> None:
    steps = reliability("x", [(1.0, True), (0.92, False), (0.31, True)]).steps
    assert [(step.count, step.right) for step in steps] == [(1, 1.0), (2, 0.5)]


def test_confusion_counts_each_pair_once() -> None:
    table = confusion("x", [("a", "a"), ("a", "b"), ("a", "b")])
    assert table.labels == ("a", "b")
    assert table.counts == ((1, 2), (0, 0))


def test_word_bags_disregard_order_and_layout_but_not_words() -> None:
    assert word_bag_f1("Hej  Anna,\ntak!", "tak hej anna") == 1.0
    assert word_bag_f1("one two three four", "one two") == pytest.approx(2 / 3)
    assert word_bag_f1("", "") == 1.0
    assert word_bag_f1("something", "") == 0.0
