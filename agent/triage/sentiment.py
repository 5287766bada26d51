"""The sender's mood: a trained head over meaning and cues."""

from agent.triage.classifier import Model, Seen
from agent.triage.reading import Sentiment, SentimentDecision


def decide(model: Model, seen: Seen) -> SentimentDecision:
    """The likeliest mood with its calibrated probability."""
    shares = model.heads["sentiment"].probabilities(seen)
    best = max(shares, key=lambda label: shares[label])
    return SentimentDecision(Sentiment(best), round(shares[best], 3))
