"""Of the mails that wait for a draft the most urgent has it first, and every ring has its mail."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from agent.desk.steps.intake import check_once
from agent.desk.steps.pipeline import STEPS, run_most_urgent, run_step
from agent.desk.steps.work import claim
from agent.store.queries.waiting_mails import most_urgent
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


def order_of(home: TestHouse, rings: int) -> list[str]:
    """Who had a draft after each ring."""
    order = []
    for _ in range(rings):
        before = waiting(home)
        run_most_urgent(home.house, "draft")
        order += [name for name in before if name not in waiting(home)]
    return order


def test_urgent_mails_have_their_drafts_before_those_that_came_earlier(
    home: TestHouse, mails: dict[str, int]
) -> None:
    assert order_of(home, 4) == ["Urgent", "Uneasy", "Calm", "Late"]


def test_a_ring_whose_mail_others_took_in_the_meantime_finds_the_next(
    home: TestHouse, mails: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the other mail would wait for the sweeper: the ring that was its own is used up."""

    def chosen_by_two(session: Session, step: str, now: datetime) -> int | None:
        found = most_urgent(session, step, now)
        if found == mails["Urgent"]:
            run_step(home.house, "draft", found)  # the other worker's
        return found

    monkeypatch.setattr("agent.desk.steps.pipeline.most_urgent", chosen_by_two)
    assert order_of(home, 1) == ["Urgent", "Uneasy"]


def test_what_is_held_or_put_off_is_not_waited_for(home: TestHouse, mails: dict[str, int]) -> None:
    with home.store.writing() as unit:
        claim(unit.session, mails["Urgent"], "draft", home.clock(), timedelta(minutes=1))
        unit.session.get_one(MessageRow, mails["Uneasy"]).not_before = home.clock() + timedelta(seconds=30)
    assert order_of(home, 4) == ["Calm", "Late"]


def test_more_rings_than_mails_do_no_harm(home: TestHouse, mails: dict[str, int]) -> None:
    order_of(home, 12)
    assert len(home.understanding.requests) == len(mails)
