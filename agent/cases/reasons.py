"""What people say of the reasons for a mail's urgency: that one of them is not so, or that one was not seen."""

from collections.abc import Mapping
from dataclasses import replace

from agent.triage.reading import FactorName, Reading, Sentiment, SentimentDecision, Signal

CORRECTABLE = (
    FactorName.BUSINESS_IMPACT,
    FactorName.TIME_CRITICALITY,
    FactorName.ESCALATION_RISK,
    FactorName.SENTIMENT,
    FactorName.COMPLEXITY,
)
"""What is read from the words. The customer's value stands in the record, and the others are what has happened."""

_UNHAPPY = (Sentiment.NEGATIVE, Sentiment.VERY_NEGATIVE)


def as_corrected(reading: Reading, said: Mapping[FactorName, bool]) -> Reading:
    """The reading with the reasons that people say are so, and without those that they say are not.

    A reason that was found keeps its evidence, one that people add has none. The mood is a reason where the customer
    is unhappy: added, it is the worst one.
    """
    found = {signal.name for signal in reading.signals}
    added = (name for name in CORRECTABLE if said.get(name) and name not in found)
    signals = (
        *(signal for signal in reading.signals if said.get(signal.name, True)),
        *(Signal(name, "") for name in added if name is not FactorName.SENTIMENT),
    )
    return replace(reading, signals=signals, sentiment=_mood(reading, said.get(FactorName.SENTIMENT)))


def _mood(reading: Reading, is_reason: bool | None) -> SentimentDecision:
    if is_reason is None or is_reason == (reading.sentiment.value in _UNHAPPY):
        return reading.sentiment
    return SentimentDecision(Sentiment.VERY_NEGATIVE if is_reason else Sentiment.NEUTRAL, 1.0)
