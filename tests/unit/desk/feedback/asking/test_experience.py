"""Old feedback teaches when a customer answers: the moment of the next request is proposed from it and written down."""

import pytest

from agent.desk.feedback.asking.experience import Experience, Learnt
from agent.desk.feedback.asking.taking_in import take_line
from tests.house import TestHouse
from tests.unit.desk.feedback.asking_scenes import at, customer, happened, local, plan, remember


def test_with_little_known_the_rule_decides(home: TestHouse) -> None:
    at(home, "2026-11-24T09:00")
    happened(home, customer(home), "goal_reached")
    plan(home)
    assert (request_of_today(home).chosen_by, request_of_today(home).chance) == ("rule", None)


def request_of_today(home: TestHouse):
    with home.store.reading() as session:
        from agent.store.tables import FeedbackRequestRow

        return session.query(FeedbackRequestRow).filter_by(name="goal_reached").one()


def test_a_habit_moves_the_moment_and_is_written_down_with_its_chance(home: TestHouse) -> None:
    at(home, "2026-11-24T09:00")
    remember(home, customers=20, each=14)
    happened(home, 1, "goal_reached")
    plan(home)
    row = request_of_today(home)
    assert row.chosen_by in {"learnt", "explored"}
    assert row.chance is not None
    assert 0 < row.propensity <= 1
    assert row.planned_for is not None
    assert row.planned_for > local("2026-11-25T09:00")
    before = row.planned_for
    home.clock.advance(hours=2)
    happened(home, 1, "login")
    plan(home)
    assert request_of_today(home).planned_for == before


def test_what_was_sent_by_other_software_counts_for_the_cap(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    anne = customer(home)
    with home.store.writing() as unit:
        line = {"id": "1", "email": "anne@customer.example", "asked_at": "2026-11-20T10:00:00+01:00"}
        take_line(unit, home.house, line, create=False)
    happened(home, anne, "onboarding_done")
    plan(home)
    with home.store.reading() as session:
        from agent.store.tables import FeedbackRequestRow

        row = session.query(FeedbackRequestRow).filter_by(name="onboarding_done").one()
    assert row.reason["code"] == "asked_lately"


def test_groups_of_people_who_answer_alike_are_told_once_enough_is_known(home: TestHouse) -> None:
    at(home, "2026-11-24T09:00")
    now, company = home.clock(), home.house.company
    with home.store.reading() as session:
        assert Experience().learnt(session, company, now) == Learnt((), 0)
    remember(home, customers=20, each=14)
    with home.store.reading() as session:
        learnt = Experience().learnt(session, company, now)
    (only,) = learnt.personas
    assert learnt.settled == 20 * 14
    assert only.share == pytest.approx(1.0)
    assert only.from_days <= 3 <= (only.until_days or 99)
