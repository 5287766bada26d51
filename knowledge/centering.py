"""From the model's vectors to comparable ones: without the language, and without what sets mails and articles apart.

The embedding model places all Danish texts nearer to each other than to their own translations, and all mails
nearer to each other than to the articles that answer them. Subtracting the mean vector of the text's side
(question or document) and language takes most of that away; one learnt map, the same for both sides, turns the
rest a little towards what answers a question (docs/decisions/knowledge-retrieval.md has the figures). Both are
fitted by `knowledge.fitting`, and belong to one embedding model.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import IO

import numpy as np

from knowledge.embedding import Vectors32

_SHIPPED = files("knowledge") / "data" / "centering.npz"


class Centering:
    """The mean vector of each language for questions and for documents, and the map that follows.

    Without `documents` these have the same means as questions; without `matrix`, shape `(dim, dim)`, vectors stay
    where they are.
    """

    def __init__(
        self,
        questions: Mapping[str, Vectors32],
        documents: Mapping[str, Vectors32] | None = None,
        matrix: Vectors32 | None = None,
    ) -> None:
        self._questions = dict(questions)
        self._documents = dict(questions if documents is None else documents)
        self._matrix = matrix

    @classmethod
    @cache
    def shipped(cls) -> "Centering":
        """What was fitted for the bundled model."""
        with _SHIPPED.open("rb") as file:
            return cls.load(file)

    @classmethod
    def load(cls, file: IO[bytes]) -> "Centering":
        """What `save` wrote."""
        with np.load(file, allow_pickle=False) as stored:
            sides = {
                side: {
                    name.removeprefix(f"{side}."): stored[name].astype(np.float32)
                    for name in stored.files
                    if name.startswith(f"{side}.")
                }
                for side in ("question", "document")
            }
            matrix = stored["matrix"].astype(np.float32)
        return cls(sides["question"], sides["document"], matrix)

    def save(self, file: IO[bytes], inputs: str) -> None:
        """Write it as half floats, with `inputs`, the hash of what it was fitted on."""
        arrays = {f"question.{name}": mean for name, mean in self._questions.items()}
        arrays |= {f"document.{name}": mean for name, mean in self._documents.items()}
        if self._matrix is not None:
            arrays["matrix"] = self._matrix
        halves = {name: array.astype(np.float16) for name, array in arrays.items()}
        np.savez_compressed(file, allow_pickle=False, inputs=np.array(inputs), **halves)

    def question(self, rows: Vectors32, language: str) -> Vectors32:
        """`rows` of the model, shape `(n, dim)`, made comparable with documents; again of length 1.

        A language without a mean of its own loses the mean of all known ones.
        """
        return self._moved(rows, self._questions, language)

    def document(self, rows: Vectors32, language: str) -> Vectors32:
        """As `question`, for the other side. The result is what an index keeps."""
        return self._moved(rows, self._documents, language)

    def _moved(self, rows: Vectors32, means: Mapping[str, Vectors32], language: str) -> Vectors32:
        mean = means[language] if language in means else np.mean(list(means.values()), axis=0)
        centred = of_length_one(rows - mean)
        return centred if self._matrix is None else of_length_one(centred @ self._matrix.T)


def of_length_one(rows: Vectors32) -> Vectors32:
    """Each row divided by its length; a row of nothing stays nothing."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(norms, 1e-9), dtype=np.float32)


@cache
def shipped_version() -> str:
    """Eight hex digits that change with the shipped file: vectors of different versions cannot be compared."""
    return hashlib.sha256(_SHIPPED.read_bytes()).hexdigest()[:8]


def shipped_inputs() -> str:
    """The hash of what the shipped file was fitted on (`knowledge.fitting.inputs_hash`)."""
    with _SHIPPED.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        return str(stored["inputs"])
