"""A score that goes back and forth: what holds in the end counts, for the light, the follow-up and the next request."""

from dataclasses import dataclass
from datetime import timedelta

from agent.desk.customers.feedback_light import lights_of
from agent.desk.feedback.answers.answering import keep_answer
from agent.desk.feedback.asking.planning import plan
from agent.desk.feedback.loop.follow_ups import finish
from agent.desk.feedback.surveys.links import survey_url
from agent.desk.feedback.surveys.visits import visit_of
from agent.feedback.reasons import Code
from agent.feedback.timing.light import Colour
from agent.store.tables import AuditRow, CustomerRow, FeedbackEventRow, FeedbackRequestRow, FollowUpRow
from tests.house import TestHouse
from tests.unit.desk.feedback.given_answers import customer
from tests.unit.desk.feedback.requests import asked


@dataclass(slots=True)
class Anne:
    """A customer with a survey before her."""

    home: TestHouse
    id: int
    token: str

    @classmethod
    def asked(cls, home: TestHouse, survey: str = "nps") -> "Anne":
        with home.store.writing() as unit:
            row = customer(unit.session, home, language="da", country="DK")
            request = asked(unit.session, home, survey, whose=row)
            return cls(home, row.id, survey_url(home.house, request.id).rpartition("/")[2])

    def says(self, *scores: int) -> None:
        """Each score five minutes after the last, and no word more."""
        for score in scores:
            self.home.clock.advance(minutes=5)
            self._answers("score", str(score))
            while name := self._next_question:
                self._answers(name, "")

    def _answers(self, name: str, typed: str) -> None:
        with self.home.store.writing() as unit:
            keep_answer(unit, self.home.house, self.token, name, typed, language="da")

    @property
    def _next_question(self) -> str:
        with self.home.store.reading() as session:
            question = visit_of(session, self.home.house, self.token).question()
        return question.name if question else ""

    def adds(self, comment: str) -> None:
        self.home.clock.advance(hours=1)
        self._answers("missing", comment)

    @property
    def reasons(self) -> set[Code]:
        with self.home.store.reading() as session:
            light = lights_of(session, [self.id], self.home.house.company, self.home.clock())[self.id]
        assert light.colour is not Colour.GREEN, "she was asked just now"
        return {light.reason.code, *(reason.code for reason in light.others)}

    @property
    def follow_up(self) -> FollowUpRow | None:
        with self.home.store.reading() as session:
            return session.query(FollowUpRow).one_or_none()

    def is_talked_to(self) -> None:
        self.home.clock.advance(hours=1)
        with self.home.store.writing() as unit:
            found = unit.session.query(FollowUpRow).one()
            finish(
                unit,
                self.home.house,
                follow_up_id=found.id,
                outcome="solved",
                note="",
                person=self.home.person,
            )


def test_a_slip_that_is_put_right_leaves_nobody_unhappy_and_no_task(home: TestHouse) -> None:
    anne = Anne.asked(home)
    anne.says(2)
    assert Code.UNHAPPY in anne.reasons
    anne.says(9)
    assert Code.UNHAPPY not in anne.reasons
    assert anne.follow_up is not None
    assert anne.follow_up.state == "dropped"


def test_bad_in_the_end_is_bad_and_somebodys_task_again_with_its_full_time(home: TestHouse) -> None:
    anne = Anne.asked(home)
    anne.says(9, 2)
    first = anne.follow_up
    anne.says(9)
    home.clock.advance(days=3)
    anne.says(2)

    again = anne.follow_up
    assert first is not None
    assert again is not None
    assert (again.id, again.state, again.note, again.done_at) == (first.id, "open", "", None)
    assert again.due_at > home.clock() > first.due_at
    assert again.escalated_at is None
    assert Code.UNHAPPY in anne.reasons
    with home.store.reading() as session:
        acts = [row.action for row in session.query(AuditRow).filter(AuditRow.action.like("follow_up.%"))]
        assert acts == ["follow_up.opened", "follow_up.dropped", "follow_up.reopened"]


def test_bad_anew_after_a_talk_is_followed_up_anew(home: TestHouse) -> None:
    anne = Anne.asked(home)
    anne.says(2)
    anne.is_talked_to()
    assert Code.UNHAPPY not in anne.reasons
    anne.says(1)
    assert Code.UNHAPPY in anne.reasons
    assert anne.follow_up is not None
    assert anne.follow_up.state == "open"


def test_a_comment_added_after_a_talk_is_no_new_complaint(home: TestHouse) -> None:
    anne = Anne.asked(home)
    anne.says(2)
    anne.is_talked_to()
    anne.adds("It took long")
    assert Code.UNHAPPY not in anne.reasons
    assert anne.follow_up is not None
    assert anne.follow_up.state == "done"


def test_one_answer_is_one_event_however_often_it_is_changed(home: TestHouse) -> None:
    anne = Anne.asked(home)
    anne.says(9, 2, 9, 2)
    with home.store.reading() as session:
        (event,) = session.query(FeedbackEventRow).filter_by(kind="answered")
        assert event.data["score"] == 2
        assert session.query(FollowUpRow).count() == 1


def test_a_changed_answer_is_looked_at_anew_and_leads_to_one_request_at_most(home: TestHouse) -> None:
    """A good mark is a good contact, for which the regular survey waits; a bad one is none."""
    anne = Anne.asked(home, "csat")
    with home.store.writing() as unit:
        row = unit.session.get_one(CustomerRow, anne.id)
        row.created_at = home.clock() - timedelta(days=400)
    woken = []
    for score in (2, 5, 1, 5):
        anne.says(score)
        while plan(home.house):
            pass
        with home.store.reading() as session:
            assert session.query(FeedbackEventRow).filter_by(decided_at=None).count() == 0
            woken.append(session.query(FeedbackRequestRow).filter_by(name="nps").count())
    assert woken == [0, 1, 1, 1]
