"""A customer hears of a delay before the promised time: once, in a fixed text, and never a robot."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.desk.replies.delaying import tell_delays
from agent.desk.steps.sweeping import sweep
from agent.drafting.acknowledgement import tell_delay
from agent.store.tables import OutboxRow
from tests.house import TestHouse
from tests.unit.desk.conftest import approve_newest, letter, only_case


def delays(home: TestHouse) -> list[OutboxRow]:
    with home.store.reading() as session:
        return session.query(OutboxRow).filter_by(kind="delay").all()


def let_time_run_out(home: TestHouse) -> None:
    case = only_case(home)
    assert case.tell_delay_at is not None
    home.clock.now = case.tell_delay_at
    tell_delays(home.house)
    home.work()


def test_it_leaves_before_the_promised_time_once_and_names_it(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    case = only_case(home)
    assert case.promised_at is not None
    let_time_run_out(home)
    (row,) = delays(home)
    assert row.sent_at is not None
    assert row.sent_at < case.promised_at
    assert "We wrote that you would hear from us by" in row.text
    assert f"Your case {case.id} is still open" in row.text
    (raw,) = [sent.raw for sent in home.outgoing.sent if b"We wrote that" in sent.raw]
    assert b"Auto-Submitted" in raw
    for _ in range(3):
        home.clock.advance(hours=5)
        tell_delays(home.house)
        home.work()
    assert len(delays(home)) == 1
    assert only_case(home).answered_at is None, "it is no answer"
    assert only_case(home).state == "open"


def test_nobody_writes_of_a_delay_when_the_answer_is_about_to_leave(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    case = only_case(home)
    assert case.tell_delay_at is not None
    home.clock.now = case.tell_delay_at - timedelta(seconds=1)
    approve_newest(home)
    let_time_run_out(home)
    assert delays(home) == []
    home.clock.advance(minutes=1)
    sweep(home.house)
    home.work()
    assert only_case(home).answered_at is not None


def test_a_robot_hears_nothing(home: TestHouse, receive: Callable[..., None]) -> None:
    receive(letter(extra="Auto-Submitted: auto-generated\r\n"))
    assert only_case(home).tell_delay_at is None


def test_the_company_switches_it_off(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    company = replace(home.house.company, delay_notice=False)
    home.house = replace(home.house, company=company)
    let_time_run_out(home)
    assert delays(home) == []


def test_after_a_long_stand_still_nobody_is_told(home: TestHouse, receive: Callable[..., None]) -> None:
    receive()
    home.clock.advance(days=9)
    tell_delays(home.house)
    assert delays(home) == []


@pytest.mark.parametrize("formality", ["formal", "informal"])
@pytest.mark.parametrize("language", ["da", "nb", "sv", "de", "en"])
def test_every_language_names_case_time_and_company(home: TestHouse, language: str, formality: str) -> None:
    text = tell_delay(
        language=language, formality=formality, name="Anne", subject="Help", case_number=42,
        promised_at=home.clock(), zone=home.house.company.zone, company="Nordlys",
    ).text  # fmt: skip
    assert "42" in text
    assert "Anne" in text
    assert "Nordlys" in text
    assert "23" in text
    assert "{" not in text
