"""Requests over SMS: their hours and zone, once each, tried again only when nothing left, the next channel after no answer."""

from dataclasses import replace

import pytest

from agent.chat.customer_channels import Fate, MemoryCustomerChannels
from agent.desk.customers.contact_ways import set_ways
from agent.desk.feedback.asking.allowing import do_not_ask
from agent.desk.feedback.sending.short_messages import ring_for_messages
from agent.feedback.history import Channel
from agent.feedback.reasons import Code
from agent.store.tables import FeedbackMessageRow
from tests.house import TestHouse
from tests.unit.desk.feedback.asking_scenes import (
    at,
    customer,
    happened,
    let_it_leave,
    letters,
    messages,
    plan,
    request,
    why,
)


class Died(BaseException):
    """The process is gone."""


@pytest.fixture
def services(home: TestHouse) -> MemoryCustomerChannels:
    """SMS is set up, WhatsApp is not."""
    known = MemoryCustomerChannels(["sms"])
    company = replace(home.house.company, writes_over=frozenset({"email", "sms"}))
    home.house = replace(home.house, customer_channels=known, company=company)
    return known


def anne(home: TestHouse, preferred: Channel | None = Channel.SMS, **more: object) -> int:
    number = customer(home, **more)
    addresses = {Channel.SMS: "20 12 34 56", Channel.WHATSAPP: "+45 20 12 34 56"}
    with home.store.writing() as unit:
        set_ways(
            unit,
            home.house,
            customer_id=number,
            addresses=addresses,
            preferred=preferred,
            person=home.person,
        )
    return number


def asked(home: TestHouse) -> int:
    at(home, "2026-11-24T11:00")
    number = anne(home)
    happened(home, number, "onboarding_done")
    plan(home)
    return number


def let_it_go(home: TestHouse, **later: float) -> None:
    home.clock.advance(**(later or {"seconds": 90}))
    ring_for_messages(home.house)
    home.work()


def only(home: TestHouse) -> FeedbackMessageRow:
    (row,) = messages(home)
    return row


def test_the_preferred_channel_comes_first_with_a_link_in_the_customers_language(
    home: TestHouse, services: MemoryCustomerChannels
) -> None:
    asked(home)
    let_it_go(home)
    let_it_go(home)
    ((channel, to, text),) = services.sent
    assert (channel, to) == ("sms", "+4520123456")
    assert text.startswith("Nordlys: Var det let? Svar her: ")
    assert "/s/" in text
    assert "/o/" in text
    assert only(home).state == "sent"
    assert not letters(home)


def test_after_no_answer_the_next_channel_follows_and_never_both_at_once(
    home: TestHouse, services: MemoryCustomerChannels
) -> None:
    asked(home)
    let_it_go(home)
    at(home, "2026-11-26T11:00")
    plan(home)
    assert not letters(home)
    at(home, "2026-11-27T12:00")
    plan(home)
    let_it_leave(home)
    assert [(row.channel, row.state) for row in messages(home)] == [("sms", "sent"), ("email", "sent")]
    at(home, "2026-12-03T12:00")
    plan(home)
    assert len(messages(home)) == 2
    assert request(home).state == "over"


def test_after_a_restore_a_message_that_waited_counts_as_sent(
    home: TestHouse, services: MemoryCustomerChannels
) -> None:
    asked(home)
    home.house.handovers.note(1)  # something left that this database does not know of
    let_it_go(home)
    assert not services.sent
    assert only(home).state == "uncertain"


def test_a_message_counts_as_handed_over(home: TestHouse, services: MemoryCustomerChannels) -> None:
    asked(home)
    let_it_go(home)
    assert home.house.handovers.read() == 1


def test_a_channel_that_is_not_set_up_is_not_used(home: TestHouse, services: MemoryCustomerChannels) -> None:
    at(home, "2026-11-24T11:00")
    happened(home, anne(home, preferred=Channel.WHATSAPP), "onboarding_done")
    plan(home)
    assert only(home).channel == "email"


def test_a_refusal_is_tried_again_and_then_the_next_channel(
    home: TestHouse, services: MemoryCustomerChannels
) -> None:
    asked(home)
    services.fates["sms"] = Fate.NOT_SENT
    let_it_go(home)
    assert (only(home).state, only(home).attempts) == ("waiting", 1)
    for hours in (0.1, 0.2, 1.1, 4.1):
        let_it_go(home, hours=hours)
    assert only(home).state == "failed"
    plan(home)
    assert [row.channel for row in messages(home)] == ["sms", "email"]


def test_an_unclear_outcome_is_never_repeated(home: TestHouse, services: MemoryCustomerChannels) -> None:
    asked(home)
    services.fates["sms"] = Fate.UNCERTAIN
    for _ in range(3):
        let_it_go(home)
    assert len(services.sent) == 1
    assert only(home).state == "uncertain"


@pytest.mark.parametrize(
    ("point", "sent", "state"), [("short.claimed", 1, "sent"), ("short.handover", 0, "uncertain")]
)
def test_a_kill_before_the_handover_is_repeated_and_one_after_it_is_not(
    home: TestHouse, services: MemoryCustomerChannels, point: str, sent: int, state: str
) -> None:
    asked(home)
    whole = home.house

    def dies(name: str) -> None:
        if name == point:
            raise Died

    home.house = replace(whole, fail_point=dies)
    with pytest.raises(Died):
        let_it_go(home)
    home.house = whole
    let_it_go(home, minutes=6)
    assert (len(services.sent), only(home).state) == (sent, state)


def test_the_rules_speak_again_just_before(home: TestHouse, services: MemoryCustomerChannels) -> None:
    number = asked(home)
    with home.store.writing() as unit:
        do_not_ask(unit, home.house, customer_id=number, origin="link", actor="customer")
    let_it_go(home)
    assert not services.sent
    assert only(home).state == "dropped"
    assert why(request(home)) is Code.OPTED_OUT


def test_what_was_held_up_until_the_evening_waits_for_the_morning_of_the_recipient(
    home: TestHouse, services: MemoryCustomerChannels
) -> None:
    asked(home)
    at(home, "2026-11-24T20:10")  # mail might still leave at this hour
    let_it_go(home)
    assert not services.sent
    at(home, "2026-11-25T09:30")
    let_it_go(home)
    assert len(services.sent) == 1
