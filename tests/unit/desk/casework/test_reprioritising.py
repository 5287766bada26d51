"""A waiting case becomes more urgent as the customer writes again, unhappier, or as time runs out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from agent.desk.audit import timeline
from agent.desk.steps.sweeping import sweep
from agent.store.tables import CaseRow
from agent.triage.reading import FactorName, Sentiment, SentimentDecision, Signal
from tests.house import CALM, TestHouse
from tests.unit.desk.conftest import approve_newest, letter, only_case

AGAIN = "In-Reply-To: <1@customer.example>\r\n"


def reasons(case: CaseRow) -> dict[str, str]:
    return {factor["name"]: factor["evidence"] for factor in case.factors}


def again(number: int = 2, text: str = "And now?") -> bytes:
    return letter(text, subject="Re: Help", message_id=f"<{number}@customer.example>", extra=AGAIN)


def changes(home: TestHouse) -> list[tuple[str, str, str]]:
    with home.store.reading() as session:
        events = timeline(session, only_case(home).id)
    return [
        (event.detail["cause"], event.detail["before"], event.detail["after"])
        for event in events
        if event.action == "priority.changed"
    ]


def test_a_second_mail_without_an_answer_counts(home: TestHouse, receive: Callable[..., None]) -> None:
    home.understanding.reading = replace(CALM, signals=(Signal(FactorName.COMPLEXITY, "two things"),))
    receive()
    assert reasons(only_case(home)) == {}
    home.clock.advance(minutes=20)
    receive(again())
    case = only_case(home)
    assert reasons(case) == {"wrote_again": "2 mails since 09:00, none answered"}
    assert case.score == 2
    assert changes(home) == [("mail", "low", "low")]


def test_a_mail_after_our_answer_begins_anew(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    approve_newest(home)
    home.clock.advance(minutes=1)
    sweep(home.house)
    home.work()
    assert only_case(home).answered_at is not None
    home.clock.advance(minutes=20)
    receive(again(text="Thanks, one more thing."))
    assert "wrote_again" not in reasons(only_case(home))


def test_a_dropping_mood_counts_with_both_moods(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    home.understanding.reading = replace(CALM, sentiment=SentimentDecision(Sentiment.VERY_NEGATIVE, 0.9))
    receive(again())
    case = only_case(home)
    assert reasons(case)["mood_drop"] == "neutral before, very negative now"
    assert case.words_priority == "low"
    assert case.priority == "medium"


def test_time_that_runs_out_raises_the_case_twice_and_then_is_left_alone(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    deadline = Signal(FactorName.TIME_CRITICALITY, "by Friday")
    home.understanding.reading = replace(CALM, signals=(deadline,))
    receive()
    case = only_case(home)
    assert (case.priority, reasons(case)) == ("medium", {"time_criticality": "by Friday"})
    assert case.respond_by is not None
    assert case.look_again_at is not None
    respond_by = case.respond_by
    home.clock.now = case.look_again_at - timedelta(seconds=1)
    sweep(home.house)
    assert "waiting" not in reasons(only_case(home))
    home.clock.advance(seconds=1)
    sweep(home.house)
    case = only_case(home)
    assert reasons(case)["waiting"].startswith("an answer is due")
    assert case.look_again_at == respond_by
    home.clock.now = respond_by
    sweep(home.house)
    case = only_case(home)
    assert reasons(case)["waiting"].startswith("an answer was due")
    assert (case.priority, case.score, case.look_again_at) == ("high", 7, None)
    assert case.respond_by == respond_by, "a promise is not moved because it was broken"
    version = case.version
    home.clock.advance(hours=1)
    sweep(home.house)
    assert only_case(home).version == version
    assert changes(home) == [("time", "medium", "medium"), ("time", "medium", "high")]


def test_an_answered_case_is_not_looked_at_again(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    approve_newest(home)
    home.clock.advance(minutes=1)
    sweep(home.house)
    home.work()
    home.clock.advance(days=10)
    sweep(home.house)
    case = only_case(home)
    assert case.look_again_at is None
    assert reasons(case) == {}


def test_a_case_lifted_to_critical_comes_before_a_lead(home: TestHouse, receive: Callable[..., None]) -> None:
    signals = (
        Signal(FactorName.BUSINESS_IMPACT, "slow", "degraded"),
        Signal(FactorName.TIME_CRITICALITY, "today"),
    )
    home.understanding.reading = replace(CALM, signals=signals)
    receive()
    assert (only_case(home).priority, only_case(home).escalated_at) == ("high", None)
    assert only_case(home).respond_by is not None
    home.clock.now = only_case(home).respond_by or home.clock.now
    sweep(home.house)
    case = only_case(home)
    assert (case.priority, case.score) == ("critical", 11)
    assert case.escalated_at is not None
