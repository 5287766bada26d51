"""Vectors on disk: the library is embedded once, and nothing outlives its text."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from knowledge.embedding import Vectors32
from knowledge.shelf import ShelvedEmbedder
from tests.unit.knowledge.library import WordEmbedder


class Counting(WordEmbedder):
    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors32:
        self.asked += texts
        return super().embed(texts)


def test_a_second_run_embeds_only_what_is_new(tmp_path: Path) -> None:
    file = tmp_path / "vectors.npz"
    first = ShelvedEmbedder(WordEmbedder(), file)
    rows = first.embed(["one", "two"])
    first.save()
    model = Counting()
    again = ShelvedEmbedder(model, file).embed(["two", "three", "one"])
    assert model.asked == ["three"]
    assert np.allclose(again[[2, 0]], rows, atol=1e-3)


def test_what_was_not_used_is_gone_after_saving(tmp_path: Path) -> None:
    file = tmp_path / "vectors.npz"
    for texts in (["kept", "erased"], ["kept"]):
        shelf = ShelvedEmbedder(WordEmbedder(), file)
        shelf.embed(texts)
        shelf.save()
    model = Counting()
    ShelvedEmbedder(model, file).embed(["erased"])
    assert model.asked == ["erased"]


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 broken"])
def test_a_damaged_file_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "vectors.npz"
    file.write_bytes(content)
    shelf = ShelvedEmbedder(WordEmbedder(), file)
    assert shelf.embed(["one"]).shape == (1, 64)
    shelf.save()
    assert file.stat().st_mode & 0o777 == 0o600


def test_nothing_gives_no_rows(tmp_path: Path) -> None:
    assert ShelvedEmbedder(WordEmbedder(), tmp_path / "v.npz").embed([]).shape == (0, 64)
