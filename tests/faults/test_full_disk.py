"""The disk is full (row 17): SQLite may not grow, as on a disk without room. What it has may still be changed."""

import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from agent.desk.steps import pipeline
from agent.desk.steps.intake import BACK_OFF, check_once, watch_mailbox
from agent.mail.memory import MemoryInbox
from agent.store import session as store_session
from agent.store.tables import MailboxRow, MessageRow, NoticeRow
from tests.faults.houses import approve_newest, rounds
from tests.faults.letters import letter, tokens_of
from tests.faults.oracle import everything_finished, nothing_lost, nothing_sent_twice, people_were_told
from tests.house import TestHouse

FULL = "The disk is full"
LONG = "My printer is offline since this morning, and I have tried the following.\r\n\r\n" + "".join(
    f"Step {number}: switched it off and on, and waited for {number} minutes.\r\n" for number in range(4_000)
)


class Disk:
    """What the house's database may take up."""

    def __init__(self, home: TestHouse) -> None:
        self._engine = home.store.engine
        self._pages = 2**30
        event.listen(self._engine, "connect", self._limit)

    def _limit(self, connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={self._pages}")

    def fill(self) -> None:
        """Not one page more."""
        with self._engine.connect() as connection:
            self._pages = int(connection.execute(text("PRAGMA page_count")).scalar_one())
        self._engine.dispose()

    def make_room(self) -> None:
        self._pages = 2**30
        self._engine.dispose()

    def is_sound(self) -> bool:
        with self._engine.connect() as connection:
            return bool(connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok")


@pytest.fixture
def disk(home: TestHouse) -> Disk:
    return Disk(home)


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock is in our hands: nobody waits for seconds of real time."""
    monkeypatch.setattr(store_session, "FULL_DISK_PATIENCE_S", 0)


def parked(home: TestHouse) -> list[str]:
    with home.store.reading() as session:
        return [row.parked for row in session.query(MessageRow).filter(MessageRow.parked != "")]


def told(home: TestHouse) -> list[str]:
    with home.store.reading() as session:
        return [row.text for row in session.query(NoticeRow).filter(NoticeRow.resolved_at.is_(None))]


def test_work_pauses_on_a_full_disk_and_goes_on_by_itself(home: TestHouse, disk: Disk) -> None:
    for number in range(3):
        home.inbox.deliver(letter(number, text=LONG))
    check_once(home.house, home.mailbox_id)
    disk.fill()
    home.work()
    rounds(home, 60, minutes=1)
    assert parked(home) == []
    people_were_told(home.store, FULL)
    disk.make_room()
    rounds(home, 5, minutes=1)
    assert everything_finished(home.store)
    assert told(home) == []
    approve_newest(home)
    rounds(home)
    nothing_lost(home.store, tokens_of(range(3)))
    nothing_sent_twice(home.store, (mail.raw for mail in home.outgoing.sent))
    assert disk.is_sound()


def test_on_a_full_disk_work_is_tried_once_a_minute_at_most(
    home: TestHouse, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        home.inbox.deliver(letter(number, text=LONG))
    check_once(home.house, home.mailbox_id)
    disk.fill()
    begun: list[int] = []
    run = pipeline._run
    monkeypatch.setattr(pipeline, "_run", lambda *given: (begun.append(given[2]), run(*given))[1])
    home.work()
    rounds(home, 120, seconds=30)
    assert 30 < len(begun) < 70


def no_room() -> OperationalError:
    return OperationalError("COMMIT", {}, sqlite3.OperationalError("database or disk is full"))


def test_tries_that_could_not_even_be_taken_back_do_not_count(
    home: TestHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise no_room()

    home.inbox.deliver(letter(1))
    check_once(home.house, home.mailbox_id)
    with monkeypatch.context() as full:
        full.setattr(pipeline, "_finish", fails)
        full.setattr(pipeline, "_put_back", fails)
        home.work()
        rounds(home, 10, minutes=6)
    assert parked(home) == []
    rounds(home, 3, minutes=6)
    assert everything_finished(home.store)


class Hours(threading.Event):
    """Waiting moves the clock instead; `then` is done at each wait."""

    def __init__(self, home: TestHouse, then: Callable[[], None]) -> None:
        super().__init__()
        self.waits: list[float] = []
        self._home, self._then = home, then

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout or 0)
        self._home.clock.advance(seconds=timeout or 0)
        self._then()
        return self.is_set()


def watched(home: TestHouse, stop: threading.Event) -> list[int]:
    """The sign-ins at the mailbox, which sets `stop` once all that was there is stored."""
    signed_in: list[int] = []

    class Inbox(MemoryInbox):
        def __enter__(self) -> "Inbox":
            signed_in.append(len(signed_in))
            return self

        def wait_for_mail(self, seconds: float) -> None:
            stop.set()

    def inbox_of(_mailbox: MailboxRow) -> MemoryInbox:
        return Inbox(home.inbox)

    home.house = replace(home.house, inbox_of=inbox_of)
    return signed_in


def test_mail_that_cannot_be_kept_is_fetched_again_rarely_until_there_is_room(
    home: TestHouse, disk: Disk
) -> None:
    began = home.clock()

    def after_an_hour() -> None:
        if (home.clock() - began).total_seconds() > 3600:
            people_were_told(home.store, f"{FULL}: mail can neither be kept")
            people_were_told(
                home.store, "No mail is coming in from support@nordlys.example: The disk is full"
            )
            disk.make_room()

    stop = Hours(home, after_an_hour)
    signed_in = watched(home, stop)
    home.inbox.deliver(letter(1, text=LONG))
    disk.fill()
    watch_mailbox(home.house, home.mailbox_id, "poll", stop)
    assert tuple(stop.waits[:5]) == (*BACK_OFF, BACK_OFF[-1])
    assert len(signed_in) < 70
    assert told(home) == []
    home.work()
    nothing_lost(home.store, tokens_of([1]))


@pytest.mark.parametrize("error", [no_room(), RuntimeError("a fault of ours")])
def test_whatever_fails_after_the_sign_in_is_not_tried_again_at_once(
    home: TestHouse, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = Hours(home, lambda: len(stop.waits) < 6 or stop.set())  # type: ignore[func-returns-value]
    watched(home, stop)

    def fails(*_: object) -> int:
        raise error

    monkeypatch.setattr("agent.desk.steps.intake.fetch_new", fails)
    watch_mailbox(home.house, home.mailbox_id, "poll", stop)
    assert tuple(stop.waits) == (*BACK_OFF, 60, 60)
