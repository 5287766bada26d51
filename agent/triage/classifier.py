"""The trained part of the local engine: a few small linear heads over one vector of a mail.

The heads are logistic regressions fitted offline (`python -m agent.triage.training`) and shipped as plain arrays;
at run time nothing but numpy is needed. Probabilities are calibrated by one temperature a head, fitted on
predictions that the head made for texts it had not seen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from agent.triage.patterns import DATA, load_table
from agent.triage.reading import LANGUAGES, FactorName, Signal
from agent.triage.sentences import matter, without_placeholders
from knowledge.embedding import Embedder

MODEL = DATA / "model.npz"

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Head:
    """One decision: `weights` (classes, features), `bias` (classes), class names, and a temperature."""

    classes: tuple[str, ...]
    weights: Vector
    bias: Vector
    temperature: float

    def probabilities(self, features: Vector) -> dict[str, float]:
        """Calibrated probability of each class; they sum to 1."""
        scores = (self.weights @ features + self.bias) / self.temperature
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        return dict(zip(self.classes, (float(share) for share in shares), strict=True))


@dataclass(frozen=True, slots=True)
class Model:
    """All heads, the mean vector of each language, and the hash of the corpus they were fitted on."""

    heads: Mapping[str, Head]
    means: Mapping[str, Vector]
    corpus_hash: str


@lru_cache(maxsize=1)
def load_model() -> Model:
    """The shipped model, read once."""
    with np.load(MODEL, allow_pickle=False) as arrays:
        names = [str(name) for name in arrays["heads"]]
        return Model(
            heads={
                name: Head(
                    classes=tuple(str(label) for label in arrays[f"{name}.classes"]),
                    weights=arrays[f"{name}.weights"].astype(np.float32),
                    bias=arrays[f"{name}.bias"].astype(np.float32),
                    temperature=float(arrays[f"{name}.temperature"]),
                )
                for name in names
            },
            means={language: arrays[f"mean.{language}"] for language in (*LANGUAGES, "all")},
            corpus_hash=str(arrays["corpus_hash"]),
        )


def pieces(text: str) -> list[str]:
    """The matter of `text` in pieces of a few sentences, at most as many as `decisions.toml` allows.

    Shorter pieces are placed better than a whole mail, and cost no more: the price is by the token.
    """
    limits = load_table(".", "decisions")["text"]
    size: int = limits["piece_characters"]
    result: list[str] = []
    piece = ""
    for sentence in matter(without_placeholders(text)):
        if piece and len(piece) + len(sentence) > size:
            result.append(piece)
            piece = sentence
        else:
            piece = f"{piece} {sentence}".strip()
    result.append(piece)
    return [part[: 2 * size] for part in result[: limits["max_pieces"]]]


def meaning(text: str, embedder: Embedder) -> Vector:
    """The mean of the vectors of the pieces of `text`, shape `(dim,)`, not yet freed of its language."""
    return np.asarray(embedder.embed(pieces(text)).mean(axis=0), dtype=np.float32)


def without_language(vector: Vector, language: str, means: Mapping[str, Vector]) -> Vector:
    """`vector` less the mean of its language, of length 1: what is left tells the topic, whatever the language."""
    rest = vector - means.get(language, means["all"])
    length = float(np.linalg.norm(rest))
    return rest if length == 0.0 else np.asarray(rest / length, dtype=np.float32)


URGENT = (
    (FactorName.BUSINESS_IMPACT, frozenset({"stopped", "degraded"})),
    (FactorName.BUSINESS_IMPACT, frozenset({"data_loss"})),
    (FactorName.BUSINESS_IMPACT, frozenset({"security"})),
    (FactorName.TIME_CRITICALITY, frozenset({"now", "deadline", "indirect"})),
    (FactorName.ESCALATION_RISK, frozenset({"legal", "authority", "public", "leave"})),
)
"""The factors and grades that are features, in their order."""


def urgency(signals: Iterable[Signal]) -> Vector:
    """1 for each entry of `URGENT` among `signals`, else 0."""
    found = {(signal.name, signal.grade) for signal in signals}
    shown = [any((name, grade) in found for grade in grades) for name, grades in URGENT]
    return np.array(shown, dtype=np.float32)


def features(topic: Vector, cues: Vector, urgent: Vector) -> Vector:
    """What the heads see: topic vector, cues (weighed so that both count alike) and the factors found."""
    return np.concatenate([topic, CUE_SCALE * cues, CUE_SCALE * urgent]).astype(np.float32)


CUE_SCALE = 0.6
"""Weight of the cues against the vector, chosen on the corpus by cross-validation."""
