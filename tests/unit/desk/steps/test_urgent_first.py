"""Of the mails that wait for a draft the most urgent has it first, and every ring has its mail."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.desk.steps.intake import check_once
from agent.desk.steps.pipeline import STEPS, run_most_urgent, run_step
from agent.desk.steps.work import claim
from agent.store.tables import MessageRow
from agent.triage.reading import FactorName, Signal
from tests.house import CALM, TestHouse
from tests.unit.desk.conftest import letter

STANDSTILL = Signal(FactorName.BUSINESS_IMPACT, "nothing works", "stopped")
RISK = Signal(FactorName.ESCALATION_RISK, "alternatives")
SIGNALS: dict[str, tuple[Signal, ...]] = {"Calm": (), "Urgent": (STANDSTILL,), "Uneasy": (RISK,), "Late": ()}


def waiting(home: TestHouse) -> dict[str, int]:
    """The mails' numbers by the name of their sender, in the order in which they came."""
    with home.store.reading() as session:
        rows = session.query(MessageRow).filter_by(direction="in", step="draft").order_by(MessageRow.id)
        return {row.from_name: row.id for row in rows}


@pytest.fixture
def mails(home: TestHouse) -> dict[str, int]:
    """Four mails that wait for their drafts."""
    for number, name in enumerate(SIGNALS):
        sender = f"{name} <{name.lower()}@customer.example>"
        home.inbox.deliver(letter(sender=sender, message_id=f"<{number}@customer.example>"))
    check_once(home.house, home.mailbox_id)
    for row_id, signals in enumerate(SIGNALS.values(), 1):
        home.understanding.reading = replace(CALM, signals=signals)
        for step in STEPS[:-1]:
            run_step(home.house, step.name, row_id)
    found = waiting(home)
    assert list(found) == list(SIGNALS)
    return found


def order_of(home: TestHouse, rings: Iterable[int]) -> list[str]:
    """Who had a draft after each ring."""
    order = []
    for row_id in rings:
        before = waiting(home)
        run_most_urgent(home.house, "draft", row_id)
        order += [name for name in before if name not in waiting(home)]
    return order


def test_urgent_mails_have_their_drafts_before_those_that_came_earlier(
    home: TestHouse, mails: dict[str, int]
) -> None:
    assert order_of(home, mails.values()) == ["Urgent", "Uneasy", "Calm", "Late"]


def test_workers_that_choose_at_the_same_moment_take_different_mails(
    home: TestHouse, mails: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rings of both urgent mails are used up by then: nobody else would ring for the others soon."""
    chosen = [mails["Urgent"], mails["Uneasy"], mails["Calm"]]
    monkeypatch.setattr("agent.desk.steps.pipeline.most_urgent", lambda *_: chosen)
    assert order_of(home, [mails["Urgent"]] * 3) == ["Urgent", "Uneasy", "Calm"]


def test_where_others_have_all_urgent_ones_the_rings_own_mail_has_its_draft(
    home: TestHouse, mails: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.desk.steps.pipeline.most_urgent", lambda *_: [mails["Urgent"]])
    with home.store.writing() as unit:
        claim(unit.session, mails["Urgent"], "draft", home.clock(), timedelta(minutes=1))
    assert order_of(home, [mails["Late"]]) == ["Late"]


def test_what_is_held_or_put_off_is_not_waited_for(home: TestHouse, mails: dict[str, int]) -> None:
    with home.store.writing() as unit:
        claim(unit.session, mails["Urgent"], "draft", home.clock(), timedelta(minutes=1))
        unit.session.get_one(MessageRow, mails["Uneasy"]).not_before = home.clock() + timedelta(seconds=30)
    assert order_of(home, mails.values()) == ["Calm", "Late"]


def test_more_rings_than_mails_do_no_harm(home: TestHouse, mails: dict[str, int]) -> None:
    order_of(home, [*mails.values()] * 3)
    assert len(home.understanding.requests) == len(mails)
