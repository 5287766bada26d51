"""What people say of a mail's reasons changes the reading, and what was found can come back as it was."""

from dataclasses import replace

import pytest

from agent.cases.reasons import as_corrected
from agent.triage.reading import FactorName, Sentiment, SentimentDecision, Signal
from tests.house import CALM

STOPPED = Signal(FactorName.BUSINESS_IMPACT, "nothing works", "stopped")
DEADLINE = Signal(FactorName.TIME_CRITICALITY, "by Friday")
READING = replace(CALM, signals=(STOPPED, DEADLINE))


def test_nothing_said_changes_nothing() -> None:
    assert as_corrected(READING, {}) == READING


def test_what_is_not_so_goes_and_the_rest_stays() -> None:
    assert as_corrected(READING, {FactorName.TIME_CRITICALITY: False}).signals == (STOPPED,)
    assert as_corrected(READING, {FactorName.ESCALATION_RISK: False}) == READING


def test_what_is_so_after_all_keeps_its_words_and_grade() -> None:
    assert as_corrected(READING, {FactorName.BUSINESS_IMPACT: True}) == READING


def test_what_nobody_saw_is_added_without_evidence() -> None:
    found = as_corrected(READING, {FactorName.ESCALATION_RISK: True}).signals
    assert found == (STOPPED, DEADLINE, Signal(FactorName.ESCALATION_RISK, ""))


@pytest.mark.parametrize(
    ("mood", "is_reason", "then"),
    [
        (Sentiment.VERY_NEGATIVE, False, Sentiment.NEUTRAL),
        (Sentiment.NEGATIVE, False, Sentiment.NEUTRAL),
        (Sentiment.NEGATIVE, True, Sentiment.NEGATIVE),
        (Sentiment.NEUTRAL, True, Sentiment.VERY_NEGATIVE),
        (Sentiment.POSITIVE, False, Sentiment.POSITIVE),
        (Sentiment.POSITIVE, True, Sentiment.VERY_NEGATIVE),
    ],
)
def test_the_mood_is_a_reason_where_somebody_is_unhappy(
    mood: Sentiment, is_reason: bool, then: Sentiment
) -> None:
    reading = replace(CALM, sentiment=SentimentDecision(mood, 0.7))
    corrected = as_corrected(reading, {FactorName.SENTIMENT: is_reason})
    assert (corrected.sentiment.value, corrected.signals) == (then, ())
