"""How urgent a case is: points from named factors, each with its evidence, and the answer time that follows.

Source of the rule: section C of the product's mission. The numbers are data (`rules.py`).
"""

from datetime import datetime

from agent.cases.case import CustomerRecord, Factor, Priority, PriorityDecision
from agent.cases.clock_rules import Calendar, due
from agent.triage.reading import FactorName, Reading, Sentiment, Signal


def decide(
    reading: Reading,
    customer: CustomerRecord,
    *,
    calendar: Calendar,
    received_at: datetime,
    always_low: bool = False,
) -> PriorityDecision:
    """Points, level and the instant an answer is due. `always_low` holds for praise and for robots' mail."""
    rules = calendar.rules
    factors = (*_value(customer, calendar), *_signals(reading, calendar), *_mood(reading, calendar))
    score = sum(factor.points for factor in factors)
    level = next(level for level in Priority if score >= rules.thresholds[level] or level is Priority.LOW)
    note = ""
    grave = next((signal for signal in reading.signals if signal.grade in rules.never_below_high), None)
    if always_low:
        level, note = Priority.LOW, "Nothing here waits for an answer."
    elif grave is not None and level.rank > Priority.HIGH.rank:
        level, note = Priority.HIGH, _why_high(grave)
    return PriorityDecision(
        level=level,
        score=score,
        factors=factors,
        respond_by=due(received_at, rules.targets[level], calendar),
        note=note,
    )


def tier_of(customer: CustomerRecord, calendar: Calendar) -> str:
    """The customer's tier: by record, else by yearly revenue; empty where nothing is known."""
    if customer.tier:
        return customer.tier.upper()
    if customer.annual_revenue_eur is None:
        return ""
    tiers = sorted(calendar.rules.tier_from_revenue.items(), key=lambda item: -item[1])
    return next((tier for tier, least in tiers if customer.annual_revenue_eur >= least), "")


def _value(customer: CustomerRecord, calendar: Calendar) -> tuple[Factor, ...]:
    tier = tier_of(customer, calendar)
    points = calendar.rules.tier_points.get(tier, 0)
    if not points:
        return ()
    revenue = customer.annual_revenue_eur
    evidence = f"{tier} customer" + (f", €{revenue:,.0f} a year" if revenue else "")
    return (Factor(FactorName.CUSTOMER_VALUE, points, evidence),)


def _signals(reading: Reading, calendar: Calendar) -> tuple[Factor, ...]:
    """Each kind of signal counts once, however often the sender says it; the first words found are the evidence."""
    first: dict[FactorName, Signal] = {}
    for signal in reading.signals:
        first.setdefault(signal.name, signal)
    weighed = ((signal, calendar.rules.signal_points.get(name, 0)) for name, signal in first.items())
    return tuple(Factor(signal.name, points, signal.evidence) for signal, points in weighed if points)


def _mood(reading: Reading, calendar: Calendar) -> tuple[Factor, ...]:
    mood = reading.sentiment.value
    points = calendar.rules.sentiment_points.get(mood, 0)
    words = {Sentiment.VERY_NEGATIVE: "very angry", Sentiment.NEGATIVE: "unhappy"}
    return (Factor(FactorName.SENTIMENT, points, words.get(mood, mood.value)),) if points else ()


def _why_high(signal: Signal) -> str:
    reasons = {
        "stopped": "Work at the customer's has stopped",
        "security": "It may be a security hole",
        "data_loss": "Data may be lost",
    }
    return f"{reasons.get(signal.grade, signal.grade)}: never below high."
