"""A small library and an embedder that needs no model, for tests of the search."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.centering import Centering
from knowledge.embedding import Vectors32
from knowledge.finder import SemanticFinder
from knowledge.memory import MemoryIndex
from knowledge.search import Document, DocumentKind
from knowledge.vectors import Vectors


class WordEmbedder:
    """Texts with the same words are near each other. Deterministic and fast."""

    dim = 64

    def embed(self, texts: Sequence[str]) -> Vectors32:
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split() or ["empty"]:
                digest = hashlib.sha256(word.strip(".,:;!?»«").encode()).digest()
                row[digest[0] % self.dim] += 1
                row[digest[1] % self.dim] -= 1
            row[0] += 0.01
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@dataclass(frozen=True)
class Words:
    """A question that may be searched for."""

    text: str

    def shareable(self) -> str:
        return self.text


def article(document_id: str, title: str, body: str, language: str = "en") -> Document:
    return Document(document_id, DocumentKind.ARTICLE, language, title, body)


def solved_case(document_id: str, question: str, answer: str, language: str = "en") -> Document:
    return Document(document_id, DocumentKind.CASE, language, question, answer)


HEATING = article(
    "heating",
    "The heat pump shows fault H-12 and stays cold",
    "Fault H-12 means that the outdoor sensor is not found.\n\n1. Switch the pump off at the wall.\n"
    "2. Wait five minutes and switch it on again.\n3. Check the plug of the outdoor sensor.",
)
RETURNS = article(
    "returns",
    "How to return goods you do not want",
    "Unused goods can be returned within 30 days. Print the label from your account and hand the parcel in.",
)
VARME = article(
    "varme",
    "Varmepumpen bliver kold",
    "Se først, om filteret er rent. Skift filteret, hvis det er gråt, og start pumpen igen.",
    "da",
)
BILLING = solved_case(
    "billing",
    "You have charged my card twice for the same invoice.",
    "The second charge is a reservation and disappears by itself. I have refunded 49 euros to Mr Alton today.",
)
LIBRARY = (HEATING, RETURNS, VARME, BILLING)


def finder(*documents: Document, vectors: Vectors | None = None) -> SemanticFinder:
    """A search over `documents` (all of `LIBRARY` where none are given)."""
    nothing = np.zeros(WordEmbedder.dim, dtype=np.float32)
    made = SemanticFinder(vectors or MemoryIndex(), WordEmbedder(), Centering({"en": nothing}))
    made.put(documents or LIBRARY)
    return made
