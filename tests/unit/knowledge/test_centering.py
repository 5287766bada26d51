"""What is left of a vector without its language."""

import numpy as np

from knowledge.centering import Centering, sample_mails
from tests.unit.knowledge.library import WordEmbedder

MEANS = {"da": np.array([1.0, 0.0], np.float32), "de": np.array([0.0, 1.0], np.float32)}


def test_the_mean_of_the_language_is_taken_away() -> None:
    row = Centering(MEANS).apply(np.array([[1.0, 0.5]], np.float32), "da")
    assert np.allclose(row, [[0.0, 1.0]])


def test_an_unknown_language_loses_the_mean_of_all() -> None:
    row = Centering(MEANS).apply(np.array([[0.5, 2.5]], np.float32), "fi")
    assert np.allclose(row, [[0.0, 1.0]])


def test_a_vector_that_is_all_mean_does_no_harm() -> None:
    assert np.isfinite(Centering(MEANS).apply(np.array([[1.0, 0.0]], np.float32), "da")).all()


def test_the_shipped_means_cover_the_five_languages() -> None:
    shipped = Centering.shipped()
    rows = [
        shipped.apply(np.ones((1, 384), np.float32), language) for language in ("da", "nb", "sv", "de", "en")
    ]
    assert len({row.tobytes() for row in rows}) == 5


def test_the_sample_says_the_same_in_every_language() -> None:
    mails = sample_mails()
    assert set(mails) == {"da", "nb", "sv", "de", "en"}
    assert len({len(texts) for texts in mails.values()}) == 1


def test_means_can_be_estimated_for_another_model() -> None:
    estimated = Centering.estimate(WordEmbedder())
    row = estimated.apply(WordEmbedder().embed(["Hvor er pakken?"]), "da")
    assert row.shape == (1, WordEmbedder.dim)
