"""Labels that can hardly be right are found; consistent ones are left alone."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agent.quality.label_review import doubts, near_duplicates

EVEN = {"a": 0.5, "b": 0.5}


def cloud(label: str, count: int, seed: int) -> list[np.ndarray]:
    """Unit vectors around one direction a label."""
    centre = np.zeros(16)
    centre[0 if label == "a" else 1] = 1.0
    noise = np.random.default_rng(seed).normal(0, 0.12, (count, 16))
    return [(vector / np.linalg.norm(vector)).astype(np.float32) for vector in centre + noise]


def test_the_same_complaint_about_another_order_is_nearly_the_same() -> None:
    texts = [
        "The parcel of order 123 has not arrived after two whole weeks of waiting",
        "Please tell me where I find the manual of the machine",
        "The parcel of order 98765 has not arrived after two whole weeks of waiting",
    ]
    assert [(first, second) for first, second, _ in near_duplicates(texts)] == [(0, 2)]


def test_short_texts_are_never_nearly_the_same() -> None:
    assert near_duplicates(["thank you very much", "thank you very much"]) == []


@given(st.lists(st.text(max_size=60), max_size=8))
def test_pairs_are_ordered_and_within_bounds_for_any_texts(texts: list[str]) -> None:
    for first, second, likeness in near_duplicates(texts):
        assert 0 <= first < second < len(texts)
        assert 0.8 <= likeness <= 1.0001


def test_a_wrong_label_among_many_right_ones_is_found_and_nothing_else() -> None:
    vectors = [*cloud("a", 30, 1), *cloud("b", 30, 2)]
    labels = ["a"] * 30 + ["b"] * 30
    labels[7] = "b"
    found = doubts(labels, vectors, [EVEN] * 60)
    assert [(doubt.index, doubt.suggested) for doubt in found] == [(7, "a")]
    assert found[0].strength > 0.7


def test_consistent_labels_raise_no_doubt() -> None:
    vectors = [*cloud("a", 30, 3), *cloud("b", 30, 4)]
    assert doubts(["a"] * 30 + ["b"] * 30, vectors, [EVEN] * 60) == []


def test_nearly_the_same_text_under_two_labels_puts_both_in_doubt() -> None:
    vectors = cloud("a", 3, 5)
    found = doubts(["a", "b", "a"], vectors, [EVEN] * 3, [(0, 1, 0.9)])
    assert {(doubt.index, doubt.suggested, doubt.other) for doubt in found} == {(0, "b", 1), (1, "a", 0)}


def test_few_labels_are_judged_by_their_neighbours() -> None:
    vectors = cloud("a", 12, 6)
    labels = ["a"] * 12
    labels[4] = "b"
    found = doubts(labels, vectors, [EVEN] * 12)
    assert [(doubt.index, doubt.reason) for doubt in found] == [(4, "neighbours")]
