"""Points, levels and overrides; every number is the company's to change."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from agent.cases.case import CustomerRecord, Priority, PriorityDecision
from agent.cases.clock_rules import calendar
from agent.cases.priority import Rules, decide, load_rules, tier_of
from agent.errors import SettingError
from agent.triage.reading import (
    CategoryDecision,
    FactorName,
    LanguageGuess,
    Reading,
    Sentiment,
    SentimentDecision,
    Signal,
    Style,
)

RULES = load_rules()
CALM = Reading(
    language=LanguageGuess("en", 1.0),
    category=CategoryDecision("technical", "error", 0.9, needs_review=False),
    sentiment=SentimentDecision(Sentiment.NEUTRAL, 0.9),
    signals=(),
    style=Style("formal", "practitioner", "short", "calm"),
    asks=(),
    key_terms=(),
    summary="",
)
IMPACT = Signal(FactorName.BUSINESS_IMPACT, "nothing works", "degraded")
TIME = Signal(FactorName.TIME_CRITICALITY, "by noon", "deadline")
RISK = Signal(FactorName.ESCALATION_RISK, "our lawyer", "legal")


def customer(tier: str = "", revenue: float | None = None) -> CustomerRecord:
    return CustomerRecord("x@example.com", tier=tier, annual_revenue_eur=revenue)


def decided(
    *signals: Signal,
    mood: Sentiment = Sentiment.NEUTRAL,
    of: CustomerRecord | None = None,
    category: str = "technical",
    subcategory: str = "error",
    rules: Rules = RULES,
) -> PriorityDecision:
    reading = replace(
        CALM,
        signals=signals,
        sentiment=SentimentDecision(mood, 0.9),
        category=CategoryDecision(category, subcategory, 0.9, needs_review=False),
    )
    return decide(
        reading,
        of or customer(),
        rules=rules,
        received_at=datetime(2026, 11, 18, 9, tzinfo=UTC),
        calendar=calendar(ZoneInfo("Europe/Copenhagen"), "DK", rules.hours),
    )


def test_the_worked_example_adds_up_to_fifteen() -> None:
    """An A customer, everything down, tomorrow, alternatives, very angry: 3 + 4 + 3 + 3 + 2."""
    decision = decided(IMPACT, TIME, RISK, mood=Sentiment.VERY_NEGATIVE, of=customer(revenue=280_000))
    assert (decision.score, decision.level) == (15, Priority.CRITICAL)
    assert [(factor.name, factor.points) for factor in decision.factors] == [
        (FactorName.CUSTOMER_VALUE, 3),
        (FactorName.BUSINESS_IMPACT, 4),
        (FactorName.TIME_CRITICALITY, 3),
        (FactorName.ESCALATION_RISK, 3),
        (FactorName.SENTIMENT, 2),
    ]
    assert decision.factors[0].evidence == "tier A, €280,000 a year"
    assert decision.respond_by == datetime(2026, 11, 18, 9, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("signals", "mood", "tier", "score", "level"),
    [
        ((), Sentiment.NEUTRAL, "", 0, Priority.LOW),
        ((), Sentiment.NEGATIVE, "B", 2, Priority.LOW),
        ((TIME,), Sentiment.NEUTRAL, "", 3, Priority.MEDIUM),
        ((TIME, RISK), Sentiment.NEUTRAL, "", 6, Priority.MEDIUM),
        ((IMPACT, TIME), Sentiment.NEUTRAL, "C", 7, Priority.HIGH),
        ((IMPACT, TIME, RISK), Sentiment.NEUTRAL, "", 10, Priority.HIGH),
        ((IMPACT, TIME, RISK), Sentiment.NEGATIVE, "", 11, Priority.CRITICAL),
    ],
)
def test_levels_begin_at_their_thresholds(
    signals: tuple[Signal, ...], mood: Sentiment, tier: str, score: int, level: Priority
) -> None:
    decision = decided(*signals, mood=mood, of=customer(tier))
    assert (decision.score, decision.level) == (score, level)


@pytest.mark.parametrize("grade", ["data_loss", "security", "stopped"])
def test_grave_impact_is_never_below_high(grade: str) -> None:
    decision = decided(replace(IMPACT, grade=grade))
    assert (decision.score, decision.level) == (4, Priority.HIGH)
    assert grade in decision.note


def test_degraded_impact_keeps_its_points() -> None:
    assert decided(IMPACT).level is Priority.MEDIUM


def test_praise_is_low_even_from_the_largest_customer() -> None:
    decision = decided(TIME, of=customer("A"), category="feedback", subcategory="praise")
    assert decision.level is Priority.LOW
    assert "feedback" in decision.note


def test_a_thank_you_that_hides_an_outage_is_not_low() -> None:
    decision = decided(replace(IMPACT, grade="stopped"), category="feedback", subcategory="praise")
    assert decision.level is Priority.HIGH


def test_machine_mail_is_low_whatever_it_threatens() -> None:
    decision = decided(IMPACT, TIME, RISK, category="other", subcategory="newsletter")
    assert decision.level is Priority.LOW


@pytest.mark.parametrize(
    ("record", "tier"),
    [
        (customer("a"), "A"),
        (customer("C", 900_000), "C"),
        (customer(revenue=200_000), "A"),
        (customer(revenue=199_999), "B"),
        (customer(revenue=20_000), "B"),
        (customer(revenue=5), "C"),
        (customer(), ""),
    ],
)
def test_the_tier_comes_from_the_record_else_from_revenue(record: CustomerRecord, tier: str) -> None:
    assert tier_of(record, RULES) == tier


def test_a_company_changes_points_thresholds_and_targets() -> None:
    rules = load_rules(
        {
            "points": {"time_criticality": 5, "tier": {"A": 1}},
            "levels": {"high": 5},
            "targets": {"high": {"minutes": 30}},
        }
    )
    decision = decided(TIME, rules=rules)
    assert (decision.score, decision.level) == (5, Priority.HIGH)
    assert decision.respond_by == datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("overrides", "named"),
    [
        ({"poinst": {}}, r"priority\.poinst"),
        ({"points": {"buisness_impact": 4}}, r"priority\.points\.buisness_impact"),
        ({"levels": {"critical": "many"}}, "many"),
        ({"never_below": {"security": "sky-high"}}, "sky-high"),
    ],
)
def test_a_mistyped_rule_is_named(overrides: dict[str, object], named: str) -> None:
    with pytest.raises(SettingError, match=named):
        load_rules(overrides)


def test_the_answer_is_due_by_the_deadline_that_the_customer_names() -> None:
    soon = decided(Signal(FactorName.TIME_CRITICALITY, "by Thursday 8:30", "deadline"))
    assert soon.deadline == datetime(2026, 11, 19, 7, 30, tzinfo=UTC)
    assert soon.respond_by == soon.deadline
    assert soon.score == RULES.signal_points[FactorName.TIME_CRITICALITY]


def test_a_deadline_far_away_presses_nobody() -> None:
    far = decided(Signal(FactorName.TIME_CRITICALITY, "by the 1st of March", "deadline"))
    assert far.score == 0
    assert far.deadline == datetime(2027, 3, 1, 15, tzinfo=UTC)
    assert far.respond_by < far.deadline
