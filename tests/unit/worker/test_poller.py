"""The poller keeps one watcher a mailbox, as people add, pause, change and remove mailboxes."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.desk.house import House
from agent.store.tables import HeartbeatRow, MailboxRow
from agent.worker.poller import Poller, owner_name
from tests.house import TestHouse, build_test_house


class Watchers:
    """Stands for `watch_mailbox`: notes who began and ended."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.ended: list[int] = []
        self.dies = False

    def __call__(self, _house: House, mailbox_id: int, _owner: str, stop: threading.Event) -> None:
        self.begun.append(mailbox_id)
        if self.dies:
            raise RuntimeError("a fault of ours")
        stop.wait(20)
        self.ended.append(mailbox_id)


@pytest.fixture
def home(tmp_path: Path) -> TestHouse:
    return build_test_house(tmp_path)


def until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + 10
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.02)


def change(home: TestHouse, **values: object) -> None:
    with home.store.writing() as unit:
        row = unit.session.get_one(MailboxRow, home.mailbox_id)
        for name, value in values.items():
            setattr(row, name, value)


def test_each_mailbox_gets_one_watcher(home: TestHouse) -> None:
    watchers = Watchers()
    poller = Poller(home.house, "us", watchers)
    poller.look()
    poller.look()
    until(lambda: watchers.begun == [home.mailbox_id])


def test_a_paused_mailbox_is_let_go_and_a_resumed_one_taken_up(home: TestHouse) -> None:
    watchers = Watchers()
    poller = Poller(home.house, "us", watchers)
    poller.look()
    change(home, paused=True)
    poller.look()
    until(lambda: watchers.ended == [home.mailbox_id])
    change(home, paused=False)
    until(lambda: (poller.look(), len(watchers.begun) == 2)[1])


def test_a_new_password_calls_for_a_new_connection(home: TestHouse) -> None:
    watchers = Watchers()
    poller = Poller(home.house, "us", watchers)
    poller.look()
    change(home, password_encrypted="another")
    until(lambda: (poller.look(), len(watchers.begun) == 2)[1])
    assert len(watchers.ended) == 1


def test_a_watcher_that_died_is_started_again(home: TestHouse) -> None:
    watchers = Watchers()
    watchers.dies = True
    poller = Poller(home.house, "us", watchers)
    until(lambda: (poller.look(), len(watchers.begun) >= 2)[1])


def test_a_running_poller_shows_that_it_is_alive_and_stops_when_asked(home: TestHouse) -> None:
    watchers, stop = Watchers(), threading.Event()
    runner = threading.Thread(target=Poller(home.house, "us", watchers).run, args=(stop,))
    runner.start()

    def alive() -> bool:
        with home.store.reading() as session:
            return session.get(HeartbeatRow, "poll") is not None

    until(alive)
    stop.set()
    runner.join(10)
    assert not runner.is_alive()
    until(lambda: watchers.ended == [home.mailbox_id])


def test_a_restarted_poller_has_its_former_name(tmp_path: Path) -> None:
    assert owner_name(tmp_path) == owner_name(tmp_path)
    assert owner_name(tmp_path) != owner_name(tmp_path / "another")
