"""How signs become a ranking."""

import numpy as np
import pytest

from knowledge.ranking import Sign, Weights, scores, shipped_weights

PLAIN = Weights(3, 0.15, 0.6, 0.5, 0.33, {"meaning": Sign(1.0, 0.1, 0.1)}, middle=2.0, slope=1.0, least=0.1)


def test_a_language_whose_texts_are_all_alike_gains_nothing() -> None:
    """Every Danish text is near a Danish question; the one German text that stands out wins all the same."""
    meaning = np.array([0.6, 0.6, 0.6, 0.1, 0.1, 0.5])
    ranking = scores({"meaning": meaning}, ["da"] * 3 + ["de"] * 3, np.zeros(6), PLAIN)
    assert int(ranking.argmax()) == 5


def test_a_single_document_is_compared_with_the_background() -> None:
    near = scores({"meaning": np.array([0.9])}, ["en"], np.zeros(1), PLAIN)
    far = scores({"meaning": np.array([0.1])}, ["en"], np.zeros(1), PLAIN)
    assert near[0] > 0.9 > 0.2 > far[0]


def test_every_score_lies_between_nothing_and_certainty() -> None:
    ranking = scores({"meaning": np.array([-1.0, 1.0])}, ["en", "en"], np.zeros(2), PLAIN)
    assert ((ranking > 0) & (ranking < 1)).all()


@pytest.mark.parametrize("name", ["meaning", "concepts", "wording", "codes"])
def test_the_shipped_weights_know_every_sign(name: str) -> None:
    assert shipped_weights().signs[name].spread > 0


def test_favour_helps_what_is_near_and_nothing_else() -> None:
    meaning = {"meaning": np.array([0.5, 0.05, 0.05, 0.05])}
    plain = scores(meaning, ["en"] * 4, np.zeros(4), PLAIN)
    favoured = scores(meaning, ["en"] * 4, np.full(4, 0.6), PLAIN)
    assert favoured[0] > plain[0]
    assert favoured[1] == plain[1]
