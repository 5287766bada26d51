"""The vector store in this process' memory: for commands that run alone, and for tests.

Exact and fast up to some tens of thousands of passages (one matrix product a question).
"""

import threading
from collections.abc import Sequence

import numpy as np

from knowledge.embedding import Vectors32
from knowledge.search import Document, DocumentKind
from knowledge.vectors import Entry, Near


class MemoryIndex:
    """`Vectors` in a dictionary, with one matrix a kind that is rebuilt after changes. Safe between threads."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._matrices: dict[DocumentKind, tuple[Vectors32, list[tuple[str, int]]]] = {}
        self._lock = threading.Lock()

    def put(self, entries: Sequence[Entry]) -> None:
        with self._lock:
            self._entries.update({entry.document.id: entry for entry in entries})
            self._matrices.clear()

    def nearest(self, rows: Vectors32, *, kind: DocumentKind, limit: int) -> list[list[Near]]:
        with self._lock:
            matrix, owners = self._matrix(kind)
        if not owners:
            return [[] for _ in rows]
        cosines = rows @ matrix.T
        found = []
        for line in cosines:
            best = np.argsort(-line, kind="stable")[:limit]
            ranked = [(*owners[column], float(line[column])) for column in best]
            found.append([Near(document_id, place, cosine) for document_id, place, cosine in ranked])
        return found

    def documents(self, ids: Sequence[str], *, kind: DocumentKind) -> list[Document]:
        with self._lock:
            kept = [self._entries[one].document for one in ids if one in self._entries]
        return [document for document in kept if document.kind is kind]

    def remove(self, ids: Sequence[str]) -> None:
        with self._lock:
            for one in ids:
                self._entries.pop(one, None)
            self._matrices.clear()

    def count(self) -> int:
        return len(self._entries)

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._matrices.clear()

    def _matrix(self, kind: DocumentKind) -> tuple[Vectors32, list[tuple[str, int]]]:
        """All passages of a kind as one matrix, with the (document id, place) of each row."""
        if kind not in self._matrices:
            entries = [entry for entry in self._entries.values() if entry.document.kind is kind]
            owners = [(entry.document.id, place) for entry in entries for place in range(len(entry.rows))]
            matrix = (
                np.concatenate([entry.rows for entry in entries]) if entries else np.empty((0, 0), np.float32)
            )
            self._matrices[kind] = (matrix, owners)
        return self._matrices[kind]
