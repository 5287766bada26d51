from datetime import UTC, datetime

from agent.drafting.draft import Draft, DraftRequest, Sender
from agent.drafting.fallback import FallbackWriter
from agent.llm.model import ModelUnavailable
from agent.privacy.redaction import seal
from agent.triage.fallback import FallbackTriage
from agent.triage.reading import (
    CategoryDecision,
    LanguageGuess,
    Reading,
    Sentiment,
    SentimentDecision,
    Style,
    TriageInput,
)

DOWN = ModelUnavailable("The language model did not answer in time.", code="model.deadline")
MAIL = TriageInput(seal("Hi"), seal("Hi"), seal("Hi"))
READING = Reading(
    language=LanguageGuess("en", 1.0),
    category=CategoryDecision("other", "", 0.9, needs_review=False),
    sentiment=SentimentDecision(Sentiment.NEUTRAL, 0.9),
    signals=(),
    style=Style("informal", "practitioner", "short", "calm"),
    asks=(),
    key_terms=(),
    summary="",
    warnings=("first",),
)
REQUEST = DraftRequest(
    subject=seal("Hi"),
    new_text=seal("Hi"),
    reading=READING,
    matches=(),
    sender=Sender("Firma"),
    now=datetime(2026, 11, 21, tzinfo=UTC),
)
DRAFT = Draft("Re: Hi", "Hello", "en", "local", "local/v1/en", (), warnings=("first",))


class Engine:
    """Triage and writer in one, which gives its value or raises it."""

    def __init__(self, outcome: Reading | Draft | Exception) -> None:
        self.outcome = outcome

    def read(self, _mail: TriageInput) -> Reading:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        assert isinstance(self.outcome, Reading)
        return self.outcome

    def write(self, _request: DraftRequest) -> Draft:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        assert isinstance(self.outcome, Draft)
        return self.outcome


def test_a_model_that_answers_is_not_interfered_with() -> None:
    never = Engine(AssertionError("the local engine was asked"))
    assert FallbackTriage(Engine(READING), never).read(MAIL) is READING
    assert FallbackWriter(Engine(DRAFT), never).write(REQUEST) is DRAFT


def test_the_local_engine_reads_when_the_model_does_not_and_says_so() -> None:
    reading = FallbackTriage(Engine(DOWN), Engine(READING)).read(MAIL)
    assert reading.warnings == (
        "first",
        "The language model did not answer in time. This mail was sorted by the local engine.",
    )


def test_the_local_engine_writes_when_the_model_does_not_and_says_so() -> None:
    draft = FallbackWriter(Engine(DOWN), Engine(DRAFT)).write(REQUEST)
    assert draft.engine == "local"
    assert draft.warnings == (
        "first",
        "The language model did not answer in time. This draft was written by the local engine.",
    )
