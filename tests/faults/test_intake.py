"""Fetching mail while processes die, servers misbehave and others use the mailbox too (rows 1 to 11, 14)."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.clock import system_clock
from agent.desk.house import House
from agent.desk.steps import intake
from agent.desk.steps.intake import LEASE, check_once, take_lease, watch_mailbox
from agent.mail.imap import ImapInbox
from agent.mail.server_url import parse_server_url
from agent.store.tables import MailboxRow, RawMailRow
from tests.faults.houses import Served, letters_out, of_this_process, rounds
from tests.faults.letters import letter, tokens_of
from tests.faults.oracle import nothing_left_lying, nothing_lost, nothing_sent_twice
from tests.house import TestHouse

server = pytest.mark.server


@server
@pytest.mark.parametrize("point", ["intake.fetched:3", "intake.stored:3"])
def test_a_poller_killed_around_the_commit_loses_and_doubles_nothing(served: Served, point: str) -> None:
    """Rows 1 to 3: between FETCH and commit, and between commit and flag or ring."""
    served.arrive(*(letter(number) for number in range(5)))
    served.dies(lambda house: check_once(house, served.home.mailbox_id), point)
    served.fetch()
    rounds(served.home, 2)
    nothing_lost(served.home.store, tokens_of(range(5)))
    nothing_left_lying(served.home.store, served.home.clock(), longest=timedelta(seconds=61))
    nothing_sent_twice(served.home.store, served.handed_over())


@server
def test_mail_stored_before_a_crash_is_flagged_on_the_server_afterwards(served: Served) -> None:
    """Row 2: people who look into the mailbox see what is taken care of."""
    served.arrive(*(letter(number) for number in range(3)))
    served.dies(lambda house: check_once(house, served.home.mailbox_id), "intake.stored:3")
    served.fetch()
    with served.client() as client:
        client.select_folder("INBOX", readonly=True)
        assert client.search(["UNSEEN"]) == []


@server
def test_a_recreated_folder_is_read_again_and_old_mail_gets_no_answers(served: Served) -> None:
    """Row 7: UIDVALIDITY changes, and all the old mail comes once more beside one that nobody has seen."""
    with served.home.store.writing() as unit:
        unit.session.get_one(MailboxRow, served.home.mailbox_id).folder = "Tickets"
    with served.client() as client:
        client.create_folder("Tickets")
        served.arrive(*(letter(number) for number in range(3)), folder="Tickets")
        served.fetch()
        rounds(served.home, 1)
        assert len(served.sink.mails) == 3, "new mail is acknowledged"
        client.delete_folder("Tickets")
        client.create_folder("Tickets")
        old = system_clock() - timedelta(hours=1)
        for number in range(4):  # the fourth came while the folder was gone
            client.append("Tickets", letter(number), msg_time=old)
    served.home.clock.now = system_clock()
    assert served.fetch() == 1
    rounds(served.home, 3)
    nothing_lost(served.home.store, tokens_of(range(4)))
    nothing_sent_twice(served.home.store, served.handed_over())
    assert len(served.sink.mails) == 3, "old mail met again is not acknowledged"


@server
def test_mail_that_is_expunged_between_listing_and_fetching_is_skipped(served: Served) -> None:
    """Row 8."""
    served.arrive(*(letter(number) for number in range(3)))

    class Expunging(ImapInbox):
        """Another program removes the second mail once we have listed it."""

        def uids_after(self, last_uid: int) -> list[int]:
            listed = super().uids_after(last_uid)
            if 2 in listed:
                with served.client() as other:
                    other.select_folder("INBOX")
                    other.delete_messages([2])
                    other.expunge()
            return listed

    url = parse_server_url(served.dovecot.imap_url(served.account), protocol="imap")
    house = replace(served.house, inbox_of=lambda _: Expunging(url, served.account.password))
    assert check_once(house, served.home.mailbox_id) == 2
    rounds(served.home)
    nothing_lost(served.home.store, tokens_of([0, 2]))
    nothing_left_lying(served.home.store, served.home.clock(), longest=timedelta(seconds=61))


@server
def test_mail_with_an_old_arrival_date_or_read_by_others_is_fetched_all_the_same(served: Served) -> None:
    """Rows 9 and 10."""
    with served.client() as client:
        client.append("INBOX", letter(1), msg_time=system_clock() - timedelta(days=30))
        client.append("INBOX", letter(2), flags=[rb"\Seen"])
        client.append("INBOX", letter(3), flags=[rb"\Seen", rb"\Answered", rb"\Flagged"])
    assert served.fetch() == 3
    rounds(served.home)
    nothing_lost(served.home.store, tokens_of([1, 2, 3]))
    assert len(letters_out(served.home, "acknowledgement")) == 2, "a month-old mail is not acknowledged"


@server
def test_two_pollers_on_one_mailbox_take_turns_and_store_each_mail_once(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 11: both watch all the time; the one that holds the lease goes in the middle, without a word."""
    monkeypatch.setattr(intake, "IDLE_SECONDS", 0.5)
    monkeypatch.setattr(intake, "release_lease", lambda *_: None)
    pollers = {name: Watching(of_this_process(served.house), served.home.mailbox_id, name) for name in "ab"}
    try:
        for number in range(10):
            served.arrive(letter(number))
        until(lambda: len(stored(served.home)) == 10)
        pollers[mailbox(served.home).lease_owner].end()
        for number in range(10, 20):
            served.arrive(letter(number))
        served.home.clock.now += LEASE + timedelta(seconds=1)
        until(lambda: len(stored(served.home)) == 20)
    finally:
        for poller in pollers.values():
            poller.end()
    rounds(served.home)
    nothing_lost(served.home.store, tokens_of(range(20)))


class Watching:
    """A poller in a thread."""

    def __init__(self, house: House, mailbox_id: int, name: str) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=watch_mailbox, args=(house, mailbox_id, name, self._stop), daemon=True
        )
        self._thread.start()

    def end(self) -> None:
        self._stop.set()
        self._thread.join(40)


def test_a_lease_of_a_dead_poller_is_taken_over_and_no_sooner(home: TestHouse) -> None:
    """Row 11."""
    assert take_lease(home.house, home.mailbox_id, "first")
    assert take_lease(home.house, home.mailbox_id, "second") is None
    home.clock.advance(seconds=LEASE.total_seconds() + 1)
    assert take_lease(home.house, home.mailbox_id, "second")
    assert take_lease(home.house, home.mailbox_id, "first") is None


def test_a_backlog_comes_in_oldest_first(home: TestHouse) -> None:
    """Row 14: two days off, and the mails that waited keep the order in which they came."""
    for number in range(60):
        home.inbox.deliver(letter(number), internal_date=home.clock() - timedelta(hours=48, minutes=-number))
    assert check_once(home.house, home.mailbox_id) == 60
    order = [raw.uid for raw in stored(home)]
    assert order == sorted(order)
    home.work(10_000)
    nothing_lost(home.store, tokens_of(range(60)))


def stored(home: TestHouse) -> Sequence[RawMailRow]:
    with home.store.reading() as session:
        return session.query(RawMailRow).order_by(RawMailRow.id).all()


def mailbox(home: TestHouse) -> MailboxRow:
    with home.store.reading() as session:
        return session.get_one(MailboxRow, home.mailbox_id)


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.05)
