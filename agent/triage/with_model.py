"""Triage by a language model, kept honest by the local reading.

The model reads better; it also invents. So nothing it says is taken on trust: the category must be one of
the company's, and the evidence for urgency, the questions and the key terms must be words of the mail, or
they are dropped. Language stays with the local engine, which measures better. A mail that tries to command
the agent is not shown to the model at all: its sender gains nothing by it.
"""

import re
from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from agent.llm.commands import find_commands
from agent.llm.model import LanguageModel, Prompt
from agent.llm.untrusted import literal, mark_for
from agent.triage.reading import (
    LANGUAGES,
    CategoryDecision,
    FactorName,
    Reading,
    Sentiment,
    SentimentDecision,
    Signal,
    Style,
    TriageEngine,
    TriageInput,
)
from agent.triage.taxonomy import Category, Taxonomy
from prompts.catalogue import Catalogue

_MOST_CHARACTERS = 8_000
"""Of a mail, shown to the model: four pages. What is longer is logs and tables, with its point above."""

_LONGEST_SUMMARY = 220
"""Characters: the twenty words asked for, with room for long ones. Models that ramble also invent."""


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _FoundFactor(_Shape):
    name: Literal["business_impact", "time_criticality", "escalation_risk", "complexity"]
    grade: Literal["", "stopped", "security"]
    evidence: str


class _FoundStyle(_Shape):
    formality: Literal["formal", "informal"]
    expertise: Literal["beginner", "practitioner", "expert"]
    length: Literal["short", "detailed"]
    emotion: Literal["calm", "pressed", "frustrated", "delighted"]


class TriageAnswer(_Shape):
    """What the model is asked for; the fields are explained in `prompts/triage`."""

    category: str
    subcategory: str
    confidence: float = Field(ge=0, le=1)
    sentiment: Literal["very_negative", "negative", "neutral", "positive"]
    factors: list[_FoundFactor]
    asks: list[str]
    key_terms: list[str]
    style: _FoundStyle
    summary: str


class ModelTriage:
    """A `TriageEngine` that asks a model and falls back on the local reading point by point.

    Below `review_below`, the threshold of the local engine's own decisions, a person sorts. Raises
    `ModelUnavailable` when the model does not answer: see `agent.triage.fallback.FallbackTriage`.
    """

    def __init__(
        self,
        model: LanguageModel,
        catalogue: Catalogue,
        local: TriageEngine,
        *,
        company: str,
        taxonomy: Taxonomy,
        review_below: float,
    ) -> None:
        self._model = model
        self._catalogue = catalogue
        self._local = local
        self._company = company
        self._taxonomy = taxonomy
        self._review_below = review_below
        self._shape = _shape_for(taxonomy.slugs)

    def read(self, mail: TriageInput) -> Reading:
        reading = self._local.read(mail)
        if find_commands(f"{mail.subject}\n{mail.whole}"):
            warning = "The mail tries to command the agent; the language model was not shown it."
            return replace(reading, warnings=(*reading.warnings, warning))
        answer = self._model.complete(self._prompt(mail, reading), self._shape).value
        return self._merge(reading, answer, f"{mail.subject}\n{mail.new_text}")

    def _prompt(self, mail: TriageInput, reading: Reading) -> Prompt:
        language = reading.language.value if reading.language.value in LANGUAGES else "en"
        data = {"subject": mail.subject[:300], "mail": mail.new_text[:_MOST_CHARACTERS]}
        mark = mark_for(text.shareable() for text in data.values())
        rendered = self._catalogue.render(
            "triage",
            language,
            mark=mark,
            company=self._company,
            categories="\n".join(
                _line(category, language) for category in self._taxonomy.categories.values()
            ),
        )
        return Prompt(rendered.id, rendered.text, data, mark, rendered.after)

    def _merge(self, local: Reading, answer: TriageAnswer, text: str) -> Reading:
        asks = tuple(ask.strip() for ask in answer.asks if occurs(ask, text))
        terms = (*local.key_terms, *(term.strip() for term in answer.key_terms if occurs(term, text)))
        return replace(
            local,
            category=self._category(local.category, answer),
            sentiment=_sentiment(local.sentiment, Sentiment(answer.sentiment)),
            signals=_signals(local.signals, answer.factors, text),
            style=Style(
                answer.style.formality, answer.style.expertise, answer.style.length, answer.style.emotion
            ),
            asks=asks or local.asks,
            key_terms=tuple(dict.fromkeys(terms)),
            summary=_summary(answer.summary, text) or local.summary,
            engine="llm",
        )

    def _category(self, local: CategoryDecision, answer: TriageAnswer) -> CategoryDecision:
        """The model's category where it is a known one, with the confidence of both.

        A model's own figure is too sure of itself. Where both agree the doubts multiply; where they differ
        it is halved by what the local engine, whose figure is calibrated, thinks of that category.
        """
        if answer.category not in self._taxonomy:
            return local
        if answer.category == local.value:
            confidence = 1 - (1 - local.confidence) * (1 - 0.5 * answer.confidence)
            fallback = local.subcategory
            alternatives = local.alternatives
        else:
            known = dict(local.alternatives).get(answer.category, 0.0)
            confidence = (answer.confidence + known) / 2
            fallback = ""
            others = ((local.value, local.confidence), *local.alternatives)
            alternatives = tuple(pair for pair in others if pair[0] != answer.category)
        return CategoryDecision(
            value=answer.category,
            subcategory=self._subcategory(answer) or fallback,
            confidence=round(confidence, 3),
            needs_review=confidence < self._review_below,
            alternatives=alternatives,
        )

    def _subcategory(self, answer: TriageAnswer) -> str:
        slug = re.sub(r"[^a-z0-9]+", "_", answer.subcategory.lower()).strip("_")
        return slug if self._taxonomy.subcategory(answer.category, slug) else ""


def _line(category: Category, language: str) -> str:
    """A category as the prompt lists it: slug, name in the prompt's language, what belongs to it."""
    finer = ", ".join(f"`{slug}`" for slug in category.subcategories)
    about = f"{category.name(language)}. {category.about(language)}"
    return f"  - `{category.slug}`: {about} ({finer})" if finer else f"  - `{category.slug}`: {about}"


def _shape_for(categories: tuple[str, ...]) -> type[TriageAnswer]:
    """The answer's shape with the company's categories in its schema.

    The schema steers servers that enforce it; a category from elsewhere is still read, and dropped when
    merging.
    """
    field: Any = (str, Field(json_schema_extra={"enum": list(categories)}))
    return create_model("Triage", __base__=TriageAnswer, category=field)


def occurs(words: str, text: str) -> bool:
    """Whether `words` stand in `text`, but for spacing, case and the marks that fencing adds."""
    wanted = _plain(words)
    return bool(wanted) and wanted in _plain(text)


def _plain(text: str) -> str:
    return (
        re.sub(r"\s+", " ", re.sub(r"^\| ", "", literal(text), flags=re.MULTILINE))
        .strip(" \"'»«„“”.,")
        .casefold()
    )


def _signals(local: tuple[Signal, ...], found: list[_FoundFactor], text: str) -> tuple[Signal, ...]:
    """The local signals, and those the model adds with words of the mail as evidence.

    A missed emergency costs more than a false one, so neither engine can take the other's finding away. One
    word proves too little.
    """
    names = {signal.name for signal in local}
    added = {
        factor.name: Signal(FactorName(factor.name), factor.evidence.strip(), _grade(factor))
        for factor in reversed(found)
        if FactorName(factor.name) not in names
        and len(factor.evidence.split()) > 1
        and occurs(factor.evidence, text)
    }
    return (*local, *reversed(added.values()))


def _grade(factor: _FoundFactor) -> str:
    return factor.grade if factor.name == "business_impact" else ""


def _sentiment(local: SentimentDecision, said: Sentiment) -> SentimentDecision:
    if said is local.value:
        return replace(local, confidence=round(1 - (1 - local.confidence) * 0.5, 3))
    return SentimentDecision(said, 0.6)


def _summary(summary: str, text: str) -> str:
    """One line for people, or nothing where it runs on, or holds a link or placeholder the mail does not."""
    line = " ".join(literal(summary).split())
    if len(line) > _LONGEST_SUMMARY:
        return ""
    strange = [
        found for found in re.findall(r"\[[A-Z_]+_\d+\]|https?://\S+|www\.\S+", line) if found not in text
    ]
    return "" if strange else line
