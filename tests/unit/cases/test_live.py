"""What happens while a case waits makes it more urgent, and says why."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agent.cases.case import Factor, Priority
from agent.cases.live import Happened, OpenIncident, lifted, live_factors, soon_from
from agent.cases.priority import load_rules
from agent.triage.reading import FactorName, Sentiment

RULES = load_rules()
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Europe/Copenhagen"))
MORNING = NOON.replace(hour=9, minute=12)
DEADLINE = Factor(FactorName.TIME_CRITICALITY, 3, "by noon")
INCIDENT = Factor(FactorName.INCIDENT, 4, "8 customers report the same")


def reasons(happened: Happened) -> list[tuple[FactorName, int, str]]:
    return [(factor.name, factor.points, factor.evidence) for factor in live_factors(happened, RULES)]


def level(
    base: Priority, *factors: Factor, category: str = "technical", subcategory: str = "error"
) -> Priority:
    live = [factor for factor in factors if factor is INCIDENT]
    words = [factor for factor in factors if factor is not INCIDENT]
    return lifted(base, words, live, category=category, subcategory=subcategory, rules=RULES)


def test_nothing_happened_nothing_counts() -> None:
    assert reasons(Happened(NOON, (MORNING,), (Sentiment.NEGATIVE,), NOON + timedelta(days=1))) == []


def test_an_incident_names_customers_time_and_cause() -> None:
    incident = OpenIncident(8, MORNING, "cannot log in")
    words = "8 customers report the same since 09:12: cannot log in"
    assert reasons(Happened(NOON, incident=incident)) == [("incident", 4, words)]


def test_another_day_is_named() -> None:
    incident = OpenIncident(5, MORNING - timedelta(days=1), "sms")
    assert "since 22 Nov 09:12" in reasons(Happened(NOON, incident=incident))[0][2]


def test_a_second_mail_without_an_answer_counts_and_a_first_does_not() -> None:
    later = NOON + timedelta(days=1)
    assert reasons(Happened(NOON, (MORNING, NOON), respond_by=later)) == [
        ("wrote_again", 2, "2 mails since 09:12, none answered")
    ]
    assert reasons(Happened(NOON, (MORNING,), respond_by=later)) == []


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (NOON - timedelta(minutes=31), []),
        (NOON - timedelta(minutes=30), [("waiting", 2, "an answer is due 12:00")]),
        (NOON, [("waiting", 4, "an answer was due 12:00")]),
    ],
)
def test_the_last_quarter_of_the_answer_time_counts_and_its_end_counts_more(
    now: datetime, expected: list[tuple[str, int, str]]
) -> None:
    arrival = NOON - timedelta(hours=2)
    assert reasons(Happened(now, (arrival,), respond_by=NOON)) == expected
    assert soon_from(arrival, NOON, RULES) == NOON - timedelta(minutes=30)


def test_an_answered_case_is_not_overdue() -> None:
    assert reasons(Happened(NOON, (), respond_by=MORNING)) == []


@pytest.mark.parametrize(
    ("moods", "drops"),
    [
        ((Sentiment.NEUTRAL, Sentiment.VERY_NEGATIVE), True),
        ((Sentiment.POSITIVE, Sentiment.NEUTRAL), True),
        ((Sentiment.NEGATIVE, Sentiment.NEGATIVE), False),
        ((Sentiment.NEGATIVE, Sentiment.POSITIVE), False),
        ((Sentiment.VERY_NEGATIVE,), False),
    ],
)
def test_a_worse_mood_than_in_the_mail_before_counts(moods: tuple[Sentiment, ...], drops: bool) -> None:
    assert bool(reasons(Happened(NOON, moods=moods))) is drops


def test_live_points_lift_the_level_and_never_lower_it() -> None:
    assert level(Priority.MEDIUM, DEADLINE, INCIDENT) is Priority.HIGH
    assert level(Priority.LOW, INCIDENT) is Priority.MEDIUM
    assert level(Priority.HIGH, INCIDENT) is Priority.HIGH, "an override of the words stands"
    assert level(Priority.MEDIUM, DEADLINE) is Priority.MEDIUM


def test_praise_and_machine_mail_stay_low_whatever_happens() -> None:
    assert level(Priority.LOW, DEADLINE, INCIDENT, category="feedback") is Priority.LOW
    assert level(Priority.LOW, INCIDENT, category="other", subcategory="newsletter") is Priority.LOW


def test_a_company_takes_a_reason_away_with_zero_points() -> None:
    rules = load_rules({"live": {"wrote_again": 0}})
    assert live_factors(Happened(NOON, (MORNING, NOON)), rules) == ()
