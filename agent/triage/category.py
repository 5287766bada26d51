"""The category of a message: trained heads, label descriptions, and what people corrected.

A company's new category has a say by its description at once, and by its corrections from the first one on.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.errors import SettingError
from agent.triage.classifier import Model, Seen, Vector, without_language
from agent.triage.learning import Corrections, Vote
from agent.triage.patterns import load_table
from agent.triage.reading import CategoryDecision
from agent.triage.refit import DOUBT
from agent.triage.taxonomy import FALLBACK, Category, Taxonomy
from knowledge.embedding import Embedder

SEPARATOR = "."
"""Between category and subcategory in the classes of the subcategory head."""


def review_below(overrides: Mapping[str, Any] | None = None) -> float:
    """The confidence below which a person sorts the mail; a company's own as `review_below` in its table `sorting`.

    Raises `SettingError` for what is no share.
    """
    wanted = dict(overrides or {})
    shipped = load_table(".", "decisions")["category"]["needs_review"]
    threshold = wanted.pop("review_below", shipped)
    if unknown := sorted(wanted):
        raise SettingError(f"sorting.{unknown[0]} is not a known key.", remedy="Known key: review_below.")
    if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not 0 <= threshold <= 1:
        raise SettingError(
            f"sorting.review_below is {threshold!r}.", remedy="Write a share from 0 to 1, such as 0.7."
        )
    return float(threshold)


class CategoryReader:
    """Decides category and subcategory. Descriptions are embedded once, when first needed."""

    def __init__(
        self,
        model: Model,
        taxonomy: Taxonomy,
        embedder: Embedder,
        corrections: Corrections,
        solved: Corrections | None = None,
        below: float | None = None,
    ) -> None:
        self._review_below = review_below() if below is None else below
        self._model = model
        self._taxonomy = taxonomy
        self._embedder = embedder
        self._corrections = corrections
        self._solved = solved
        self._numbers = load_table(".", "decisions")
        self._labels: NDArray[np.float32] | None = None

    def decide(self, seen: Seen) -> CategoryDecision:
        """The most likely category of the company's taxonomy for a mail of which this is seen."""
        shares, topic = self.without_corrections(seen), seen.topic
        hint = self._numbers["corrections"]["say"]
        if (adjustment := self._corrections.adjustment) is not None:
            shares, hint = adjustment.apply(shares, topic), adjustment.hint
        vote = self._corrections.vote(topic)
        subcategory = ""
        if vote is not None:
            shares = self._with_vote(_hinted(shares, vote, hint), vote)
        ranked = sorted(shares.items(), key=lambda item: -item[1])
        best, confidence = ranked[0]
        if vote is not None and max(vote.shares, key=lambda slug: vote.shares[slug]) == best:
            subcategory = vote.subcategory if self._say(vote) >= 0.5 else ""
        return CategoryDecision(
            value=best,
            subcategory=subcategory or self._subcategory(best, seen),
            confidence=round(confidence, 3),
            needs_review=confidence < self._review_below,
            alternatives=tuple((slug, round(share, 3)) for slug, share in ranked[1:3]),
        )

    def without_corrections(self, seen: Seen) -> dict[str, float]:
        """The share of each category by the trained head, the descriptions and the solved cases."""
        shares = self._with_descriptions(self._trained(seen), seen.topic)
        if self._solved is not None and (precedent := self._solved.vote(seen.topic)) is not None:
            shares = _hinted(shares, precedent, self._numbers["solved"]["say"])
        return shares

    def _trained(self, seen: Seen) -> dict[str, float]:
        """The head's probabilities, those of categories the company switched off going to the fallback."""
        shares = dict.fromkeys(self._taxonomy.slugs, 0.0)
        for slug, share in self._model.heads["category"].probabilities(seen).items():
            shares[slug if slug in shares else FALLBACK] += share
        return shares

    def _with_descriptions(self, shares: Mapping[str, float], topic: Vector) -> dict[str, float]:
        """`shares` mixed with the nearness of `topic` to each category's description."""
        numbers = self._numbers["category"]
        trained = set(self._model.heads["category"].classes)
        new = any(slug not in trained for slug in shares)
        say = numbers["zero_shot_share_new"] if new else numbers["zero_shot_share"]
        nearness = self._label_vectors() @ topic
        weights = np.exp(numbers["zero_shot_sharpness"] * (nearness - nearness.max()))
        weights /= weights.sum()
        described = dict(zip(self._taxonomy.slugs, (float(weight) for weight in weights), strict=True))
        return {slug: (1 - say) * share + say * described[slug] for slug, share in shares.items()}

    def _label_vectors(self) -> NDArray[np.float32]:
        if self._labels is None:
            self._labels = np.stack([self._label(self._taxonomy[slug]) for slug in self._taxonomy.slugs])
        return self._labels

    def _label(self, category: Category) -> NDArray[np.float32]:
        """Where a category lies: its description, or the middle of those in several languages, each freed of its own."""
        texts = category.descriptions or {"en": category.description}
        vectors = self._embedder.embed(list(texts.values()))
        freed = [
            without_language(row, language, self._model.means)
            for language, row in zip(texts, vectors, strict=True)
        ]
        middle: NDArray[np.float32] = np.mean(freed, axis=0)
        return middle / np.linalg.norm(middle)

    def _with_vote(self, shares: Mapping[str, float], vote: Vote) -> dict[str, float]:
        say = self._say(vote)
        known = {slug: share for slug, share in vote.shares.items() if slug in self._taxonomy}
        lost = 1.0 - sum(known.values())
        known[FALLBACK] = known.get(FALLBACK, 0.0) + lost
        return {slug: (1 - say) * share + say * known.get(slug, 0.0) for slug, share in shares.items()}

    def _say(self, vote: Vote) -> float:
        """How much the corrections count: nothing when far, nearly all when close."""
        numbers = self._numbers["corrections"]
        reach = (vote.nearness - numbers["near_from"]) / (numbers["near_full"] - numbers["near_from"])
        return float(np.clip(reach, 0.0, 1.0)) * float(numbers["full_say"])

    def _subcategory(self, category: str, seen: Seen) -> str:
        """The likeliest subcategory inside `category`; by description where none was trained."""
        known = self._taxonomy[category].subcategories
        shares = {
            label.partition(SEPARATOR)[2]: share
            for label, share in self._model.heads["subcategory"].probabilities(seen).items()
            if label.partition(SEPARATOR)[0] == category and label.partition(SEPARATOR)[2] in known
        }
        untrained = [slug for slug in known if slug not in shares]
        if shares and not untrained:
            return max(shares, key=lambda slug: shares[slug])
        if not known:
            return ""
        vectors = self._embedder.embed([sub.description for sub in known.values()])
        nearness = [float(without_language(row, "en", self._model.means) @ seen.topic) for row in vectors]
        return list(known)[int(np.argmax(nearness))]


def _hinted(shares: Mapping[str, float], vote: Vote, power: float) -> dict[str, float]:
    """`shares` times those of the most similar examples, to a power: they are a hint, not a verdict."""
    weighed = {slug: share * (vote.shares.get(slug, 0.0) + DOUBT) ** power for slug, share in shares.items()}
    total = sum(weighed.values())
    return {slug: weight / total for slug, weight in weighed.items()}
