"""Requests take part by lot, arms change their moment, and guards stop arms."""

from datetime import timedelta

import pytest

from agent.desk.feedback.asking.events import note_event
from agent.desk.feedback.asking.planning import plan
from agent.desk.feedback.experiments import running
from agent.desk.feedback.experiments.figures import seen_of
from agent.errors import Conflict
from agent.feedback.experiments.experiment import Arm, Declared
from agent.store.tables import (
    AuditRow,
    ExperimentRow,
    FeedbackMessageRow,
    FeedbackOptOutRow,
    FeedbackRequestRow,
    SurveyAnswerRow,
)
from tests.house import TestHouse
from tests.unit.desk.feedback.given_answers import customer

DAYS = (Arm("three days", 1, {"delay_hours": 72, "window": "planned"}),)


def _declare(
    home: TestHouse, arms: tuple[Arm, ...] = DAYS, trigger: str = "goal_reached", **more: float
) -> int:
    with home.store.writing() as unit:
        row = running.declare(
            unit, home.house, name="When?", hypothesis="", cost_per_message_eur=0.0, person=home.other,
            declared=Declared("timing", trigger, arms, more.get("holdout", 0.5), 28),
        )  # fmt: skip
        return row.id


def _reach_goals(home: TestHouse, people: int) -> list[FeedbackRequestRow]:
    with home.store.writing() as unit:
        for number in range(people):
            anne = customer(unit.session, home, country="DK", language="da")
            note_event(
                unit, customer_id=anne.id, kind="goal_reached", at=home.clock(), source="api", key=f"{number}",
                now=home.clock(),
            )  # fmt: skip
    while plan(home.house):
        pass
    with home.store.reading() as session:
        return session.query(FeedbackRequestRow).order_by(FeedbackRequestRow.id).all()


def _settled(home: TestHouse, experiment: int, answered: dict[str, int], opted_out: int = 0) -> None:
    """100 requests of each arm, sent so long ago that they count; `answered` by arm."""
    sent = home.clock() - timedelta(days=20)
    with home.store.writing() as unit:
        session = unit.session
        for variant in running.variants_of(session, experiment):
            for number in range(100):
                who = customer(session, home)
                request = FeedbackRequestRow(
                    customer_id=who.id, name="goal_reached", cause={}, survey="csat", window="prompt", importance=0,
                    wanted_from=sent, wanted_until=sent, state="over", variant_id=variant.id, created_at=sent,
                )  # fmt: skip
                session.add(request)
                session.flush()
                session.add(
                    FeedbackMessageRow(
                        request_id=request.id, customer_id=who.id, channel="email", state="sent", send_after=sent,
                        sent_at=sent, created_at=sent,
                    )
                )  # fmt: skip
                came_back = sent + timedelta(days=2)
                if number < answered.get(variant.name, 0):
                    session.add(
                        SurveyAnswerRow(
                            request_id=request.id, customer_id=who.id, survey="csat", score=5.0, started_at=came_back,
                            completed_at=came_back, created_at=came_back,
                        )
                    )  # fmt: skip
                if not variant.holdout and number < opted_out:
                    session.add(
                        FeedbackOptOutRow(customer_id=who.id, what="all", origin="link", created_at=came_back)
                    )


def test_a_request_takes_part_by_lot_and_its_arm_moves_it(home: TestHouse) -> None:
    experiment = _declare(home)
    requests = _reach_goals(home, 30)
    with home.store.reading() as session:
        holdout, arm = running.variants_of(session, experiment)
    by_arm = {row.variant_id for row in requests}
    assert by_arm == {holdout.id, arm.id}
    for row in requests:
        delay = row.wanted_from - home.clock()
        if row.variant_id == arm.id:
            assert (delay, row.window, row.chosen_by) == (timedelta(hours=72), "planned", "experiment")
        else:
            assert (delay, row.window, row.chosen_by) == (timedelta(hours=24), "prompt", "rule")


def test_two_experiments_never_run_on_the_same_requests(home: TestHouse) -> None:
    _declare(home)
    _declare(home, trigger="meeting")
    with pytest.raises(Conflict):
        _declare(home, trigger="goal_reached")


def test_only_what_is_settled_counts_and_each_customer_once(home: TestHouse) -> None:
    experiment = _declare(home)
    _settled(home, experiment, {"holdout": 10, "three days": 40})
    home.clock.advance(minutes=1)
    with home.store.reading() as session:
        row = session.get_one(ExperimentRow, experiment)
        judging = running.judging_of(home.house.company)
        held, arm = seen_of(session, row, judging, home.clock())
        assert (held.asked, held.answered, arm.asked, arm.answered) == (100, 10, 100, 40)
        early = seen_of(session, row, judging, home.clock() - timedelta(days=10))
        assert [one.asked for one in early] == [0, 0]


def test_an_arm_that_makes_people_opt_out_is_stopped_and_moves_nobody_more(home: TestHouse) -> None:
    experiment = _declare(home, holdout=0.05)
    _settled(home, experiment, {}, opted_out=30)
    assert running.watch(home.house) == 1
    assert running.watch(home.house) == 0
    with home.store.reading() as session:
        arm = running.variants_of(session, experiment)[1]
        assert arm.stopped_for == "opt_outs"
        assert session.query(AuditRow).filter_by(action="experiment.variant_stopped").count() == 1
        known = {row.id for row in session.query(FeedbackRequestRow)}
    fresh = [row for row in _reach_goals(home, 5) if row.id not in known]
    assert {row.wanted_from - home.clock() for row in fresh} == {timedelta(hours=24)}
