"""The local engine: reads a message with word lists, a small embedding model and trained heads, and no endpoint."""

import re
from collections.abc import Iterable

from agent.llm.commands import detect_instructions
from agent.privacy.redaction import RedactedText, cut_from
from agent.triage import asks, factors, judged_factors, language, sentiment, style, summary, terms
from agent.triage.category import CategoryReader
from agent.triage.classifier import (
    Model,
    Vector,
    load_model,
    look,
    meaning,
    without_language,
)
from agent.triage.classifier import opening as beginning
from agent.triage.learning import CorrectionMemory, Corrections
from agent.triage.reading import LANGUAGES, Reading, Signal, TriageInput
from agent.triage.taxonomy import Taxonomy, load
from knowledge.embedding import Embedder

_REPLY_PREFIX = re.compile(
    r"^\s*(?:(?:re|sv|vs|aw|antw|fw|fwd|vb|wg|vl)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE
)


class LocalTriage:
    """A `TriageEngine` that needs no network. Safe to share between threads.

    `corrections` is asked at each mail, so that what a person corrected counts from the next one on; `solved` votes
    by the company's solved cases; `products` are
    names of the company's own, found in mails as key terms.
    """

    def __init__(
        self,
        embedder: Embedder,
        taxonomy: Taxonomy | None = None,
        *,
        corrections: Corrections | None = None,
        solved: Corrections | None = None,
        products: Iterable[str] = (),
        model: Model | None = None,
        review_below: float | None = None,
    ) -> None:
        self._embedder = embedder
        self._taxonomy = taxonomy or load()
        self._model = model or load_model()
        self._products = tuple(products)
        self._categories = CategoryReader(
            self._model,
            self._taxonomy,
            embedder,
            corrections if corrections is not None else CorrectionMemory(),
            solved,
            review_below,
        )

    def read(self, mail: TriageInput) -> Reading:
        """All that can be said of the mail; one batch of embeddings."""
        words = mail.new_text.shareable()
        guess = language.detect(words, mail.known_language)
        spoken = guess.value
        text = letter(mail)
        signals = factors.find(text, spoken)
        topic = self._topic(text, spoken)
        seen = look(text, spoken, topic, signals, self._model.rarity)
        signals = judged_factors.judge(text, signals, seen, self._model)
        category = self._categories.decide(seen)
        mood = sentiment.decide(self._model, seen)
        kind = self._taxonomy.subcategory(category.value, category.subcategory)
        if kind is not None and not kind.written_by_customer:
            signals = ()  # "reply within 24 hours or your account closes" presses nobody of ours
        wanted = asks.find(words, spoken)
        return Reading(
            language=guess,
            category=category,
            sentiment=mood,
            signals=signals,
            style=style.read(
                words,
                spoken,
                sentiment=mood.value,
                signals=signals,
                asks=len(wanted),
                model=self._model,
                seen=seen,
            ),
            asks=wanted,
            key_terms=terms.find(text, self._products),
            summary=summary.write(words, spoken, asks=wanted, evidence=evidence(signals)) or subject(mail),
            warnings=(*unsure(spoken), *detect_instructions(f"{mail.subject}\n{mail.whole}")),
        )

    def vector(self, mail: TriageInput) -> Vector:
        """The vector of a mail as corrections are kept by: shape `(dim,)`, length 1, free of its language."""
        return self.example(mail)[0]

    def example(self, mail: TriageInput) -> tuple[Vector, dict[str, float]]:
        """The same, and the share of each category as it would be without any correction."""
        spoken = language.detect(mail.new_text.shareable(), mail.known_language).value
        text = letter(mail)
        topic = self._topic(text, spoken)
        seen = look(text, spoken, topic, factors.find(text, spoken), self._model.rarity)
        return topic, self._categories.without_corrections(seen)

    def _topic(self, text: str, spoken: str) -> Vector:
        return without_language(meaning(text, self._embedder), spoken, self._model.means)


def subject(mail: TriageInput) -> str:
    """The subject without reply prefixes, at most as long as a summary."""
    return summary.shortened(_REPLY_PREFIX.sub("", mail.subject.shareable()).strip())


def letter(mail: TriageInput) -> str:
    """What is read: subject and newly written text. The subject of a reply is an older one, and left out."""
    title = mail.subject.shareable().strip()
    words = mail.new_text.shareable()
    if not title or (_REPLY_PREFIX.match(title) and words.strip()):
        return words
    return f"{title}.\n\n{words}"


def opening(mail: TriageInput) -> RedactedText:
    """The beginning of the matter, as it is embedded here: what is searched with costs no second embedding."""
    return cut_from(beginning(letter(mail)), mail.subject, mail.new_text)


def evidence(signals: Iterable[Signal]) -> tuple[str, ...]:
    return tuple(signal.evidence for signal in signals)


def unsure(spoken: str) -> tuple[str, ...]:
    """A sentence for the agent where the mail is in a language that we do not write."""
    if spoken in LANGUAGES:
        return ()
    return (f"The message seems to be written in a language we do not answer in ({spoken}).",)
