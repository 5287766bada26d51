"""A bad answer becomes a task with an owner and a deadline, comes before a lead in time, and ends in asking again."""

from datetime import UTC, datetime, timedelta

import pytest

from agent.desk.escalations.climbing import climb
from agent.desk.escalations.escalating import acknowledge
from agent.desk.feedback.loop.follow_up_duties import ask_again, escalate_overdue
from agent.desk.feedback.loop.follow_ups import assign, drop, finish, open_if_bad, reopen
from agent.errors import Conflict, WrongUse
from agent.store.tables import (
    AuditRow,
    CaseRow,
    EscalationNoticeRow,
    EscalationRow,
    FeedbackEventRow,
    FeedbackRequestRow,
    FollowUpRow,
    NoticeRow,
    PersonRow,
)
from tests.house import TestHouse
from tests.unit.desk.feedback.given_answers import answer, case, customer


def _bad(home: TestHouse, score: float = 2, *, with_case: bool = True, **of_case: object) -> FollowUpRow:
    with home.store.writing() as unit:
        anne = customer(unit.session, home)
        about = case(unit.session, home, anne, **of_case) if with_case else None
        given = answer(unit.session, home, anne, score, case_id=about.id if about else None)
        row = open_if_bad(unit, home.house, given)
    assert row is not None
    return row


def _read(home: TestHouse, row: FollowUpRow) -> FollowUpRow:
    with home.store.reading() as session:
        return session.get_one(FollowUpRow, row.id)


def _finish(home: TestHouse, row: FollowUpRow, outcome: str = "solved") -> None:
    with home.store.writing() as unit:
        finish(unit, home.house, follow_up_id=row.id, outcome=outcome, note="We talked.", person=home.person)


def test_a_bad_answer_opens_a_task_for_whose_case_it_is(home: TestHouse):
    row = _bad(home, assignee_id=home.person.id)
    assert row.owner_id == home.person.id
    assert row.state == "open"
    assert row.due_at == datetime(2026, 11, 25, 8, tzinfo=UTC)  # two business days after Monday 09:00


def test_a_good_answer_opens_none(home: TestHouse):
    with home.store.writing() as unit:
        anne = customer(unit.session, home)
        assert open_if_bad(unit, home.house, answer(unit.session, home, anne, 3)) is None
        assert open_if_bad(unit, home.house, answer(unit.session, home, anne, None)) is None


def test_the_same_answer_opens_one_task_however_often_it_is_looked_at(home: TestHouse):
    with home.store.writing() as unit:
        given = answer(unit.session, home, customer(unit.session, home), 1)
        first, second = (open_if_bad(unit, home.house, given) for _ in range(2))
        assert first is second
        assert unit.session.query(FollowUpRow).count() == 1


def test_nobody_is_called_of_whom_nothing_is_known(home: TestHouse):
    with home.store.writing() as unit:
        assert open_if_bad(unit, home.house, answer(unit.session, home, None, 1)) is None


def test_without_an_assignee_the_lead_with_the_fewest_tasks_has_it(home: TestHouse):
    with home.store.writing() as unit:
        unit.session.add(
            PersonRow(
                email="sofie@nordlys.example", name="sofie", role="lead", password_hash="", created_at=home.clock()
            )
        )  # fmt: skip
    owners = [_bad(home).owner_id for _ in range(4)]
    assert len(set(owners)) == 2
    assert home.person.id not in owners


def test_an_answer_without_a_case_hangs_on_the_customers_newest_one(home: TestHouse):
    with home.store.writing() as unit:
        anne = customer(unit.session, home)
        case(unit.session, home, anne)
        home.clock.advance(hours=1)
        newest = case(unit.session, home, anne)
        case(unit.session, home, anne, state="spam")
        row = open_if_bad(unit, home.house, answer(unit.session, home, anne, 1))
        assert row is not None
        assert row.case_id == newest.id


def test_a_task_that_nobody_touched_goes_when_the_answer_was_changed_to_a_better_one(home: TestHouse):
    row = _bad(home)
    with home.store.writing() as unit:
        from agent.store.tables import SurveyAnswerRow

        given = unit.session.get_one(SurveyAnswerRow, row.answer_id)
        given.score = 5
        assert open_if_bad(unit, home.house, given) is None
    assert _read(home, row).state == "dropped"


def test_done_keeps_outcome_and_note_and_lets_automatic_requests_begin_again(home: TestHouse):
    row = _bad(home)
    _finish(home, row)
    done = _read(home, row)
    assert (done.state, done.outcome, done.note, done.done_by_id) == (
        "done", "solved", "We talked.", home.person.id,
    )  # fmt: skip
    assert done.ask_again_at == home.clock() + timedelta(days=14)
    with home.store.reading() as session:
        event = session.query(FeedbackEventRow).filter_by(kind="personal_follow_up").one()
        assert event.customer_id == row.customer_id


def test_who_was_not_reached_stays_unhappy_and_is_not_asked_again(home: TestHouse):
    row = _bad(home)
    _finish(home, row, "not_reached")
    assert _read(home, row).ask_again_at is None
    with home.store.reading() as session:
        assert session.query(FeedbackEventRow).filter_by(kind="personal_follow_up").count() == 0


def test_done_can_be_taken_back_with_all_that_followed(home: TestHouse):
    row = _bad(home)
    _finish(home, row)
    with home.store.writing() as unit:
        reopen(unit, home.house, follow_up_id=row.id, person=home.person)
    again = _read(home, row)
    assert (again.state, again.outcome, again.ask_again_at) == ("open", "", None)
    with home.store.reading() as session:
        assert session.query(FeedbackEventRow).filter_by(kind="personal_follow_up").count() == 0
    with pytest.raises(Conflict), home.store.writing() as unit:
        reopen(unit, home.house, follow_up_id=row.id, person=home.person)


def test_two_people_cannot_both_finish_it(home: TestHouse):
    row = _bad(home)
    _finish(home, row)
    with pytest.raises(Conflict):
        _finish(home, row, "lost")


def test_dropping_needs_a_reason(home: TestHouse):
    row = _bad(home)
    with pytest.raises(WrongUse), home.store.writing() as unit:
        drop(unit, home.house, follow_up_id=row.id, reason="  ", person=home.person)
    with home.store.writing() as unit:
        drop(unit, home.house, follow_up_id=row.id, reason="A test of our own.", person=home.person)
    assert _read(home, row).note == "A test of our own."


def test_a_task_is_given_to_a_colleague_and_nobody_else(home: TestHouse):
    row = _bad(home)
    with home.store.writing() as unit:
        assign(unit, home.house, follow_up_id=row.id, owner_id=home.person.id, person=home.other)
    assert _read(home, row).owner_id == home.person.id
    with pytest.raises(WrongUse), home.store.writing() as unit:
        assign(unit, home.house, follow_up_id=row.id, owner_id=999, person=home.other)


def test_nothing_is_escalated_before_the_deadline(home: TestHouse):
    _bad(home)
    home.clock.advance(days=1)
    escalate_overdue(home.house)
    with home.store.reading() as session:
        assert session.query(EscalationRow).count() == 0


def test_what_nobody_did_in_time_stands_on_the_board_and_the_lead_is_told(home: TestHouse):
    row = _bad(home)
    home.clock.advance(days=2)
    for _ in range(2):
        escalate_overdue(home.house)
    climb(home.house)
    with home.store.reading() as session:
        escalation = session.query(EscalationRow).one()
        assert (escalation.cause, escalation.case_id) == ("follow_up", row.case_id)
        assert session.get_one(CaseRow, row.case_id).state == "open"
        assert session.query(EscalationNoticeRow).count() >= 1


def test_who_takes_the_case_has_the_task_too(home: TestHouse):
    row = _bad(home, assignee_id=home.person.id)
    home.clock.advance(days=2)
    escalate_overdue(home.house)
    with home.store.writing() as unit:
        escalation = unit.session.query(EscalationRow).one()
        acknowledge(unit, home.house, escalation_id=escalation.id, person=home.other)
    assert _read(home, row).owner_id == home.other.id


def test_done_clears_the_board_and_closes_the_case_that_was_opened_for_it(home: TestHouse):
    row = _bad(home)
    home.clock.advance(days=2)
    escalate_overdue(home.house)
    _finish(home, row)
    with home.store.reading() as session:
        assert session.get_one(CaseRow, row.case_id).state == "done"
        assert session.query(EscalationRow).one().acknowledged_at is not None


def test_a_case_that_was_open_for_a_follow_up_alone_leads_to_no_request_of_its_own(home: TestHouse):
    row = _bad(home)
    home.clock.advance(days=2)
    escalate_overdue(home.house)
    _finish(home, row)
    with home.store.reading() as session:
        assert [event.kind for event in session.query(FeedbackEventRow)] == ["personal_follow_up"]
        assert session.get_one(CaseRow, row.case_id).closed_at == home.clock()


def test_a_case_that_was_open_anyway_stays_open(home: TestHouse):
    row = _bad(home, state="open")
    home.clock.advance(days=2)
    escalate_overdue(home.house)
    _finish(home, row)
    with home.store.reading() as session:
        assert session.get_one(CaseRow, row.case_id).state == "open"


def test_without_a_case_an_overdue_task_is_a_problem_that_everybody_sees(home: TestHouse):
    row = _bad(home, with_case=False)
    home.clock.advance(days=2)
    escalate_overdue(home.house)
    with home.store.reading() as session:
        assert session.query(NoticeRow).filter_by(key=f"follow_up:{row.id}", resolved_at=None).count() == 1
    _finish(home, row)
    with home.store.reading() as session:
        assert session.query(NoticeRow).filter_by(resolved_at=None).count() == 0


def test_the_same_question_is_asked_again_once_when_its_time_has_come(home: TestHouse):
    row = _bad(home)
    _finish(home, row)
    home.clock.advance(days=13)
    ask_again(home.house)
    with home.store.reading() as session:
        assert session.query(FeedbackRequestRow).count() == 0
    home.clock.advance(days=1)
    for _ in range(2):
        ask_again(home.house)
    with home.store.reading() as session:
        request = session.query(FeedbackRequestRow).one()
        assert (request.survey, request.follow_up_id, request.look_at) == ("csat", row.id, home.clock())
    with pytest.raises(Conflict), home.store.writing() as unit:
        reopen(unit, home.house, follow_up_id=row.id, person=home.person)


def test_every_step_is_in_the_audit_trail_without_the_customers_words(home: TestHouse):
    row = _bad(home)
    _finish(home, row)
    with home.store.reading() as session:
        events = session.query(AuditRow).filter_by(subject=f"follow_up:{row.id}").all()
        assert [one.action for one in events] == ["follow_up.opened", "follow_up.done"]
        assert "talked" not in str([one.detail for one in events])
