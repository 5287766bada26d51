"""Answers that people left half-way: the score that they gave counts, the visitor's mark is forgotten."""

from datetime import timedelta

from sqlalchemy import select, update

from agent.desk.feedback.answers.answering import UNANSWERED, take_in
from agent.desk.feedback.surveys.links import rules_of_links
from agent.desk.house import House
from agent.store.session import retry_passing
from agent.store.tables import FeedbackRequestRow, SurveyAnswerRow

AT_MOST = 100  # answers a time
LOOKS_BACK = timedelta(days=7)
MARKS_LAST = timedelta(days=2)  # a mark holds for the day in which it was made


@retry_passing
def take_in_unfinished(house: House) -> None:
    """Let a score count that was given a while ago and never followed by the rest; it stays unfinished in figures."""
    now = house.clock()
    waited = now - rules_of_links(house.company).unfinished
    with house.store.writing() as unit:
        left = unit.session.execute(
            select(SurveyAnswerRow, FeedbackRequestRow)
            .join(FeedbackRequestRow, FeedbackRequestRow.id == SurveyAnswerRow.request_id)
            .where(
                SurveyAnswerRow.completed_at.is_(None),
                SurveyAnswerRow.score.is_not(None),
                SurveyAnswerRow.started_at.between(now - LOOKS_BACK, waited),
                FeedbackRequestRow.state.in_(UNANSWERED),
            )
            .order_by(SurveyAnswerRow.id)
            .limit(AT_MOST)
            .with_for_update(skip_locked=True)
        ).all()
        for answer, request in left:
            take_in(unit, house, answer, request)
        unit.session.execute(
            update(SurveyAnswerRow)
            .where(SurveyAnswerRow.visitor != "", SurveyAnswerRow.created_at < now - MARKS_LAST)
            .values(visitor="")
        )
