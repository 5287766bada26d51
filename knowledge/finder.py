"""Search: the articles and solved cases that may help with a question, across languages.

Vectors choose the candidates; meaning, shared notions, wording and codes rank them (`ranking`).
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock

import numpy as np

from knowledge.centering import Centering, of_length_one
from knowledge.embedding import Embedder, Vectors32
from knowledge.features import Features, code_scores, concept_scores, features, wording_scores
from knowledge.passages import gist, passages
from knowledge.ranking import Row, Weights, scores, shipped_weights
from knowledge.reasons import reason
from knowledge.search import Document, DocumentKind, Match, Shareable
from knowledge.usefulness import NOTHING_KNOWN, Usefulness
from knowledge.vectors import Entry, Near, Vectors

CANDIDATE_PASSAGES = 240
"""Passages a question may bring in, of each kind: all of a small collection, the nearest of a large one."""

CANDIDATE_DOCUMENTS = 80
"""Documents that are looked at closely, of each kind: the owners of the nearest passages."""

_WHOLE = 0
"""The place of the row that stands for a document as a whole, the middle of its passages; these follow it."""

_MOST_PIECES = 8
_FEATURES_KEPT = 32_000


class SemanticFinder:
    """`Finder` and `Index` over any `Vectors`. Safe between threads.

    `usefulness` is asked at each search for what people have said of sources so far.
    """

    def __init__(
        self,
        vectors: Vectors,
        embedder: Embedder,
        centering: Centering,
        weights: Weights | None = None,
        *,
        usefulness: Callable[[], Usefulness] = lambda: NOTHING_KNOWN,
    ) -> None:
        self._vectors = vectors
        self._embedder = embedder
        self._centering = centering
        self._weights = weights or shipped_weights()
        self._usefulness = usefulness
        self._features: OrderedDict[Document, Features] = OrderedDict()
        self._lock = Lock()

    def put(self, documents: Sequence[Document], *, embedder: Embedder | None = None) -> None:
        """Index `documents`, replacing what was indexed of them before.

        `embedder` takes the place of the usual one, where it remembers the vectors of documents.
        """
        used = embedder or self._embedder
        self._vectors.put([Entry(document, self._rows_of(document, used)) for document in documents])
        self.remember(documents)

    def remember(self, documents: Sequence[Document]) -> None:
        """Work out now what searches compare: little work beside a document's vectors, and no search waits for it."""
        for document in documents:
            self._features_of(document)

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
        opening: Shareable | None = None,
    ) -> list[Match]:
        """See `knowledge.search.Finder`. `limit` counts for each kind; all are then sorted together."""
        pieces = [text for question in questions if (text := question.shareable().strip())]
        if not pieces:
            return []
        meant = [opening.shareable()] if opening is not None and opening.shareable().strip() else pieces
        row = self._centering.question(self._meaning_of(meant), language)
        looked_for = features("\n".join(pieces), language)
        experience = self._usefulness()
        found: list[Match] = []
        for kind in kinds:
            [hits] = self._vectors.nearest(row, kind=kind, limit=CANDIDATE_PASSAGES)
            found += self._ranked(hits, looked_for, kind, limit, category, experience)
        return sorted(found, key=lambda match: -match.score)

    def _meaning_of(self, pieces: Sequence[str]) -> Vectors32:
        """One row for the whole question, shape `(1, dim)`.

        A single text is known by its beginning. Several pieces are embedded as they stand, since whoever cut the
        question has mostly had the same pieces embedded already, and the embedder remembers them.
        """
        texts = [gist(pieces[0])] if len(pieces) == 1 else pieces[:_MOST_PIECES]
        return np.asarray(self._embedder.embed(texts).mean(axis=0, keepdims=True), np.float32)

    def _rows_of(self, document: Document, embedder: Embedder) -> Vectors32:
        """The rows of an entry: the whole, then each passage."""
        texts = [gist(passage) for passage in passages(document)]
        rows = self._centering.document(embedder.embed(texts), document.language)
        return np.concatenate([of_length_one(rows.mean(axis=0, keepdims=True)), rows])

    def _ranked(
        self,
        hits: Sequence[Near],
        looked_for: Features,
        kind: DocumentKind,
        limit: int,
        category: str,
        experience: Usefulness,
    ) -> list[Match]:
        """The documents behind `hits`, best first."""
        ids = list(dict.fromkeys(near.document_id for near in hits))[:CANDIDATE_DOCUMENTS]
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
        favour = self._favour(documents, looked_for.language, category, experience)
        ranking = scores(signs, [one.language for one in documents], favour, self._weights)
        place_of = _best_places(hits)
        return [
            Match(
                documents[row],
                round(float(ranking[row]), 4),
                passages(documents[row])[place_of.get(documents[row].id, 1) - 1],
                reason(
                    looked_for,
                    known[row],
                    float(signs["meaning"][row]),
                    experience.record(documents[row].id, category),
                ),
            )
            for row in np.argsort(-ranking, kind="stable")[:limit]
            if ranking[row] >= self._weights.least
        ]

    def _favour(
        self, documents: Sequence[Document], language: str, category: str, experience: Usefulness
    ) -> Row:
        weights = self._weights
        return np.array(
            [
                weights.own_language * (one.language == language)
                + weights.same_category * bool(category and one.category == category)
                + weights.helped_before * experience.prior(one.id, category)
                for one in documents
            ]
        )

    def _meaning(self, hits: Sequence[Near], documents: Sequence[Document]) -> Row:
        """Nearness of each document as a whole, mixed with that of its best passage.

        A part of a large collection's document that is not among the hits is at most as near as the last of them.
        """
        floor = min(near.cosine for near in hits)
        whole = {near.document_id: near.cosine for near in hits if near.place == _WHOLE}
        best: dict[str, float] = {}
        for near in hits:
            best[near.document_id] = max(near.cosine, best.get(near.document_id, floor))
        share = self._weights.whole_share
        return np.array([share * whole.get(one.id, floor) + (1 - share) * best[one.id] for one in documents])

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


def _best_places(hits: Sequence[Near]) -> dict[str, int]:
    """Which passage of each document matched best; `hits` are best first."""
    best: dict[str, int] = {}
    for near in hits:
        if near.place != _WHOLE:
            best.setdefault(near.document_id, near.place)
    return best
