"""The database is locked, restarted or answers too late, and clocks jump (rows 15, 20, 22, 46)."""

import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from agent.desk.audit import first_break
from agent.desk.steps.intake import check_once
from agent.desk.steps.retrying import try_again
from agent.desk.steps.sweeping import sweep
from agent.mail.reader import Reader
from agent.store.tables import AuditRow, MessageRow, OutboxRow
from tests.faults.houses import approve_newest, cases, letters_out, rounds
from tests.faults.letters import letter, tokens_of
from tests.faults.oracle import everything_finished, nothing_left_lying, nothing_lost, nothing_sent_twice
from tests.house import TestHouse, build_test_house
from tests.servers.postgres import PostgresServer


def all_is_well(home: TestHouse, count: int) -> None:
    nothing_lost(home.store, tokens_of(range(count)))
    nothing_sent_twice(home.store, (mail.raw for mail in home.outgoing.sent))
    nothing_left_lying(home.store, home.clock())
    with home.store.reading() as session:
        assert first_break(session) is None, "the audit trail is whole"


@contextmanager
def locked_by_somebody_else(home: TestHouse, seconds: float) -> Iterator[None]:
    """A foreign program holds SQLite's write lock for a while."""
    foreign = sqlite3.connect(
        str(home.store.engine.url.database), isolation_level=None, check_same_thread=False
    )
    foreign.execute("BEGIN IMMEDIATE")
    release = threading.Timer(seconds, lambda: foreign.execute("ROLLBACK"))
    release.start()
    try:
        yield
    finally:
        release.join()
        foreign.close()


def test_a_write_lock_held_by_another_program_is_waited_for(home: TestHouse) -> None:
    """Row 15: every transaction from the fetch to the draft meets the lock."""
    home.inbox.deliver(letter(0))
    with locked_by_somebody_else(home, 3):
        check_once(home.house, home.mailbox_id)
    with locked_by_somebody_else(home, 3):
        home.work()
    approve_newest(home)
    with locked_by_somebody_else(home, 3):
        rounds(home)
    all_is_well(home, 1)
    assert everything_finished(home.store)


def test_a_lock_that_outlasts_the_drivers_patience_is_tried_again(home: TestHouse) -> None:
    """Row 15: SQLite gives up waiting, we do not."""
    home.store.engine.dispose()
    event.listen(home.store.engine, "connect", lambda dbapi, _: dbapi.execute("PRAGMA busy_timeout=50"))
    home.inbox.deliver(letter(0))
    with locked_by_somebody_else(home, 2):
        check_once(home.house, home.mailbox_id)
    with locked_by_somebody_else(home, 2):
        home.work()
    all_is_well(home, 1)
    assert everything_finished(home.store)


@contextmanager
def some_answers_lost(seed: int, share: float = 0.08) -> Iterator[None]:
    """Every commit happens, but of some the process never hears."""
    dice = random.Random(seed)

    def answer(_session: Session) -> None:
        if dice.random() < share:
            raise OperationalError("COMMIT", {}, Exception("server closed the connection unexpectedly"))

    event.listen(Session, "after_commit", answer)
    try:
        yield
    finally:
        event.remove(Session, "after_commit", answer)


@pytest.mark.parametrize("seed", range(3))
def test_a_commit_whose_answer_is_lost_is_not_done_twice(home: TestHouse, seed: int) -> None:
    """Row 22: connections cut between COMMIT and its answer, on the whole way of some mails and their replies."""
    for number in range(6):
        home.inbox.deliver(letter(number))
    with some_answers_lost(seed):
        check_once(home.house, home.mailbox_id)
        until_quiet(home)
    rounds(home, 5, minutes=6)
    take_up_what_was_set_aside(home)
    for case in cases(home):
        approve_newest(home, case.id)
    with some_answers_lost(seed):
        until_quiet(home)
    rounds(home, 5, minutes=6)
    all_is_well(home, 6)
    assert everything_finished(home.store)
    with home.store.reading() as session:
        told = select(func.count()).where(AuditRow.action.in_(("outbox.sent", "outbox.found")))
        sent = select(func.count()).where(OutboxRow.state == "sent")
        assert session.scalar(told) == session.scalar(sent), "the trail tells each letter once"


def take_up_what_was_set_aside(home: TestHouse) -> None:
    """A mail that met three cuts in one step stands among the problems; a person has it tried again."""
    with home.store.writing() as unit:
        for message in unit.session.scalars(select(MessageRow).where(MessageRow.parked != "")):
            try_again(unit, home.house, message_id=message.id, person=home.person)
    rounds(home, 2)


def until_quiet(home: TestHouse) -> None:
    """Sweeps and work, some of which fail."""
    for _ in range(10):
        home.clock.advance(minutes=1)
        for act in (lambda: sweep(home.house), home.work):
            try:
                act()
            except OperationalError:
                continue


def test_a_clock_set_back_by_an_hour_stops_nothing(home: TestHouse) -> None:
    """Row 46: leases, rings and waits noted an hour ahead do not hold work up for an hour."""
    home.clock.advance(hours=1)
    home.inbox.deliver(letter(0))
    home.doorbell.lost = True
    check_once(home.house, home.mailbox_id)
    home.doorbell.lost = False
    home.clock.advance(hours=-1)
    rounds(home, 10, minutes=1)
    assert everything_finished(home.store)
    all_is_well(home, 1)


def test_a_clock_that_jumps_a_day_ahead_sends_nothing_twice(home: TestHouse) -> None:
    """Row 46: what is being worked on is taken over once, and no storm of letters follows."""
    for number in range(5):
        home.inbox.deliver(letter(number))
    check_once(home.house, home.mailbox_id)
    home.clock.advance(days=1)
    rounds(home)
    approve_newest(home)
    home.clock.advance(days=1)
    rounds(home)
    all_is_well(home, 5)
    assert len(home.understanding.requests) == 5
    assert len(letters_out(home, "acknowledgement")) == 5


@pytest.fixture
def on_postgres(tmp_path: Path, postgres_url: str, reader: Reader) -> TestHouse:
    built = build_test_house(tmp_path, url=postgres_url)
    built.house = replace(built.house, mail_reader=reader)
    return built


@pytest.mark.server
def test_a_database_restarted_at_once_costs_no_mail(on_postgres: TestHouse, postgres: PostgresServer) -> None:
    """Row 20: killed and started again while mails come in, are worked on and leave."""
    home = on_postgres
    for number in range(10):
        home.inbox.deliver(letter(number))
    check_once(home.house, home.mailbox_id)
    working = threading.Thread(target=until_quiet, args=(home,), daemon=True)
    working.start()
    time.sleep(0.3)
    postgres.process.kill()
    postgres.process.start()
    working.join(90)
    assert not working.is_alive()
    rounds(home, 8, minutes=6)
    approve_newest(home)
    rounds(home)
    all_is_well(home, 10)
    with home.store.reading() as session:
        assert session.scalar(select(func.count()).where(MessageRow.parked != "")) == 0
