"""The vector store in this process' memory: for commands that run alone, and for tests.

Exact: one matrix product a question. A passage costs 1.5 kB; 100,000 of them take 154 MB, and about six milliseconds
of processor time a search.
"""

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Vectors32
from knowledge.search import Document, DocumentKind
from knowledge.vectors import Entry, Near

BLOCK_ROWS = 8_192
"""Rows are kept in blocks of so many, so that growing copies nothing and memory never holds anything twice."""


class MemoryIndex:
    """`Vectors` in blocks of memory, apart for each kind. Safe between threads."""

    def __init__(self) -> None:
        self._documents: dict[str, Document] = {}
        self._rows = {kind: _Rows() for kind in DocumentKind}
        self._lock = threading.Lock()

    def put(self, entries: Sequence[Entry]) -> None:
        with self._lock:
            for entry in entries:
                self._forget(entry.document.id)
                self._documents[entry.document.id] = entry.document
                self._rows[entry.document.kind].put(entry.document.id, entry.rows)

    def nearest(self, rows: Vectors32, *, kind: DocumentKind, limit: int) -> list[list[Near]]:
        with self._lock:
            return [self._rows[kind].nearest(row, limit) for row in rows]

    def documents(self, ids: Sequence[str], *, kind: DocumentKind) -> list[Document]:
        with self._lock:
            kept = [self._documents[one] for one in ids if one in self._documents]
        return [document for document in kept if document.kind is kind]

    def remove(self, ids: Sequence[str]) -> None:
        with self._lock:
            for one in ids:
                self._forget(one)

    def count(self) -> int:
        return len(self._documents)

    def clear(self) -> None:
        with self._lock:
            self._documents.clear()
            self._rows = {kind: _Rows() for kind in DocumentKind}

    def _forget(self, document_id: str) -> None:
        document = self._documents.pop(document_id, None)
        if document is not None:
            self._rows[document.kind].remove(document_id)


class _Rows:
    """The rows of one kind of document. Places that become free are taken again."""

    def __init__(self) -> None:
        self._blocks: list[Vectors32] = []
        self._owners: list[tuple[str, int]] = []
        self._places: dict[str, list[int]] = {}
        self._free: list[int] = []

    def put(self, document_id: str, rows: Vectors32) -> None:
        places = self._places[document_id] = []
        for number, row in enumerate(rows):
            places.append(self._next_place((document_id, number), len(row)))
            self._blocks[places[-1] // BLOCK_ROWS][places[-1] % BLOCK_ROWS] = row

    def remove(self, document_id: str) -> None:
        self._free += self._places.pop(document_id)

    def nearest(self, row: Vectors32, limit: int) -> list[Near]:
        cosines = self._cosines(row)
        taken = len(cosines) - len(self._free)
        if taken == 0:
            return []
        cosines[self._free] = -np.inf
        first = np.argpartition(-cosines, min(limit, taken) - 1)[: min(limit, taken)]
        best = first[np.lexsort((first, -cosines[first]))]
        found = [(*self._owners[place], float(cosines[place])) for place in best]
        return [Near(document_id, number, cosine) for document_id, number, cosine in found]

    def _cosines(self, row: Vectors32) -> NDArray[np.float32]:
        cosines = np.empty(len(self._owners), np.float32)
        for start, block in zip(range(0, len(cosines), BLOCK_ROWS), self._blocks, strict=True):
            part = cosines[start : start + BLOCK_ROWS]
            # einsum and not dot: one thread reads memory as fast as two, and does not spin when others want the cores
            np.einsum("ij,j->i", block[: len(part)], row, out=part)
        return cosines

    def _next_place(self, owner: tuple[str, int], dim: int) -> int:
        if self._free:
            place = self._free.pop()
            self._owners[place] = owner
            return place
        if len(self._owners) == len(self._blocks) * BLOCK_ROWS:
            self._blocks.append(np.empty((BLOCK_ROWS, dim), np.float32))
        self._owners.append(owner)
        return len(self._owners) - 1
