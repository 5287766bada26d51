"""Comments are read once, from their redacted twin alone."""

from dataclasses import replace

from agent.desk.feedback.answers.reading_answers import READ, read_answer, ring_for_reading
from agent.store.tables import SurveyAnswerRow
from agent.triage.reading import Sentiment, SentimentDecision
from tests.house import CALM, TestHouse
from tests.unit.desk.feedback.given_answers import answer, customer


def _answer(home: TestHouse, **values: object) -> SurveyAnswerRow:
    with home.store.writing() as unit:
        return answer(unit.session, home, customer(unit.session, home), 2, **values)


def _read(home: TestHouse, row: SurveyAnswerRow) -> SurveyAnswerRow:
    read_answer(home.house, row.id)
    with home.store.reading() as session:
        return session.get_one(SurveyAnswerRow, row.id)


def test_mood_themes_and_quality_are_read_from_the_hidden_words(home: TestHouse):
    home.understanding.reading = replace(
        CALM, sentiment=SentimentDecision(Sentiment.NEGATIVE, 0.8), key_terms=("API",)
    )
    row = _read(
        home,
        _answer(
            home,
            comment="I am Anne and waited 9 days because of the invoice",
            redacted_comment="I am [PERSON_1] and waited 9 days because of the invoice",
        ),
    )
    assert row.sentiment == "negative"
    assert row.themes == ["waiting", "price"]
    assert (row.usefulness or 0) > 0.8
    assert row.read_at == home.clock()
    assert home.understanding.seen == ["I am [PERSON_1] and waited 9 days because of the invoice"]


def test_what_is_not_hidden_yet_is_not_read(home: TestHouse):
    row = _read(home, _answer(home, comment="I am Anne"))
    assert row.read_at is None
    assert home.understanding.seen == []


def test_an_answer_without_words_is_read_without_a_model(home: TestHouse):
    row = _read(home, _answer(home))
    assert row.read_at is not None
    assert (row.sentiment, row.themes, row.usefulness) == ("", [], None)
    assert home.understanding.seen == []


def test_rings_go_out_for_what_may_be_read_and_is_not(home: TestHouse):
    wanted = _answer(home, comment="Fine", redacted_comment="Fine")
    _answer(home, comment="Not hidden")
    _answer(home, completed_at=None)
    ring_for_reading(home.house)
    assert home.doorbell.rung == [(READ, wanted.id)]
    _read(home, wanted)
    ring_for_reading(home.house)
    assert len(home.doorbell.rung) == 1


def test_a_row_that_is_gone_needs_nothing(home: TestHouse):
    read_answer(home.house, 99)
