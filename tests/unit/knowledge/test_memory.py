"""The vector store in memory: exact, whatever came and went."""

import numpy as np
import pytest

from knowledge import memory
from knowledge.embedding import Vectors32
from knowledge.memory import MemoryIndex
from knowledge.search import DocumentKind
from knowledge.vectors import Entry
from tests.unit.knowledge.library import article

DIM = 8


def rows(count: int, seed: int) -> Vectors32:
    drawn = np.random.default_rng(seed).standard_normal((count, DIM)).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)


def entry(number: int, count: int = 3) -> Entry:
    return Entry(article(f"a{number}", "title", "body"), rows(count, number))


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of seven rows, so that documents lie across their edges."""
    monkeypatch.setattr(memory, "BLOCK_ROWS", 7)


def nearest(index: MemoryIndex, question: Vectors32, limit: int) -> list[tuple[str, int]]:
    [found] = index.nearest(question, kind=DocumentKind.ARTICLE, limit=limit)
    assert [near.cosine for near in found] == sorted((near.cosine for near in found), reverse=True)
    return [(near.document_id, near.place) for near in found]


def brute_force(entries: list[Entry], question: Vectors32, limit: int) -> list[tuple[str, int]]:
    scored = [
        (-float(row @ question[0]), one.document.id, place)
        for one in entries
        for place, row in enumerate(one.rows)
    ]
    return [(document_id, place) for _, document_id, place in sorted(scored)[:limit]]


def test_it_finds_what_looking_at_every_row_finds() -> None:
    entries = [entry(number, 1 + number % 4) for number in range(20)]
    index = MemoryIndex()
    index.put(entries)
    for seed in range(5):
        question = rows(1, 1000 + seed)
        assert nearest(index, question, 11) == brute_force(entries, question, 11)


def test_after_removing_and_replacing_it_is_as_if_the_rest_had_been_put_alone() -> None:
    entries = [entry(number) for number in range(12)]
    index = MemoryIndex()
    index.put(entries)
    index.remove(["a3", "a7", "unknown"])
    grown = Entry(entries[5].document, rows(9, 77))
    index.put([grown, entry(20)])
    left = [one for one in entries if one.document.id not in {"a3", "a7", "a5"}] + [grown, entry(20)]
    question = rows(1, 500)
    assert nearest(index, question, 100) == brute_force(left, question, 100)
    assert index.count() == len(left)


def test_a_kind_that_is_empty_finds_nothing() -> None:
    index = MemoryIndex()
    index.put([entry(1)])
    assert index.nearest(rows(2, 1), kind=DocumentKind.CASE, limit=5) == [[], []]
    index.remove(["a1"])
    assert index.nearest(rows(1, 1), kind=DocumentKind.ARTICLE, limit=5) == [[]]


def test_a_removed_rows_place_is_taken_again() -> None:
    index = MemoryIndex()
    for _ in range(50):
        index.put([entry(1)])
    assert len(index._rows[DocumentKind.ARTICLE]._blocks) == 1
