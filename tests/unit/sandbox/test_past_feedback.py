"""A demonstration begins with a past: people were asked, answered, and one of them waits for a call."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.desk.customers.records import import_customers
from agent.sandbox import sample
from agent.sandbox.past_feedback import fill_past
from agent.settings import Settings
from agent.store.session import Store
from agent.store.tables import (
    CampaignRow,
    FeedbackRequestRow,
    FollowUpRow,
    OutboxRow,
    SurveyAnswerRow,
    ValueBaselineRow,
)
from agent.wiring import open_database
from tests.builders import a_mailbox, a_person


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A desk into which the sample company has moved, without its knowledge and its mails."""
    return Settings(home=tmp_path)


def moved_in(settings: Settings, now: datetime) -> Store:
    store = open_database(settings)
    with store.writing() as unit:
        a_person(unit.session, now, email=sample.PERSON, role="lead", name="Ida Kjær")
        a_mailbox(unit.session, now)
        lines = sample.customers_file().read_text(encoding="utf-8").splitlines(keepends=True)
        import_customers(unit, lines, now)
    return store


def count(session: Session, what: type) -> int:
    return session.scalar(select(func.count()).select_from(what)) or 0


@pytest.mark.parametrize("now", [datetime(2026, 11, 23, 8, tzinfo=UTC), datetime(2027, 1, 6, 20, tzinfo=UTC)])
def test_the_feedback_pages_have_a_past_and_somebody_to_call(settings: Settings, now: datetime) -> None:
    store = moved_in(settings, now)
    fill_past(settings, now)
    with store.reading() as session:
        surveys = set(session.scalars(select(SurveyAnswerRow.survey)))
        assert surveys >= {"csat", "ces"}
        assert count(session, SurveyAnswerRow) >= 7
        assert all(row.completed_at is not None for row in session.scalars(select(SurveyAnswerRow)))
        followed = {row.state: row for row in session.scalars(select(FollowUpRow))}
        assert followed["open"].due_at > now
        assert count(session, CampaignRow) == count(session, ValueBaselineRow) == 1
        letters = set(session.scalars(select(OutboxRow.state)))
        assert letters == {"sent"}  # nothing of the past leaves once the demonstration runs
        assert count(session, FeedbackRequestRow) > count(session, SurveyAnswerRow)


def test_what_is_there_is_not_filled_twice(settings: Settings) -> None:
    now = datetime(2026, 11, 23, 8, tzinfo=UTC)
    store = moved_in(settings, now)
    fill_past(settings, now)
    with store.reading() as session:
        before = count(session, FeedbackRequestRow)
    fill_past(settings, now)
    with store.reading() as session:
        assert count(session, FeedbackRequestRow) == before
