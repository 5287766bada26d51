"""A run plans each customer of its audience once, goes on after a kill, and heeds what holds people back."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from agent.desk.feedback.asking.events import note_event
from agent.desk.feedback.asking.planning import plan
from agent.desk.feedback.campaigns import planning, steering
from agent.desk.feedback.campaigns.figures import progress_of, reach_of
from agent.desk.feedback.loop.loop_rules import asking_rules_of
from agent.errors import Conflict, NotAllowed, WrongUse
from agent.feedback.campaigns.campaign import Kind, as_json, steps_of
from agent.store.tables import (
    CampaignRow,
    FeedbackMessageRow,
    FeedbackOptOutRow,
    FeedbackRequestRow,
    HeldBackRow,
    OutboxRow,
)
from tests.house import TestHouse, build_test_house
from tests.unit.desk.feedback.given_answers import customer

Act = Callable[..., CampaignRow]


class Killed(BaseException):
    """The process is gone."""


def _campaign(home: TestHouse, kind: Kind = Kind.TARGETED, **schedule: object) -> CampaignRow:
    """A started campaign to everybody."""
    with home.store.writing() as unit:
        row = steering.begin_draft(unit, home.house, name="Spring", kind=kind, person=home.other)
        steps = steps_of(row.steps)
        steps = replace(steps, audience=replace(steps.audience, rows=()))
        if schedule:
            steps = replace(steps, schedule=replace(steps.schedule, **schedule))  # type: ignore[arg-type]
        row.steps = as_json(steps)
        unit.session.flush()
        return steering.start(unit, home.house, campaign_id=row.id, version=row.version, person=home.other)


def _people(home: TestHouse, number: int) -> list[int]:
    with home.store.writing() as unit:
        return [
            customer(unit.session, home, f"Anne {n}", country="DK", language="da").id for n in range(number)
        ]


def _asked(home: TestHouse) -> list[int]:
    with home.store.reading() as session:
        return [row.customer_id for row in session.query(FeedbackRequestRow).order_by(FeedbackRequestRow.id)]


def _act(home: TestHouse, act, row: CampaignRow) -> CampaignRow:
    with home.store.writing() as unit:
        now = unit.session.get_one(CampaignRow, row.id)
        return act(unit, home.house, campaign_id=row.id, version=now.version, person=home.other)  # type: ignore[no-any-return]


def test_everybody_is_asked_once_or_held_back_with_a_reason(home: TestHouse) -> None:
    ids = _people(home, 5)
    with home.store.writing() as unit:
        unit.session.add(
            FeedbackOptOutRow(customer_id=ids[1], what="all", origin="link", created_at=home.clock())
        )
    row = _campaign(home)
    assert planning.plan_campaigns(home.house) == 5
    assert planning.plan_campaigns(home.house) == 0
    assert _asked(home) == [ids[0], *ids[2:]]
    with home.store.reading() as session:
        held = session.query(HeldBackRow).one()
        assert (held.customer_id, held.code, held.run) == (ids[1], "opted_out", 1)
        far = progress_of(session, [row.id])[row.id]
        assert (far.planned, far.waiting, far.not_asked) == (4, 4, 1)


def test_the_count_before_the_start_is_what_the_run_then_does(home: TestHouse) -> None:
    ids = _people(home, 4)
    with home.store.writing() as unit:
        unit.session.add(
            FeedbackOptOutRow(customer_id=ids[0], what="ces", origin="person", created_at=home.clock())
        )
    row = _campaign(home)
    with home.store.reading() as session:
        reach = reach_of(session, steps_of(row.steps), asking_rules_of(home.house.company), home.clock())
    planning.plan_campaigns(home.house)
    assert (reach.members, reach.asked, reach.held_back) == (4, len(_asked(home)), {"opted_out": 1})


def test_a_killed_run_goes_on_where_it_was_and_asks_nobody_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [3]

    def dies(name: str) -> None:
        if name == "campaign.batch":
            left[0] -= 1
            if left[0] == 0:
                raise Killed

    home = build_test_house(tmp_path, fail_point=dies)
    monkeypatch.setattr(planning, "BATCH", 2)
    ids = _people(home, 9)
    row = _campaign(home)
    with pytest.raises(Killed):
        planning.plan_campaigns(home.house)
    assert _asked(home) == ids[:4]
    while planning.plan_campaigns(home.house, batches=1):
        pass
    assert _asked(home) == ids
    with home.store.reading() as session:
        assert session.get_one(CampaignRow, row.id).runs == 1


def test_of_two_schedulers_one_lets_go(home: TestHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = _people(home, 3)
    _campaign(home)
    decide_first = planning._of_customers

    def meanwhile(*args: object) -> planning.Batch:
        monkeypatch.setattr(planning, "_of_customers", decide_first)
        planning.plan_campaigns(home.house)  # the other one is faster
        return decide_first(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(planning, "_of_customers", meanwhile)
    planning.plan_campaigns(home.house)
    assert _asked(home) == ids


def test_an_open_request_that_matters_more_makes_the_campaign_yield(home: TestHouse) -> None:
    (anne,) = _people(home, 1)
    with home.store.writing() as unit:
        unit.session.add(
            FeedbackRequestRow(
                customer_id=anne, name="support_escalated", cause={}, survey="csat", window="prompt",
                importance=50, wanted_from=home.clock(), wanted_until=home.clock(), state="open",
                created_at=home.clock(),
            )
        )  # fmt: skip
    _campaign(home)
    planning.plan_campaigns(home.house)
    with home.store.reading() as session:
        assert session.query(HeldBackRow).one().code == "yields"


def test_a_recurring_campaign_runs_again_at_its_time(home: TestHouse) -> None:
    _people(home, 1)
    row = _campaign(home, Kind.PERIODIC, day="2026-11-24", at="09:00", every="monthly", interval=1)
    assert planning.plan_campaigns(home.house) == 0
    home.clock.advance(days=2)
    assert planning.plan_campaigns(home.house) == 1
    with home.store.reading() as session:
        now = session.get_one(CampaignRow, row.id)
        assert (now.state, now.runs) == ("running", 1)
        assert now.next_run_at is not None
        assert (now.next_run_at - home.clock()).days in {27, 28, 29}


def test_after_an_event_those_are_asked_to_whom_it_happens_from_then_on(home: TestHouse) -> None:
    before, after = _people(home, 2)
    with home.store.writing() as unit:
        note_event(
            unit,
            customer_id=before,
            kind="purchase",
            at=home.clock(),
            source="api",
            now=home.clock(),
            decided=True,
        )
    row = _campaign(home, Kind.TRANSACTIONAL)
    home.clock.advance(minutes=1)
    with home.store.writing() as unit:
        note_event(
            unit,
            customer_id=after,
            kind="purchase",
            at=home.clock(),
            source="api",
            now=home.clock(),
            decided=True,
        )
    for _ in range(3):
        home.clock.advance(minutes=5)
        planning.plan_campaigns(home.house)
    assert _asked(home) == [after]
    with home.store.reading() as session:
        request = session.query(FeedbackRequestRow).one()
        assert request.run == 1
        assert (request.wanted_from - request.occasion_at).total_seconds() == 72 * 3600  # type: ignore[operator]
        assert session.get_one(CampaignRow, row.id).runs == 1


def test_a_letter_has_the_campaigns_words_and_pausing_takes_it_back(home: TestHouse) -> None:
    _people(home, 1)
    row = _campaign(home)
    planning.plan_campaigns(home.house)
    home.clock.advance(days=1)  # Tuesday, 09:00 in Copenhagen
    home.clock.advance(hours=3)
    while plan(home.house):
        pass
    with home.store.reading() as session:
        letter = session.query(OutboxRow).one()
        assert letter.subject == "Et kort spørgsmål fra Nordlys"
    _act(home, steering.pause, row)
    with home.store.reading() as session:
        assert session.query(OutboxRow).one().state == "cancelled"
        assert session.query(FeedbackMessageRow).one().state == "dropped"
        assert session.query(FeedbackRequestRow).one().state == "paused"
    assert plan(home.house) == 0
    _act(home, steering.go_on, row)
    while plan(home.house):
        pass
    with home.store.reading() as session:
        assert [letter.state for letter in session.query(OutboxRow).order_by(OutboxRow.id)] == [
            "cancelled", "waiting",
        ]  # fmt: skip


def test_stopping_ends_what_is_open_and_says_why(home: TestHouse) -> None:
    _people(home, 2)
    row = _campaign(home)
    planning.plan_campaigns(home.house)
    assert _act(home, steering.stop, row).state == "stopped"
    with home.store.reading() as session:
        assert {(one.state, one.reason["code"]) for one in session.query(FeedbackRequestRow)} == {
            ("not_asked", "stopped")
        }
    with pytest.raises(Conflict):
        _act(home, steering.go_on, row)


@pytest.mark.parametrize(("act", "state"), [(steering.pause, "paused"), (steering.stop, "not_asked")])
def test_a_text_message_that_waits_is_taken_back_too(home: TestHouse, act: Act, state: str) -> None:
    (anne,) = _people(home, 1)
    row, now = _campaign(home), home.clock()
    planning.plan_campaigns(home.house)
    with home.store.writing() as unit:
        request = unit.session.query(FeedbackRequestRow).one()
        request.state = "asked"
        unit.session.add(
            FeedbackMessageRow(
                request_id=request.id, customer_id=anne, channel="sms", state="waiting", send_after=now, created_at=now
            )
        )  # fmt: skip
    _act(home, act, row)
    with home.store.reading() as session:
        assert session.query(FeedbackMessageRow).one().state == "dropped"
        assert session.query(FeedbackRequestRow).one().state == state


def test_a_finished_campaign_is_done_when_nobody_is_waited_for(home: TestHouse) -> None:
    _people(home, 1)
    row = _campaign(home)
    planning.plan_campaigns(home.house)
    with home.store.writing() as unit:
        unit.session.query(FeedbackRequestRow).one().state = "over"
    planning.plan_campaigns(home.house)
    with home.store.reading() as session:
        assert session.get_one(CampaignRow, row.id).state == "done"


def test_only_leads_steer_and_only_what_they_saw(home: TestHouse) -> None:
    with home.store.writing() as unit:
        with pytest.raises(NotAllowed):
            steering.begin_draft(unit, home.house, name="x", kind=Kind.LOYALTY, person=home.person)
        row = steering.begin_draft(unit, home.house, name="x", kind=Kind.LOYALTY, person=home.other)
        with pytest.raises(Conflict):
            steering.change_draft(
                unit, home.house, campaign_id=row.id, version=7, person=home.other, name="y"
            )
        with pytest.raises(WrongUse):  # no first day yet
            steering.start(unit, home.house, campaign_id=row.id, version=1, person=home.other)
