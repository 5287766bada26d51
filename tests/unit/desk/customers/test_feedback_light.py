"""The feedback light from all that is known: cases, requests that left, and what the customer said."""

from datetime import timedelta

from agent.desk.customers.feedback_light import lights_of
from agent.desk.feedback.asking.allowing import do_not_ask
from agent.feedback.timing.light import Colour, Light
from tests.house import TestHouse
from tests.unit.desk.feedback.asking_scenes import (
    EMAIL,
    at,
    case,
    close,
    customer,
    happened,
    let_it_leave,
    local,
    plan,
)


def light(home: TestHouse, customer_id: int) -> Light:
    with home.store.reading() as session:
        return lights_of(session, [customer_id], home.house.company, home.clock())[customer_id]


def test_whoever_was_never_asked_may_be_asked(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    anne = customer(home)
    case(home)
    assert light(home, anne).colour is Colour.GREEN


def test_an_open_complaint_is_red_whether_by_mood_or_by_priority(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    anne, bo = customer(home), customer(home, email="bo@customer.example")
    case(home, sentiment="negative")
    case(home, email="bo@customer.example", priority="critical")
    assert {light(home, anne).colour, light(home, bo).colour} == {Colour.RED}


def test_the_worst_mood_of_a_case_counts_not_the_last(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    anne = customer(home)
    case(home, sentiment="positive", worst_sentiment="negative")
    assert light(home, anne).colour is Colour.RED


def test_after_a_complaint_was_closed_it_is_yellow_until_the_quiet_days_are_over(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    anne = customer(home)
    close(home, case(home, sentiment="negative"))
    home.clock.advance(days=10)
    shown = light(home, anne)
    assert (shown.colour, shown.from_when) == (Colour.YELLOW, local("2026-12-08T11:00"))
    home.clock.advance(days=4)
    assert light(home, anne).colour is Colour.GREEN


def test_after_a_request_it_is_yellow_until_the_cap_ends(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    anne = customer(home)
    happened(home, anne, "onboarding_done")
    plan(home)
    let_it_leave(home)
    shown = light(home, anne)
    assert shown.colour is Colour.YELLOW
    assert shown.from_when is not None
    assert shown.from_when - home.clock() > timedelta(days=29)


def test_whoever_said_no_is_red(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    anne = customer(home, email=EMAIL)
    with home.store.writing() as unit:
        do_not_ask(unit, home.house, customer_id=anne, origin="link", actor="customer")
    assert light(home, anne).colour is Colour.RED
