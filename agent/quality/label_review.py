"""Which labels of a history can hardly be right: what people call differently though it is nearly the same.

Three witnesses: texts that are nearly the same under different labels; mails whose nearest neighbours bear another
label; and a head fitted without the mail that contradicts its label strongly, by the threshold of confident learning
(Northcutt, Jiang, Chuang 2021: the mean probability of a label among those that bear it).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.triage.refit import fit

Vectors = NDArray[np.float32]

NEARLY_THE_SAME = 0.8
"""Cosine of two texts' word pairs from which on they are nearly the same."""

LEAST_WORDS = 5
"""Shorter texts are compared exactly only: a thank-you is like every other."""

FOLDS = 5
LEAST_TO_FIT = 40
"""Labelled mails from which on a head tells something about each of them."""

STRONG = 0.7
"""Probability of another label from which on a contradiction is strong."""

NEIGHBOURS, NEAR, AGAINST = 5, 0.8, 4
"""Of so many neighbours, at least this near (cosine), so many must bear the same other label."""

_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Doubt:
    """The example at `index` may rather be `suggested`: by `reason` near_duplicate | neighbours | prediction.

    `strength` is 0..1; `other` the index of the near duplicate, else None.
    """

    index: int
    suggested: str
    reason: str
    strength: float
    other: int | None = None


def near_duplicates(texts: Sequence[str]) -> list[tuple[int, int, float]]:
    """Pairs (earlier, later, likeness) of texts that share nearly all pairs of neighbouring words."""
    from sklearn.feature_extraction.text import HashingVectorizer  # type: ignore[import-untyped]

    long_enough = [index for index, text in enumerate(texts) if len(text.split()) >= LEAST_WORDS]
    if len(long_enough) < 2:
        return []
    hashing = HashingVectorizer(ngram_range=(2, 2), binary=True, n_features=2**20, alternate_sign=False)
    shingles = hashing.transform([_numberless(texts[index]) for index in long_enough])
    found: list[tuple[int, int, float]] = []
    for start in range(0, len(long_enough), _AT_ONCE):
        likeness = (shingles[start : start + _AT_ONCE] @ shingles.T).tocoo()
        for row, column, value in zip(likeness.row, likeness.col, likeness.data, strict=True):
            if value >= NEARLY_THE_SAME and column < start + row:
                found.append((long_enough[column], long_enough[start + row], float(value)))
    return sorted(found)


def doubts(
    labels: Sequence[str],
    vectors: Sequence[Vectors],
    shares: Sequence[Mapping[str, float]],
    duplicates: Sequence[tuple[int, int, float]] = (),
    *,
    seed: int = 0,
) -> list[Doubt]:
    """At most one doubt a mail, the strongest first. `seed` decides which mails are judged together."""
    found: dict[int, Doubt] = {}
    candidates = [*_by_duplicates(labels, duplicates)]
    if len(labels) >= LEAST_TO_FIT and len(set(labels)) > 1:
        candidates += _by_prediction(labels, vectors, shares, seed)
    if len(labels) > NEIGHBOURS:
        candidates += _by_neighbours(labels, np.stack(vectors))
    for doubt in candidates:
        found.setdefault(doubt.index, doubt)
    return sorted(found.values(), key=lambda doubt: (-doubt.strength, doubt.index))


def _by_duplicates(labels: Sequence[str], pairs: Sequence[tuple[int, int, float]]) -> list[Doubt]:
    found = []
    for first, second, likeness in pairs:
        if labels[first] != labels[second]:
            found.append(Doubt(first, labels[second], "near_duplicate", likeness, second))
            found.append(Doubt(second, labels[first], "near_duplicate", likeness, first))
    return found


def _by_prediction(
    labels: Sequence[str], vectors: Sequence[Vectors], shares: Sequence[Mapping[str, float]], seed: int
) -> list[Doubt]:
    predicted = out_of_fold(labels, vectors, shares, seed)
    own: defaultdict[str, list[float]] = defaultdict(list)
    for label, probabilities in zip(labels, predicted, strict=True):
        own[label].append(probabilities.get(label, 0.0))
    threshold = {label: float(np.mean(values)) for label, values in own.items()}
    found = []
    for index, (label, probabilities) in enumerate(zip(labels, predicted, strict=True)):
        best = max(probabilities, key=lambda slug: probabilities[slug])
        strong = max(STRONG, threshold.get(best, 1.0))
        if best != label and probabilities[best] >= strong:
            found.append(Doubt(index, best, "prediction", probabilities[best]))
    return found


def out_of_fold(
    labels: Sequence[str], vectors: Sequence[Vectors], shares: Sequence[Mapping[str, float]], seed: int
) -> list[dict[str, float]]:
    """The probability of each label for each mail by a head that was fitted on the other folds."""
    order = np.random.default_rng(seed).permutation(len(labels))
    predicted: list[dict[str, float]] = [{} for _ in labels]
    for fold in range(FOLDS):
        held_back = set(map(int, order[fold::FOLDS]))
        rest = [index for index in range(len(labels)) if index not in held_back]
        head = fit(
            [vectors[index] for index in rest],
            [shares[index] for index in rest],
            [labels[index] for index in rest],
        )
        for index in held_back:
            everything = dict.fromkeys(head.classes, 0.0) | dict(shares[index])
            predicted[index] = head.apply(everything, vectors[index])
    return predicted


def _by_neighbours(labels: Sequence[str], vectors: Vectors) -> list[Doubt]:
    found = []
    for start in range(0, len(labels), _AT_ONCE):
        likeness = vectors[start : start + _AT_ONCE] @ vectors.T
        for row in range(likeness.shape[0]):
            index = start + row
            likeness[row, index] = -1.0
            nearest = np.argpartition(-likeness[row], NEIGHBOURS)[:NEIGHBOURS]
            near = [int(other) for other in nearest if likeness[row, other] >= NEAR]
            label, count = Counter(labels[other] for other in near).most_common(1)[0] if near else ("", 0)
            if label != labels[index] and count >= AGAINST:
                strength = float(np.mean([likeness[row, other] for other in near if labels[other] == label]))
                found.append(Doubt(index, label, "neighbours", strength))
    return found


def _numberless(text: str) -> str:
    """Numbers and placeholders alike: the same complaint about another order is nearly the same."""
    return "".join("0" if character.isdigit() else character for character in text.casefold())
