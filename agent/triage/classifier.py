"""The trained part of the local engine: a few small linear heads over what is seen of a mail.

The heads are logistic regressions fitted offline (`python -m agent.triage.training`) and shipped as plain arrays;
at run time nothing but numpy is needed. Probabilities are calibrated by one temperature a head, fitted on
predictions that the head made for texts it had not seen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from agent.triage import cues, lettering
from agent.triage.lettering import Lettering
from agent.triage.patterns import DATA, load_table
from agent.triage.reading import LANGUAGES, FactorName, Signal
from agent.triage.sentences import MAX_CHARACTERS, matter, without_placeholders
from knowledge.concepts import concepts, notion_names
from knowledge.embedding import Embedder

MODEL = DATA / "model.npz"

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Seen:
    """All that the heads see of a mail: `topic` is its vector free of its language, `features` begin with it."""

    topic: Vector
    features: Vector
    lettering: Lettering


@dataclass(frozen=True, slots=True)
class Head:
    """One decision of two opinions, one by the features and one by the letter groups.

    `weights` (classes, features) and `bias` (classes) are the first's; `letter_weights` (classes, places) and
    `letter_bias` the second's, whose say is `letter_share` (0..1; 0 where the wording tells nothing). `shift` moves
    the scores from the corpus' shares of the classes to those of real mail.
    """

    classes: tuple[str, ...]
    weights: Vector
    bias: Vector
    letter_weights: Vector
    letter_bias: Vector
    letter_share: float
    shift: Vector
    temperature: float

    def probabilities(self, seen: Seen) -> dict[str, float]:
        """Calibrated probability of each class; they sum to 1."""
        scores = likelihoods(self.weights @ seen.features + self.bias)
        if self.letter_share:
            places, values = seen.lettering
            lettered = likelihoods(self.letter_weights[:, places] @ values + self.letter_bias)
            scores = (1 - self.letter_share) * scores + self.letter_share * lettered
        shares = np.exp(likelihoods((scores + self.shift) / self.temperature))
        return dict(zip(self.classes, (float(share) for share in shares), strict=True))


def likelihoods(scores: NDArray[np.floating]) -> NDArray[np.floating]:
    """Log-probabilities from scores, by row or for one mail (the logarithm of softmax)."""
    rest = scores - scores.max(axis=-1, keepdims=True)
    return np.asarray(rest - np.log(np.exp(rest).sum(axis=-1, keepdims=True)))


@dataclass(frozen=True, slots=True)
class Model:
    """All heads, the mean vector of each language, the letter groups' rarity, and the hash of the corpus behind."""

    heads: Mapping[str, Head]
    means: Mapping[str, Vector]
    rarity: Vector
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
                    letter_weights=arrays[f"{name}.letter_weights"].astype(np.float32),
                    letter_bias=arrays[f"{name}.letter_bias"].astype(np.float32),
                    letter_share=float(arrays[f"{name}.letter_share"]),
                    shift=arrays[f"{name}.shift"].astype(np.float32),
                    temperature=float(arrays[f"{name}.temperature"]),
                )
                for name in names
            },
            means={language: arrays[f"mean.{language}"] for language in (*LANGUAGES, "all")},
            rarity=arrays["rarity"].astype(np.float32),
            corpus_hash=str(arrays["corpus_hash"]),
        )


def pieces(text: str) -> list[str]:
    """The matter of `text` in pieces of whole sentences, at most as many as `decisions.toml` allows.

    The first, the opening, is as long as a passage of the knowledge, and is what is searched with: so a mail is
    embedded once for both. Shorter pieces after it are placed better than one long rest.
    """
    limits = load_table(".", "decisions")["text"]
    result: list[str] = []
    piece = ""
    for sentence in matter(without_placeholders(text)):
        longer = f"{piece} {sentence}".strip()
        full = (
            len(longer) > limits["piece_characters"] if result else _words(longer) > limits["opening_words"]
        )
        if piece and full:
            result.append(piece)
            longer = sentence
        piece = longer
    first, *rest = [*result, piece][: limits["max_pieces"]]
    beginning = " ".join(first.split()[: limits["opening_words"]])
    return [beginning, *(part[: 2 * limits["piece_characters"]] for part in rest)]


def opening(text: str) -> str:
    """The beginning of the matter of `text`, as it is embedded by `meaning` too."""
    return pieces(text)[0]


def _words(text: str) -> int:
    return len(text.split())


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


def notions(text: str, language: str) -> Vector:
    """How strongly each notion of the glossary shows (log of 1 + its count), in the order of `notion_names`."""
    found = concepts(without_placeholders(text[:MAX_CHARACTERS]), language)
    return np.log1p(np.array([found.get(name, 0) for name in notion_names()], dtype=np.float32))


def look(text: str, language: str, topic: Vector, signals: Iterable[Signal], rarity: Vector) -> Seen:
    """Put together what the heads see of a mail's text whose vector is `topic`."""
    parts = (
        topic,
        CUE_SCALE * cues.count(text, language),
        CUE_SCALE * urgency(signals),
        NOTION_SCALE * notions(text, language),
    )
    return Seen(
        topic,
        np.concatenate(parts).astype(np.float32),
        lettering.weigh(lettering.count(text), rarity),
    )


CUE_SCALE = 0.6
NOTION_SCALE = 0.5
"""Weights of cues and notions against the vector, chosen on the corpus by cross-validation."""
