"""Questions that mean the same are one gap."""

import random
from datetime import UTC, datetime, timedelta

import numpy as np

from knowledge.gaps import Ask, group

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def ask(number: int, *vector: float, category: str = "billing") -> Ask:
    row = np.array(vector, np.float32)
    return Ask(number, NOON + timedelta(hours=number), category, row / np.linalg.norm(row))


def ids(asks: list[Ask]) -> list[list[int]]:
    return [[one.id for one in members] for members in group(asks)]


def test_near_ones_are_together_the_largest_group_and_the_newest_question_first() -> None:
    asks = [ask(1, 1, 0), ask(2, 0, 1), ask(3, 1, 0.1), ask(4, 0.9, 0.1)]
    assert ids(asks) == [[4, 3, 1], [2]]


def test_the_same_words_in_another_category_are_another_gap() -> None:
    assert ids([ask(1, 1, 0), ask(2, 1, 0, category="delivery")]) == [[2], [1]]


def test_the_order_in_which_they_are_given_does_not_matter() -> None:
    drawn = np.random.default_rng(3).standard_normal((30, 3))
    asks = [ask(number, *row) for number, row in enumerate(drawn)]
    shuffled = random.Random(1).sample(asks, len(asks))
    assert ids(asks) == ids(shuffled)


def test_no_questions_are_no_gaps() -> None:
    assert group([]) == []
