"""The measurement of large libraries searches what it says it searches."""

import numpy as np

from evals.scorers.sample.size import RandomEmbedder, Words, measured
from tests.unit.knowledge.library import LIBRARY


def test_it_measures_a_search_over_so_many_passages() -> None:
    spent, megabytes = measured(LIBRARY, 60, [Words("heat pump H-12"), Words("return goods"), Words("card")])
    assert spent > 0
    assert megabytes >= 0


def test_directions_are_of_length_one() -> None:
    rows = RandomEmbedder(1).embed(["one", "two", "three"])
    assert np.allclose(np.linalg.norm(rows, axis=1), 1)
