"""Answers are kept question by question, once a person, and tell the house what they mean."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from agent.company import Company
from agent.desk.feedback.answers.answering import (
    HIDE,
    AnsweredBefore,
    keep_answer,
    note_opened,
    slow_down,
    visitor_mark,
)
from agent.desk.feedback.answers.hiding_comments import hide_comment, ring_for_comments
from agent.desk.feedback.answers.unfinished import take_in_unfinished
from agent.desk.feedback.surveys.links import LinkOver, Purpose, make_token, open_link_url, survey_url
from agent.desk.feedback.surveys.visits import place_of, visit_of
from agent.desk.house import House
from agent.desk.people.attempts import TooManyAttempts
from agent.errors import WrongUse
from agent.store.tables import (
    AuditRow,
    FeedbackEventRow,
    FeedbackMessageRow,
    FeedbackRequestRow,
    FollowUpRow,
    SignInAttemptRow,
    SurveyAnswerRow,
)
from tests.house import TestHouse
from tests.unit.desk.feedback.requests import asked, open_link


@dataclass(slots=True)
class Guest:
    """Somebody with a link, answering."""

    home: TestHouse
    token: str
    visitor: str = ""

    def says(self, question: str, typed: str) -> str:
        with self.home.store.writing() as unit:
            self.token, following = keep_answer(
                unit, self.home.house, self.token, question, typed, language="da", visitor=self.visitor
            )
        return following

    @property
    def row(self) -> SurveyAnswerRow:
        with self.home.store.reading() as session:
            return session.query(SurveyAnswerRow).one()

    @property
    def next(self) -> str:
        with self.home.store.reading() as session:
            question = visit_of(session, self.home.house, self.token).question()
        return question.name if question else ""


def _guest(home: TestHouse, survey: str = "ces") -> Guest:
    with home.store.writing() as unit:
        request = asked(unit.session, home, survey)
    return Guest(home, survey_url(home.house, request.id).rpartition("/")[2])


def _visitor(home: TestHouse, mark: str = "one", **values: object) -> Guest:
    with home.store.writing() as unit:
        link = open_link(unit.session, home, **values)
    return Guest(home, open_link_url(home.house, link).rpartition("/")[2], mark)


def test_a_good_score_ends_the_survey_at_once(home: TestHouse) -> None:
    guest = _guest(home)
    guest.says("score", "7")

    assert guest.next == ""
    assert guest.row.score == 7
    assert guest.row.completed_at == home.clock()
    assert guest.row.channel == "email"
    assert guest.row.survey_text["score"]["text"].startswith("Nordlys gjorde det let")


def test_a_bad_score_asks_why_and_counts_when_that_is_said(home: TestHouse) -> None:
    guest = _guest(home)
    guest.says("score", "2")
    assert (guest.next, guest.row.completed_at) == ("hard", None)

    guest.says("hard", "Ingen svarede.\r\nTo gange.")
    assert guest.row.comment == "Ingen svarede.\nTo gange."
    assert guest.row.completed_at is not None
    with home.store.reading() as session:
        request = session.query(FeedbackRequestRow).one()
        event = session.query(FeedbackEventRow).filter_by(kind="answered").one()
        assert (request.state, request.look_at, request.closed_at) == ("answered", None, home.clock())
        assert (event.data["survey"], event.data["score"], event.data["request"]) == ("ces", 2, request.id)
        assert session.query(FollowUpRow).one().answer_id == guest.row.id
        assert session.query(AuditRow).filter_by(action="feedback.answered").count() == 1


def test_a_comment_may_be_passed_over_but_not_the_score(home: TestHouse) -> None:
    guest = _guest(home)
    with pytest.raises(WrongUse):
        guest.says("score", "")
    guest.says("score", "2")
    guest.says("hard", "")

    assert guest.row.answers == {"score": 2}
    assert guest.row.completed_at is not None


@pytest.mark.parametrize("typed", ["0", "8", "-1", "7.5", "٣", "1e3", "seven", "9999999999"])
def test_a_score_beyond_the_scale_is_refused_and_nothing_is_kept(home: TestHouse, typed: str) -> None:
    guest = _guest(home)
    with pytest.raises(WrongUse):
        guest.says("score", typed)
    with home.store.reading() as session:
        assert session.query(SurveyAnswerRow).count() == 0


def test_an_answer_changes_the_one_row_and_opens_the_questions_that_it_leads_to(home: TestHouse) -> None:
    guest = _guest(home)
    guest.says("score", "7")
    home.clock.advance(days=3)

    assert guest.says("score", "1") == "hard"
    guest.says("hard", "Alt")
    row = guest.row
    assert (row.score, row.comment, row.changed_at) == (1, "Alt", home.clock())
    assert row.completed_at != row.changed_at
    guest.says("score", "6")
    assert (guest.row.comment, guest.row.answers) == ("", {"score": 6})  # nobody asked why any more


def test_an_answer_is_one_event_that_says_what_holds_now(home: TestHouse) -> None:
    guest = _guest(home)
    for score in ("7", "1", "1"):
        home.clock.advance(hours=1)
        guest.says("score", score)
    with home.store.reading() as session:
        told = session.query(FeedbackEventRow).filter_by(kind="answered").one()
        assert (told.data["score"], told.at) == (1, home.clock.now - timedelta(hours=1)), (
            "the second 1 is no news"
        )
        acts = session.query(AuditRow).filter(AuditRow.action.like("feedback.answer%")).order_by(AuditRow.id)
        assert [act.detail["score"] for act in acts] == [7, 1, 1], "the trail has it all"


def test_a_page_from_before_a_change_of_way_keeps_nothing(home: TestHouse) -> None:
    guest = _guest(home)
    guest.says("score", "7")
    guest.says("hard", "It was easy, really")
    assert guest.row.comment == ""


def test_a_link_that_has_run_out_changes_nothing(home: TestHouse) -> None:
    guest = _guest(home)
    home.clock.advance(days=61)
    with pytest.raises(LinkOver):
        guest.says("score", "7")


def test_progress_counts_the_longest_way_that_is_left(home: TestHouse) -> None:
    guest = _guest(home, "csat")
    with home.store.reading() as session:
        survey = visit_of(session, home.house, guest.token).survey
    score, why, call = survey.questions

    assert (place_of(survey, {}, score).number, place_of(survey, {}, score).of) == (1, 3)
    place = place_of(survey, {"score": 3}, why)
    assert (place.number, place.of, place.before) == (2, 2, score)
    assert place_of(survey, {"score": 1, "why": None}, call).number == 3


def test_being_opened_is_noted_once_and_by_the_page_alone(home: TestHouse) -> None:
    guest = _guest(home)
    with home.store.reading() as session:
        visit_of(session, home.house, guest.token)
        assert session.query(FeedbackMessageRow).one().opened_at is None
    first = home.clock()
    for _ in range(2):
        with home.store.writing() as unit:
            note_opened(unit, home.house, guest.token)
        home.clock.advance(hours=1)
    with home.store.reading() as session:
        assert session.query(FeedbackMessageRow).one().opened_at == first


def test_a_visitor_goes_on_with_a_link_of_their_own(home: TestHouse) -> None:
    visitor = _visitor(home)
    shared = visitor.token
    visitor.says("score", "2")

    assert visitor.token != shared
    assert visitor.next == "hard"
    assert Guest(home, shared).next == "score"  # nobody else sees what was answered
    visitor.says("hard", "Long")
    assert (visitor.row.comment, visitor.row.customer_id, visitor.row.channel) == ("Long", None, "link")


def test_a_visitor_counts_once_a_day_and_an_abandoned_start_is_begun_anew(home: TestHouse) -> None:
    visitor = _visitor(home)
    shared = visitor.token
    visitor.says("score", "2")
    again = Guest(home, shared, "one")
    again.says("score", "7")

    assert again.row.answers == {"score": 7}
    with pytest.raises(AnsweredBefore):
        Guest(home, shared, "one").says("score", "1")
    Guest(home, shared, "two").says("score", "3")
    with home.store.reading() as session:
        assert {row.score for row in session.query(SurveyAnswerRow)} == {7, 3}


def test_a_visitors_mark_differs_by_link_day_address_and_browser_and_is_forgotten(home: TestHouse) -> None:
    house = home.house
    mark = visitor_mark(house, 1, "10.0.0.1", "Phone")
    assert "10.0.0.1" not in mark
    others = {visitor_mark(house, *rest) for rest in ((2, "10.0.0.1", "Phone"), (1, "10.0.0.2", "Phone"))}
    home.clock.advance(days=1)
    assert len({mark, *others, visitor_mark(house, 1, "10.0.0.1", "Phone")}) == 4

    _visitor(home, mark).says("score", "7")
    home.clock.advance(days=3)
    take_in_unfinished(house)
    with home.store.reading() as session:
        assert session.query(SurveyAnswerRow).one().visitor == ""


def test_a_closed_link_takes_no_more_answers(home: TestHouse) -> None:
    visitor = _visitor(home, closed_at=home.clock())
    with pytest.raises(LinkOver):
        visitor.says("score", "7")


def test_a_widgets_token_opens_no_page(home: TestHouse) -> None:
    with home.store.writing() as unit:
        link = open_link(unit.session, home, kind="widget", origins=["https://www.nordlys.example"])
    token = make_token(home.house, Purpose.WIDGET, link.id)
    with home.store.reading() as session:
        assert visit_of(session, home.house, token, (Purpose.WIDGET,)).link is not None


def _hurried(home: TestHouse) -> House:
    """A house that takes two answers over one link and three from one address within a quarter of an hour."""
    attempts = {"attempts": {"link": 2, "address": 3}}
    return replace(home.house, company=Company(overrides={"feedback": {"links": attempts}}))


def test_many_answers_in_a_row_are_slowed_down_and_no_address_is_kept(home: TestHouse) -> None:
    house = _hurried(home)
    for _ in range(2):
        slow_down(house, "token", "192.0.2.7")
    with pytest.raises(TooManyAttempts) as told:
        slow_down(house, "token", "192.0.2.7")
    assert 0 < told.value.retry_after_s <= 900
    slow_down(house, "another", "192.0.2.7")
    with home.store.reading() as session:
        assert not any("192.0.2.7" in row.key for row in session.query(SignInAttemptRow))
    home.clock.advance(minutes=16)
    slow_down(house, "token", "192.0.2.7")


def test_one_address_is_slowed_down_over_all_links(home: TestHouse) -> None:
    house = _hurried(home)
    for number in range(3):
        slow_down(house, f"token {number}", "192.0.2.7")
    with pytest.raises(TooManyAttempts):
        slow_down(house, "one more", "192.0.2.7")
    slow_down(house, "one more", "192.0.2.8")


def test_a_comment_gets_its_redacted_twin_in_the_worker_and_anew_after_a_change(home: TestHouse) -> None:
    guest = _guest(home)
    guest.says("score", "2")
    guest.says("hard", "Anne Berg her: ingen svarede.")
    assert (HIDE, guest.row.id) in home.doorbell.rung
    assert guest.row.redacted_comment == ""

    hide_comment(home.house, guest.row.id)
    assert guest.row.redacted_comment == "[PERSON_1] her: ingen svarede."
    assert guest.row.read_at is None
    guest.says("hard", "Noget andet")
    assert guest.row.redacted_comment == ""
    home.doorbell.rung.clear()
    ring_for_comments(home.house)
    assert home.doorbell.rung == [(HIDE, guest.row.id)]


def test_a_bad_score_that_nobody_finished_counts_after_a_while(home: TestHouse) -> None:
    guest = _guest(home)
    guest.says("score", "1")
    take_in_unfinished(home.house)
    with home.store.reading() as session:
        assert session.query(FollowUpRow).count() == 0

    home.clock.advance(hours=3)
    for _ in range(2):
        take_in_unfinished(home.house)
    with home.store.reading() as session:
        assert session.query(FollowUpRow).count() == 1
        assert session.query(FeedbackRequestRow).one().state == "answered"
        assert session.query(SurveyAnswerRow).one().completed_at is None
    guest.says("hard", "Now I say it")
    assert guest.row.completed_at is not None
