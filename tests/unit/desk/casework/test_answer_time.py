"""A case's answer time: it stands while we wait for the customer, and follows the rules when they change."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from agent.desk.casework.correcting import correct
from agent.desk.casework.recomputing import AT_ONCE, recompute_all, recompute_some
from agent.desk.steps.sweeping import sweep
from agent.store.tables import AuditRow, CaseRow
from agent.triage.reading import FactorName, Signal
from tests.house import CALM, MONDAY_MORNING, SUPPORT, TestHouse
from tests.unit.desk.conftest import approve_newest, letter, only_case

AGAIN = "In-Reply-To: <1@customer.example>\r\n"
URGENT = replace(CALM, signals=(Signal(FactorName.BUSINESS_IMPACT, "down", "stopped"),))  # high: two hours


def again(number: int) -> bytes:
    return letter("And now?", subject="Re: Help", message_id=f"<{number}@customer.example>", extra=AGAIN)


def answer(home: TestHouse) -> None:
    approve_newest(home)
    home.clock.advance(seconds=11)
    sweep(home.house)
    home.work()
    assert only_case(home).state == "waiting"


def state(home: TestHouse, to: str) -> None:
    with home.store.writing() as unit:
        correct(unit, home.house, case_id=only_case(home).id, person=home.person, state=to)


def minutes_left(home: TestHouse) -> float:
    respond_by = only_case(home).respond_by
    assert respond_by is not None
    return round((respond_by - home.clock()) / timedelta(minutes=1), 1)


def with_overrides(home: TestHouse, **tables: object) -> None:
    company = replace(home.house.company, overrides=tables)
    home.house = replace(home.house, company=company)


def test_the_customer_who_writes_again_finds_what_was_left(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    home.understanding.reading = URGENT
    receive()
    home.clock.advance(minutes=30)
    answer(home)
    paused_at = only_case(home).clock_paused_at
    assert paused_at == home.clock()
    home.clock.advance(days=1)
    receive(again(2))
    case = only_case(home)
    assert (case.state, case.clock_paused_at) == ("open", None)
    assert 89 <= minutes_left(home) <= 90


def test_waiting_set_by_a_person_pauses_too(home: TestHouse, receive: Callable[..., None]) -> None:
    home.understanding.reading = URGENT
    receive()
    home.clock.advance(minutes=45)
    state(home, "waiting")
    home.clock.advance(hours=2)
    state(home, "open")
    assert minutes_left(home) == 75


def test_a_case_that_was_done_begins_anew(home: TestHouse, receive: Callable[..., None]) -> None:
    home.understanding.reading = URGENT
    receive()
    home.clock.advance(minutes=45)
    answer(home)
    state(home, "done")
    home.clock.advance(days=1)
    receive(again(2))
    assert minutes_left(home) == 120


def test_a_priority_that_a_person_sets_moves_the_answer_time(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    home.clock.advance(minutes=30)
    with home.store.writing() as unit:
        correct(unit, home.house, case_id=only_case(home).id, person=home.person, priority="high")
    assert minutes_left(home) == 120
    with home.store.writing() as unit:
        correct(unit, home.house, case_id=only_case(home).id, person=home.person, priority="medium")
    respond_by = only_case(home).respond_by
    assert respond_by is not None
    assert respond_by.date() == (home.clock() + timedelta(days=1)).date()


def test_new_targets_move_open_cases_once(home: TestHouse, receive: Callable[..., None]) -> None:
    home.understanding.reading = URGENT
    receive()
    assert recompute_some(home.house) == 0, "today's rules gave it"
    with_overrides(home, priority={"targets": {"high": {"minutes": 60}}})
    assert recompute_all(home.house) == 1
    case = only_case(home)
    assert minutes_left(home) == 60
    assert recompute_all(home.house) == 0
    assert only_case(home).version == case.version
    with home.store.reading() as session:
        changed = session.query(AuditRow).filter_by(action="answer_time.changed").all()
    assert len(changed) == 1
    with_overrides(home)
    recompute_all(home.house)
    assert minutes_left(home) == 120


def test_new_hours_of_the_mailboxs_team_move_its_cases(home: TestHouse, receive: Callable[..., None]) -> None:
    home.understanding.reading = URGENT
    receive()
    with_overrides(home, hours={"teams": {"late": {"mailboxes": [SUPPORT], "opens": "10:00"}}})
    recompute_all(home.house)
    assert minutes_left(home) == 180
    assert home.clock() == MONDAY_MORNING


def test_batches_are_bounded_and_all_are_reached(home: TestHouse) -> None:
    def case(number: int, now: datetime) -> CaseRow:
        return CaseRow(
            mailbox_id=home.mailbox_id, customer_email=f"{number}@c.example", subject="", priority="low",
            respond_by=now, clock_promises=[{"level": "low", "since": now.isoformat()}], created_at=now,
            updated_at=now,
        )  # fmt: skip

    with home.store.writing() as unit:
        unit.session.add_all(case(number, home.clock()) for number in range(AT_ONCE + 5))
    assert recompute_some(home.house) == AT_ONCE
    assert recompute_some(home.house) == 5
    assert recompute_some(home.house) == 0
