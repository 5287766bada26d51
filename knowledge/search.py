"""What is asked of the company's memory, and what comes back.

`knowledge` knows nothing of mail or cases: it keeps texts and finds the nearest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Shareable(Protocol):
    """Text that may be indexed: redacted customer text, or an article the company published itself."""

    def shareable(self) -> str: ...


class DocumentKind(StrEnum):
    ARTICLE = "article"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Document:
    """An article (title, body) or a solved case (title is the question, body the answer), redacted."""

    id: str
    kind: DocumentKind
    language: str
    title: str
    body: str
    category: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """One document that may help, best first; `score` in 0..1; `reason` says in few words why it was found.

    `passage` is the part of `document` that matched best.
    """

    document: Document
    score: float
    passage: str
    reason: str = ""

    @property
    def id(self) -> str:
        return self.document.id


class Finder(Protocol):
    """Finds articles and solved cases for a question, across languages."""

    def find(
        self,
        questions: Sequence[Shareable],
        *,
        language: str = "",
        limit: int = 5,
        kinds: Sequence[DocumentKind] = (DocumentKind.ARTICLE, DocumentKind.CASE),
        category: str = "",
        opening: Shareable | None = None,
    ) -> list[Match]:
        """The best `limit` matches of each kind together, best first; empty when nothing is near.

        `questions` is the question in one text or cut into pieces, in which words and codes are looked for.
        `opening` is the part of it whose meaning is compared, where that is not simply its beginning: a text that
        triage has had embedded costs nothing to look up. `category` is what the question is about, where that is known: documents of the same one are preferred.

        Raises `IndexUnavailable` when the vector server does not answer in time.
        """
        ...


class Index(Protocol):
    """The rebuildable vector index. The database keeps the documents; this keeps what makes them findable."""

    def put(self, documents: Sequence[Document]) -> None: ...

    def remove(self, ids: Sequence[str]) -> None: ...

    def count(self) -> int: ...

    def clear(self) -> None: ...


class IndexUnavailable(Exception):
    """The vector server did not answer in time; drafts are then written without sources, and say so."""
