"""What the agent understood of one message: the values that triage gives and everything above works with."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from agent.privacy.redaction import RedactedText

LANGUAGES = ("da", "nb", "sv", "de", "en")
"""The languages we read and write. Others are recognised, and go to a person without a draft."""


class Sentiment(StrEnum):
    VERY_NEGATIVE = "very_negative"
    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class FactorName(StrEnum):
    """What makes a case urgent. The first comes from the customer's record, the next from the text.

    The last four come from what happens meanwhile (see `agent.cases.live`).
    """

    CUSTOMER_VALUE = "customer_value"
    BUSINESS_IMPACT = "business_impact"
    TIME_CRITICALITY = "time_criticality"
    ESCALATION_RISK = "escalation_risk"
    SENTIMENT = "sentiment"
    COMPLEXITY = "complexity"
    INCIDENT = "incident"
    WROTE_AGAIN = "wrote_again"
    WAITING = "waiting"
    MOOD_DROP = "mood_drop"


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    """A language code (ISO 639-1, `nb` for bokmål) and how sure we are, 0..1."""

    value: str
    confidence: float


@dataclass(frozen=True, slots=True)
class CategoryDecision:
    """One category of the company's taxonomy, a calibrated confidence, and whether a person must sort it."""

    value: str
    subcategory: str
    confidence: float
    needs_review: bool
    alternatives: tuple[tuple[str, float], ...] = ()

    def likely(self) -> str:
        """The category where it is more likely than all others together, else nothing: for a hint, not a decision."""
        return self.value if self.confidence >= 0.5 else ""


@dataclass(frozen=True, slots=True)
class SentimentDecision:
    value: Sentiment
    confidence: float


@dataclass(frozen=True, slots=True)
class Signal:
    """A factor found in the text, with the sender's own (redacted) words that show it.

    `grade` distinguishes degrees where a factor has them: `stopped` or `security` for business impact.
    """

    name: FactorName
    evidence: str
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Style:
    """How the sender writes, and so how the answer should read (values as in the contract)."""

    formality: str  # formal | informal
    expertise: str  # beginner | practitioner | expert
    length: str  # short | detailed
    emotion: str  # calm | pressed | frustrated | delighted


@dataclass(frozen=True, slots=True)
class Reading:
    """All that triage says of one message.

    `asks` are the sender's questions and requests, in order, in their own redacted words; `key_terms` product
    names, error codes and the like, found again by exact match.
    """

    language: LanguageGuess
    category: CategoryDecision
    sentiment: SentimentDecision
    signals: tuple[Signal, ...]
    style: Style
    asks: tuple[str, ...]
    key_terms: tuple[str, ...]
    summary: str
    warnings: tuple[str, ...] = ()
    engine: str = "local"


@dataclass(frozen=True, slots=True)
class TriageInput:
    """What triage may see: redacted words only.

    `new_text` is what the sender newly wrote; `whole` the full redacted body. `known_language` is the customer's
    language by record, used when two are close.
    """

    subject: RedactedText
    new_text: RedactedText
    whole: RedactedText
    known_language: str = ""


class TriageEngine(Protocol):
    """Reads a message. The local engine and the language model stand behind the same protocol."""

    def read(self, mail: TriageInput) -> Reading: ...
