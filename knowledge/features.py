"""The signs by which two texts are compared besides their vectors: notions, wording, codes.

Weights by rarity are taken over the documents that are compared, so nothing has to be kept per collection.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.concepts import Concepts, concepts

_CODE = re.compile(
    r"\b(?=[\w./-]*\d)(?=[\w./-]*[A-Za-z])[\w][\w./-]*\w\b|\b\d{3,}\b|\b\w+[a-z][A-Z]\w*\b|\b[A-Z]{3,}\b"
)
"""Tokens that mean the same in every language: E-31, S2, 404, DATEV, MitID, PostNord."""

_PLACEHOLDER = re.compile(r"\[[A-Z_]+_\d+(?:_\w+)?\]")
"""`[PERSON_1]` stands for somebody else in each text."""

_CURRENCIES = frozenset({"eur", "dkk", "nok", "sek", "usd", "gbp", "chf"})

_LETTER_GROUPS = 2**16

_LOUDNESS = 1 + np.log(np.maximum(np.arange(256), 1))
"""What a count (0..255) weighs: twice as often is not twice as loud. A table, since logarithms took most of the time."""


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """The groups of letters of a text, by the number each is hashed to, and how often each occurs (up to 255)."""

    groups: NDArray[np.uint16]
    counts: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Features:
    """What is compared of one text: about 4 kB for a page, so that tens of thousands can be kept."""

    language: str
    concepts: Concepts
    codes: frozenset[str]
    wording: Wording


def features(text: str, language: str) -> Features:
    text = _PLACEHOLDER.sub(" ", text)
    return Features(language, concepts(text, language), codes(text), _wording(text))


def _wording(text: str) -> Wording:
    hashed = _letter_groups().transform([text])
    return Wording(hashed.indices.astype(np.uint16), np.minimum(hashed.data, 255).astype(np.uint8))


@lru_cache(maxsize=2_000)  # passages are compared again and again
def codes(text: str) -> frozenset[str]:
    """Error codes, model numbers and names spelled unlike ordinary words, in lower case."""
    found = (match.group().lower() for match in _CODE.finditer(_PLACEHOLDER.sub(" ", text)))
    return frozenset(found) - _CURRENCIES


def shared_concepts(one: Features, other: Features) -> list[str]:
    return [name for name in one.concepts if name in other.concepts]


def concept_scores(question: Features, documents: Sequence[Features]) -> NDArray[np.float64]:
    """Likeness by shared notions, one value in 0..1 a document."""
    rarity = _rarity([document.concepts for document in documents])
    asked = _weights(question.concepts, rarity)
    scores = [_overlap(asked, _weights(document.concepts, rarity)) for document in documents]
    return np.array(scores)


def code_scores(question: Features, documents: Sequence[Features]) -> NDArray[np.float64]:
    """Likeness by shared codes, one value in 0..1 a document."""
    counted: list[Concepts] = [dict.fromkeys(document.codes, 1) for document in documents]
    rarity = _rarity(counted)
    asked = _weights(dict.fromkeys(question.codes, 1), rarity)
    return np.array([_overlap(asked, _weights(found, rarity)) for found in counted])


def wording_scores(question: Features, documents: Sequence[Features]) -> NDArray[np.float64]:
    """Likeness by shared groups of letters, one value in 0..1 a document.

    The cosine of tf-idf weights with logarithmic counts, as scikit-learn's `TfidfTransformer(sublinear_tf=True)` has
    them, in a tenth of its time.
    """
    groups = np.concatenate([document.wording.groups for document in documents]).astype(np.intp)
    counts = np.concatenate([document.wording.counts for document in documents])
    sizes = np.array([document.wording.groups.size for document in documents])
    having = np.bincount(groups, minlength=_LETTER_GROUPS)
    rarity = (np.log((1 + len(documents)) / (1 + np.arange(len(documents) + 1))) + 1)[having]
    wanted = _LOUDNESS[question.wording.counts] * rarity[question.wording.groups]
    asked = np.zeros(_LETTER_GROUPS)
    asked[question.wording.groups] = wanted
    weights = _LOUDNESS[counts] * rarity[groups]
    products = _sums(weights * asked[groups], sizes)
    lengths = np.sqrt(_sums(weights**2, sizes) * (wanted**2).sum())
    return np.asarray(products / np.maximum(lengths, 1e-9))


def _sums(values: NDArray[np.float64], sizes: NDArray[np.int64]) -> NDArray[np.float64]:
    """The sum of each run of `values`, as long as `sizes` says; 0 for an empty run."""
    before = np.concatenate([[0.0], np.cumsum(values)])
    ends = np.cumsum(sizes)
    return np.asarray(before[ends] - before[ends - sizes])


def _rarity(found: Sequence[Mapping[str, int]]) -> dict[str, float]:
    """Inverse document frequency over the compared documents; a notion that all share still counts a little."""
    counts: dict[str, int] = {}
    for one in found:
        for name in one:
            counts[name] = counts.get(name, 0) + 1
    return {name: float(np.log(len(found) / count)) + 0.1 for name, count in counts.items()}


def _weights(counts: Mapping[str, int], rarity: Mapping[str, float]) -> dict[str, float]:
    return {name: float(np.log1p(count)) * rarity[name] for name, count in counts.items() if name in rarity}


def _overlap(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Cosine, damped by one so that two texts with a single common notion are not taken for equal."""
    if not one or not other:
        return 0.0
    product = sum(weight * other.get(name, 0.0) for name, weight in one.items())
    return product / ((1 + _length(one)) * (1 + _length(other)))


def _length(weights: Mapping[str, float]) -> float:
    return float(np.sqrt(sum(weight * weight for weight in weights.values())))


@cache
def _letter_groups() -> Any:
    from sklearn.feature_extraction.text import HashingVectorizer  # type: ignore[import-untyped]

    return HashingVectorizer(
        analyzer="char_wb", ngram_range=(4, 6), n_features=_LETTER_GROUPS, norm=None, alternate_sign=False
    )
