"""Vectors kept on disk between two runs, so that a command that runs alone need not embed the library again.

Only what the last run used is kept: what was erased from the library is gone from the file with the next `save`.
No text is stored, only a digest of it beside the vector.
"""

import hashlib
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Embedder, Vectors32

Halves = NDArray[np.float16]


class ShelvedEmbedder:
    """An `Embedder` that remembers vectors in the file `path`, as half floats. A missing or damaged file is begun anew."""

    def __init__(self, embedder: Embedder, path: Path) -> None:
        self._embedder = embedder
        self._path = path
        self._kept = _read(path, embedder.dim)
        self._used: dict[str, Halves] = {}

    @property
    def dim(self) -> int:
        return self._embedder.dim

    def embed(self, texts: Sequence[str]) -> Vectors32:
        digests = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for text in texts]
        fresh = {
            digest: text for digest, text in zip(digests, texts, strict=True) if digest not in self._kept
        }
        if fresh:
            rows = self._embedder.embed(list(fresh.values())).astype(np.float16)
            self._kept.update(zip(fresh, rows, strict=True))
        self._used.update({digest: self._kept[digest] for digest in digests})
        return np.array([self._kept[digest] for digest in digests], np.float32).reshape(len(texts), self.dim)

    def save(self) -> None:
        """Write the vectors asked for since the start. Call it when the library is indexed, before any question."""
        if not self._used:
            self._path.unlink(missing_ok=True)
            return
        unfinished = self._path.with_suffix(".new.npz")
        rows = np.array(list(self._used.values()))
        np.savez(unfinished, digests=np.array(list(self._used)), rows=rows)
        unfinished.chmod(0o600)
        unfinished.replace(self._path)


def _read(path: Path, dim: int) -> dict[str, Halves]:
    try:
        with np.load(path) as stored:
            digests, rows = stored["digests"].tolist(), stored["rows"].astype(np.float16)
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
        return {}
    return dict(zip(digests, rows, strict=True)) if rows.shape == (len(digests), dim) else {}
