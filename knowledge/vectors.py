"""What the search asks of a vector store, so that Chroma and memory can stand for each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from knowledge.embedding import Vectors32
from knowledge.search import Document, DocumentKind


@dataclass(frozen=True)
class Entry:
    """A document and its vectors, of length 1: the first row for the whole, then one for each passage.

    `knowledge.passages` says what the passages are.
    """

    document: Document
    rows: Vectors32


@dataclass(frozen=True, slots=True)
class Near:
    """A row near a question: its document's id, its place in the document's entry, the cosine."""

    document_id: str
    place: int
    cosine: float


class Vectors(Protocol):
    """Keeps entries and finds the passages nearest to a vector. Calls may raise `IndexUnavailable`."""

    def put(self, entries: Sequence[Entry]) -> None:
        """Keep `entries`; what was kept of the same documents before is gone."""
        ...

    def nearest(self, rows: Vectors32, *, kind: DocumentKind, limit: int) -> list[list[Near]]:
        """For each row of `rows` the nearest passages of that kind, best first, at most `limit`."""
        ...

    def documents(self, ids: Sequence[str], *, kind: DocumentKind) -> list[Document]:
        """The documents of these ids, whole, in any order; unknown ids are left out."""
        ...

    def remove(self, ids: Sequence[str]) -> None: ...

    def count(self) -> int:
        """How many documents are kept."""
        ...

    def clear(self) -> None: ...
