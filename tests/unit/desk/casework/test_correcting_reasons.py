"""People say of single reasons whether they are so; the case is judged by it, and one undo lets it be as it was."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from agent.desk.casework.bulk import put_right
from agent.desk.casework.changes import take_back
from agent.desk.casework.correcting import correct, undo_correction
from agent.desk.steps.sweeping import sweep
from agent.errors import Conflict, WrongUse
from agent.store.tables import AuditRow, CaseRow, CorrectionRow, DeskChangeRow, EscalationRow, TriageRow
from agent.triage.reading import FactorName, Sentiment, SentimentDecision, Signal
from tests.house import CALM, TestHouse
from tests.unit.desk.conftest import approve_newest, letter, only_case

Receive = Callable[..., None]

STANDSTILL = Signal(FactorName.BUSINESS_IMPACT, "nothing works", "degraded")
DEADLINE = Signal(FactorName.TIME_CRITICALITY, "today")
RISK = Signal(FactorName.ESCALATION_RISK, "alternatives")
UNHAPPY = SentimentDecision(Sentiment.NEGATIVE, 0.9)
AGAIN = "In-Reply-To: <1@customer.example>\r\n"


def reasons(case: CaseRow) -> dict[str, int]:
    return {factor["name"]: factor["points"] for factor in case.factors}


def say(home: TestHouse, **said: bool) -> CaseRow:
    """The case after a person said so of its reasons."""
    with home.store.writing() as unit:
        correct(unit, home.house, case_id=only_case(home).id, person=home.person, reasons=said)
    return only_case(home)


def shown(case: CaseRow) -> tuple[object, ...]:
    return (
        case.priority, case.words_priority, case.score, case.factors, case.priority_note, case.respond_by,
        case.deadline_at, case.clock_promises,
    )  # fmt: skip


@pytest.fixture
def urgent(home: TestHouse, receive: Receive) -> CaseRow:
    home.understanding.reading = replace(CALM, signals=(STANDSTILL, DEADLINE, RISK), sentiment=UNHAPPY)
    receive()
    case = only_case(home)
    assert (case.priority, case.score) == ("critical", 11)
    assert case.deadline_at is not None
    return case


def test_what_is_not_so_costs_its_points_its_deadline_and_its_answer_time(
    home: TestHouse, urgent: CaseRow
) -> None:
    case = say(home, time_criticality=False, business_impact=False)
    assert reasons(case) == {"escalation_risk": 3, "sentiment": 1}
    assert (case.priority, case.words_priority, case.score) == ("medium", "medium", 4)
    assert case.deadline_at is None
    assert case.corrected == [], "the level still follows from the reasons"
    assert case.respond_by is not None
    assert urgent.respond_by is not None
    assert case.respond_by > urgent.respond_by


def test_what_nobody_saw_counts_from_now_and_brings_a_critical_case_before_a_lead(
    home: TestHouse, receive: Receive
) -> None:
    home.understanding.reading = replace(CALM, signals=(STANDSTILL, RISK), sentiment=UNHAPPY)
    receive()
    before = only_case(home)
    assert before.priority == "high"
    home.clock.advance(minutes=5)
    case = say(home, time_criticality=True)
    assert (case.priority, reasons(case)["time_criticality"]) == ("critical", 3)
    assert case.deadline_at is None, "nobody named an hour"
    assert before.respond_by is not None
    assert case.respond_by is not None
    assert case.respond_by < before.respond_by
    with home.store.reading() as session:
        assert [row.cause for row in session.scalars(select(EscalationRow))] == ["critical"]


def test_both_are_in_the_trail_and_nothing_is_written_twice(home: TestHouse, urgent: CaseRow) -> None:
    say(home, time_criticality=False)
    say(home, time_criticality=False)
    with home.store.reading() as session:
        (event,) = session.scalars(select(AuditRow).where(AuditRow.action == "case.corrected"))
        assert event.detail["before"] == {"reason:time_criticality": "yes"}
        assert event.detail["after"] == {"reason:time_criticality": "no"}
        (row,) = session.scalars(select(CorrectionRow))
        assert (row.message_id, row.person_id) == (urgent.latest_in_id, home.person.id)
        assert row.redacted_text.startswith("Help.")


def test_one_undo_lets_it_be_as_it_was(home: TestHouse, urgent: CaseRow) -> None:
    with home.store.writing() as unit:
        put_right(
            unit, home.house, case_id=urgent.id, values={"reasons": {"business_impact": False}},
            back="/", person=home.person,
        )  # fmt: skip
    assert only_case(home).priority == "high"
    home.clock.advance(minutes=1)
    with home.store.writing() as unit:
        take_back(unit, home.house, unit.session.query(DeskChangeRow).one(), home.person)
    assert shown(only_case(home)) == shown(urgent)


def test_saying_the_opposite_later_brings_the_words_back(home: TestHouse, urgent: CaseRow) -> None:
    say(home, escalation_risk=False)
    assert "escalation_risk" not in reasons(only_case(home))
    case = say(home, escalation_risk=True)
    assert (case.factors, case.priority, case.score) == (urgent.factors, "critical", 11)


def test_a_correction_that_is_taken_back_counts_no_more(home: TestHouse, urgent: CaseRow) -> None:
    say(home, business_impact=False)
    with home.store.writing() as unit:
        row = unit.session.query(CorrectionRow).one()
        undo_correction(unit, home.house, correction_id=row.id, person=home.person)
    case = only_case(home)
    assert (case.factors, case.priority) == (urgent.factors, "critical")


def test_the_next_mail_is_judged_by_its_own_words(home: TestHouse, receive: Receive, urgent: CaseRow) -> None:
    say(home, time_criticality=False, business_impact=False, escalation_risk=False, sentiment=False)
    home.understanding.reading = replace(CALM, signals=(Signal(FactorName.TIME_CRITICALITY, "tomorrow"),))
    receive(letter("It has to work tomorrow.", message_id="<2@customer.example>", extra=AGAIN))
    case = only_case(home)
    assert reasons(case) == {"time_criticality": 3, "wrote_again": 2}
    case = say(home, time_criticality=False)
    assert reasons(case) == {"wrote_again": 2}, "neither mail's deadline counts now"


def test_what_has_happened_since_still_counts(home: TestHouse, receive: Receive, urgent: CaseRow) -> None:
    home.understanding.reading = CALM
    receive(letter("Hello?", message_id="<2@customer.example>", extra=AGAIN))
    case = say(home, business_impact=False, time_criticality=False)
    assert reasons(case) == {"escalation_risk": 3, "sentiment": 1, "wrote_again": 2}
    assert (case.words_priority, case.score) == ("medium", 6)


def test_a_level_that_a_person_set_stays_while_its_reasons_change(home: TestHouse, urgent: CaseRow) -> None:
    with home.store.writing() as unit:
        correct(unit, home.house, case_id=urgent.id, person=home.person, priority="high")
    case = say(home, business_impact=False, escalation_risk=False)
    assert (case.priority, case.words_priority, reasons(case)) == (
        "high", "medium", {"time_criticality": 3, "sentiment": 1},
    )  # fmt: skip


def test_the_mood_can_be_put_right_both_ways(home: TestHouse, receive: Receive) -> None:
    furious = SentimentDecision(Sentiment.VERY_NEGATIVE, 0.9)
    home.understanding.reading = replace(CALM, sentiment=furious)
    receive()
    assert reasons(only_case(home)) == {"sentiment": 2}
    assert reasons(say(home, sentiment=False)) == {}
    case = say(home, sentiment=True)
    assert case.factors == [{"name": "sentiment", "points": 2, "evidence": "very_negative"}]


@pytest.mark.parametrize("name", ["customer_value", "incident", "weather"])
def test_only_what_is_read_from_the_words_can_be_said(home: TestHouse, urgent: CaseRow, name: str) -> None:
    with pytest.raises(WrongUse, match="not a reason that can be changed"):
        say(home, **{name: False})
    assert shown(only_case(home)) == shown(urgent)


def test_before_a_mail_was_read_there_is_nothing_to_put_right(home: TestHouse, urgent: CaseRow) -> None:
    with home.store.writing() as unit:
        unit.session.query(TriageRow).delete()
    with pytest.raises(Conflict, match="not been judged yet"):
        say(home, business_impact=False)
    with home.store.reading() as session:
        assert session.query(CorrectionRow).count() == 0


def test_an_answered_case_shows_it_without_a_new_answer_time(home: TestHouse, urgent: CaseRow) -> None:
    approve_newest(home)
    home.clock.advance(minutes=1)
    sweep(home.house)
    home.work()
    before = only_case(home)
    assert before.answered_at is not None
    case = say(home, business_impact=False)
    assert (case.priority, case.score) == ("high", 7)
    assert (case.state, case.respond_by) == (before.state, before.respond_by)


class TestPriorityTakenBack:
    def set_level(self, home: TestHouse, level: str) -> int:
        with home.store.writing() as unit:
            correct(unit, home.house, case_id=only_case(home).id, person=home.person, priority=level)
        with home.store.reading() as session:
            return session.query(CorrectionRow).order_by(CorrectionRow.id.desc()).first().id  # type: ignore[union-attr]

    def undo(self, home: TestHouse, correction_id: int) -> CaseRow:
        with home.store.writing() as unit:
            undo_correction(unit, home.house, correction_id=correction_id, person=home.person)
        return only_case(home)

    def test_the_answer_time_comes_back_with_the_level(self, home: TestHouse, urgent: CaseRow) -> None:
        correction = self.set_level(home, "low")
        assert only_case(home).respond_by != urgent.respond_by
        case = self.undo(home, correction)
        assert (case.priority, case.corrected) == ("critical", [])
        assert case.respond_by == urgent.respond_by

    def test_what_a_person_set_before_stays_set(self, home: TestHouse, urgent: CaseRow) -> None:
        self.set_level(home, "medium")
        case = self.undo(home, self.set_level(home, "low"))
        assert (case.priority, case.corrected) == ("medium", ["priority"])

    def test_what_happened_meanwhile_counts(self, home: TestHouse, receive: Receive) -> None:
        home.understanding.reading = replace(CALM, signals=(RISK,))
        receive()
        correction = self.set_level(home, "low")
        home.clock.advance(minutes=20)
        receive(letter("And now?", message_id="<2@customer.example>", extra=AGAIN))
        case = self.undo(home, correction)
        assert reasons(case) == {"escalation_risk": 3, "wrote_again": 2}
        assert case.score == 5


def test_a_deadline_that_is_gone_leaves_the_time_of_the_level(home: TestHouse, receive: Receive) -> None:
    """The level stays the same by its other points, and the answer time follows nevertheless."""
    home.understanding.reading = replace(
        CALM, signals=(STANDSTILL, RISK, replace(DEADLINE, evidence="within 1 hour"))
    )
    receive()
    before = only_case(home)
    case = say(home, time_criticality=False)
    assert (before.priority, case.priority) == ("high", "high")
    assert before.deadline_at is not None
    assert case.deadline_at is None
    assert before.respond_by is not None
    assert case.respond_by is not None
    assert before.respond_by <= before.deadline_at < case.respond_by
