"""What is left of a vector without its language, and whether it was fitted on what is shipped."""

import io

import numpy as np

from knowledge.centering import Centering, shipped_inputs, shipped_version
from knowledge.fitting import inputs_hash

MEANS = {"da": np.array([1.0, 0.0], np.float32), "de": np.array([0.0, 1.0], np.float32)}
SWAP = np.array([[0.0, 1.0], [1.0, 0.0]], np.float32)


def test_the_mean_of_the_language_is_taken_away() -> None:
    row = Centering(MEANS).question(np.array([[1.0, 0.5]], np.float32), "da")
    assert np.allclose(row, [[0.0, 1.0]])


def test_documents_lose_the_mean_of_documents() -> None:
    nothing = {"da": np.zeros(2, np.float32)}
    row = Centering(MEANS, nothing).document(np.array([[1.0, 0.0]], np.float32), "da")
    assert np.allclose(row, [[1.0, 0.0]])


def test_the_map_comes_after_the_mean() -> None:
    row = Centering(MEANS, matrix=SWAP).question(np.array([[1.0, 0.5]], np.float32), "da")
    assert np.allclose(row, [[1.0, 0.0]])


def test_an_unknown_language_loses_the_mean_of_all() -> None:
    row = Centering(MEANS).question(np.array([[0.5, 2.5]], np.float32), "fi")
    assert np.allclose(row, [[0.0, 1.0]])


def test_a_vector_that_is_all_mean_does_no_harm() -> None:
    assert np.isfinite(Centering(MEANS).question(np.array([[1.0, 0.0]], np.float32), "da")).all()


def test_what_is_saved_is_loaded_again() -> None:
    file = io.BytesIO()
    Centering(MEANS, {"sv": MEANS["da"]}, SWAP).save(file, "inputs")
    file.seek(0)
    loaded, row = Centering.load(file), np.array([[3.0, 1.0]], np.float32)
    assert np.allclose(loaded.question(row, "de"), [[0.0, 1.0]])
    assert np.allclose(
        loaded.document(row, "sv"), Centering(MEANS, matrix=SWAP).document(row, "da"), atol=1e-3
    )


def test_the_shipped_means_cover_the_five_languages_on_both_sides() -> None:
    shipped, ones = Centering.shipped(), np.ones((1, 384), np.float32)
    rows = [
        side(ones, name)
        for name in ("da", "nb", "sv", "de", "en")
        for side in (shipped.question, shipped.document)
    ]
    assert len({row.tobytes() for row in rows}) == 10


def test_it_was_fitted_on_the_pairs_that_are_shipped() -> None:
    """Otherwise run `python -m knowledge.fitting`."""
    assert shipped_inputs() == inputs_hash()


def test_the_version_is_short_enough_for_the_name_of_an_index() -> None:
    assert len(shipped_version()) == 8
