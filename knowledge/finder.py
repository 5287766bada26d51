"""Search: the articles and solved cases that may help with a question, across languages.

Vectors choose the candidates; meaning, shared notions, wording and codes rank them (`ranking`).
"""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import numpy as np

from knowledge.centering import Centering
from knowledge.embedding import Embedder, Vectors32
from knowledge.features import Features, code_scores, concept_scores, features, wording_scores
from knowledge.passages import WINDOW_WORDS, passages
from knowledge.ranking import Row, Weights, scores, shipped_weights
from knowledge.reasons import reason
from knowledge.search import Document, DocumentKind, Match, Shareable
from knowledge.vectors import Entry, Near, Vectors

CANDIDATE_PASSAGES = 240
"""Passages a question may bring in, of each kind: all of a small collection, the best 40 to 80 documents of a large."""

_MOST_QUESTIONS = 4
_FEATURES_KEPT = 4_000


class SemanticFinder:
    """`Finder` and `Index` over any `Vectors`. Safe between threads."""

    def __init__(
        self, vectors: Vectors, embedder: Embedder, centering: Centering, weights: Weights | None = None
    ) -> None:
        self._vectors = vectors
        self._embedder = embedder
        self._centering = centering
        self._weights = weights or shipped_weights()
        self._features: OrderedDict[Document, Features] = OrderedDict()
        self._lock = Lock()

    def put(self, documents: Sequence[Document]) -> None:
        """Index `documents`, replacing what was indexed of them before."""
        self._vectors.put(
            [Entry(document, self._rows(passages(document), document.language)) for document in documents]
        )

    def remove(self, ids: Sequence[str]) -> None:
        self._vectors.remove(ids)

    def count(self) -> int:
        return self._vectors.count()

    def clear(self) -> None:
        self._vectors.clear()

    def find(
        self,
        questions: Sequence[Shareable],
        *,
        language: str = "",
        limit: int = 5,
        kinds: Sequence[DocumentKind] = (DocumentKind.ARTICLE, DocumentKind.CASE),
        category: str = "",
    ) -> list[Match]:
        """See `knowledge.search.Finder`. `limit` counts for each kind; all are then sorted together."""
        texts = [text for question in questions if (text := question.shareable().strip())]
        if not texts:
            return []
        whole = "\n".join(dict.fromkeys(texts))
        asked = [whole, *texts[:_MOST_QUESTIONS]] if len(texts) > 1 else [whole]
        rows = self._rows(asked, language)
        looked_for = features(whole, language)
        found: list[Match] = []
        for kind in kinds:
            hits = self._vectors.nearest(rows, kind=kind, limit=CANDIDATE_PASSAGES)
            found += self._ranked(hits, looked_for, kind, limit, category)
        return sorted(found, key=lambda match: -match.score)

    def _rows(self, texts: Sequence[str], language: str) -> Vectors32:
        """Centred vectors. A longer text is known by its beginning: that finds no worse, and costs far less."""
        gists = [" ".join(text.split()[:WINDOW_WORDS]) for text in texts]
        return self._centering.apply(self._embedder.embed(gists), language)

    def _ranked(
        self, hits: list[list[Near]], looked_for: Features, kind: DocumentKind, limit: int, category: str
    ) -> list[Match]:
        """The documents behind `hits` (one list a question, the whole text first), best first."""
        ids = list(dict.fromkeys(near.document_id for line in hits for near in line))
        documents = self._vectors.documents(ids, kind=kind)
        if not documents:
            return []
        known = [self._features_of(document) for document in documents]
        signs = {
            "meaning": self._meaning(hits, documents),
            "concepts": concept_scores(looked_for, known),
            "wording": wording_scores(looked_for, known),
            "codes": code_scores(looked_for, known),
        }
        favour = self._favour(documents, looked_for.language, category)
        ranking = scores(signs, [one.language for one in documents], favour, self._weights)
        place_of = _best_places(hits)
        return [
            Match(
                documents[row],
                round(float(ranking[row]), 4),
                passages(documents[row])[place_of[documents[row].id]],
                reason(looked_for, known[row], float(signs["meaning"][row])),
            )
            for row in np.argsort(-ranking, kind="stable")[:limit]
            if ranking[row] >= self._weights.least
        ]

    def _favour(self, documents: Sequence[Document], language: str, category: str) -> Row:
        weights = self._weights
        return np.array(
            [
                weights.own_language * (one.language == language)
                + weights.same_category * bool(category and one.category == category)
                for one in documents
            ]
        )

    def _meaning(self, hits: list[list[Near]], documents: Sequence[Document]) -> Row:
        """Nearness of the whole text, mixed with the mean nearness of the single questions where there are some."""
        lines = []
        for line in hits:
            best = _best_cosines(line)
            floor = min(best.values(), default=0.0)
            lines.append([best.get(document.id, floor) for document in documents])
        table = np.array(lines)
        if len(table) == 1:
            return np.asarray(table[0])
        share = self._weights.ask_share
        return np.asarray((1 - share) * table[0] + share * table[1:].mean(axis=0))

    def _features_of(self, document: Document) -> Features:
        with self._lock:
            if document in self._features:
                self._features.move_to_end(document)
                return self._features[document]
        made = features(f"{document.title}\n{document.body}", document.language)
        with self._lock:
            self._features[document] = made
            if len(self._features) > _FEATURES_KEPT:
                self._features.popitem(last=False)
        return made


def _best_cosines(line: Sequence[Near]) -> dict[str, float]:
    best: dict[str, float] = {}
    for near in line:
        best[near.document_id] = max(near.cosine, best.get(near.document_id, -1.0))
    return best


def _best_places(hits: Sequence[Sequence[Near]]) -> dict[str, int]:
    """Which passage of each document matched best."""
    best: dict[str, Near] = {}
    for line in hits:
        for near in line:
            if near.document_id not in best or near.cosine > best[near.document_id].cosine:
                best[near.document_id] = near
    return {document_id: near.place for document_id, near in best.items()}
