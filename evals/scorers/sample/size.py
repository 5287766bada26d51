"""Does a large library slow the analysis of a mail down?

The search of the index that lives in this process is timed over 1,000 and over 100,000 passages: random vectors, and
documents of ordinary length that mix the words of the sample library. What it takes longer is set against the whole
analysis of a mail.
"""

import random
import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np

from agent.sandbox import sample
from evals.material import Material
from evals.outcome import Better, Figure, Outcome
from evals.rows import evenly
from evals.scorers.library import read_library
from knowledge.centering import Centering
from knowledge.embedding import Vectors32
from knowledge.finder import SemanticFinder
from knowledge.memory import MemoryIndex
from knowledge.passages import passages as passages_of
from knowledge.search import Document, DocumentKind
from knowledge.vectors import Entry

SMALL, LARGE = 1_000, 100_000
DIM = 384
QUESTIONS = 40
WORDS = 70


class RandomEmbedder:
    """A random direction for every text: the model's time is not measured here."""

    dim = DIM

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)

    def embed(self, texts: Sequence[str]) -> Vectors32:
        return directions(self._random, len(texts))


@dataclass(frozen=True, slots=True)
class Words:
    """A question that may be searched for."""

    text: str

    def shareable(self) -> str:
        return self.text


def score(material: Material) -> Outcome:
    """Milliseconds of processor time a search at both sizes, megabytes of the larger, share of a mail's analysis."""
    library = read_library(sample.FOLDER)
    mails = [one.cpu_ms for one in material.seen if not one.failed and one.gold["kind"] == "customer"]
    questions = [
        Words(one.mail.new_text) for one in evenly([s for s in material.seen if not s.failed], QUESTIONS)
    ]
    small, _ = measured(library, SMALL, questions)
    large, megabytes = measured(library, LARGE, questions)
    whole = float(np.mean(mails[1:])) if len(mails) > 1 else float("nan")
    return Outcome(
        (
            _figure(f"search over {SMALL:,} passages, ms of processor time", small),
            _figure(f"search over {LARGE:,} passages, ms of processor time", large),
            _figure(
                f"a mail's analysis with {LARGE:,} ÷ with {SMALL:,} passages", (whole + large - small) / whole
            ),
            _figure(f"memory of {LARGE:,} passages, MB", megabytes),
        )
    )


def measured(library: Sequence[Document], passages: int, questions: Sequence[Words]) -> tuple[float, float]:
    """Median milliseconds of processor time of a search over so many passages, and the index's megabytes."""
    before = _resident()
    vectors = MemoryIndex()
    finder = SemanticFinder(vectors, RandomEmbedder(1), Centering({"en": np.zeros(DIM, np.float32)}))
    drawn, left = np.random.default_rng(2), passages
    for document in _invented(library):
        rows = directions(drawn, 1 + len(passages_of(document)))
        vectors.put([Entry(document, rows)])
        finder.remember([document])
        left -= len(rows)
        if left <= 0:
            break
    megabytes = _resident() - before
    spent = []
    for question in questions:
        began = time.process_time()
        finder.find([question], language="en", limit=5)
        spent.append((time.process_time() - began) * 1000)
    return float(np.median(spent[1:])), megabytes


def directions(drawn: np.random.Generator, count: int) -> Vectors32:
    """Rows of length 1 in any direction, shape `(count, DIM)`."""
    rows = drawn.standard_normal((count, DIM), dtype=np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def _invented(library: Sequence[Document]) -> Iterator[Document]:
    """Documents without end, every other one a case."""
    chosen = random.Random(3)  # noqa: S311 - not for secrets
    words = [word for document in library for word in f"{document.title} {document.body}".split()]
    for number in count():
        yield Document(
            f"d{number}",
            DocumentKind.ARTICLE if number % 2 else DocumentKind.CASE,
            ("da", "nb", "sv", "de", "en")[number % 5],
            " ".join(chosen.choices(words, k=8)),
            " ".join(chosen.choices(words, k=WORDS)),
        )


def _figure(name: str, value: float) -> Figure:
    """A value of one measurement, without an interval."""
    return Figure(name, value, value, value, 1, better=Better.MACHINE)


def _resident() -> float:
    """Megabytes that this process holds now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6
