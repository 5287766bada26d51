"""Fetching mail while processes die, servers misbehave and others use the mailbox too (rows 1 to 14)."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.clock import system_clock
from agent.desk import intake
from agent.desk.house import House
from agent.desk.intake import LEASE, check_once, take_lease, watch_mailbox
from agent.errors import MailServerError
from agent.mail.imap import ImapInbox
from agent.mail.memory import MemoryInbox
from agent.mail.server_url import parse_server_url
from agent.store.tables import MailboxRow, RawMailRow
from tests.faults.houses import Served, connect, letters_out, of_this_process, rounds
from tests.faults.letters import letter, tokens_of
from tests.faults.oracle import nothing_left_lying, nothing_lost, nothing_sent_twice, people_were_told
from tests.house import TestHouse
from tests.servers.scripted_imap import CUT, ScriptedImap, scripted_imap

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


class TestBadServer:
    """Servers that refuse, cut or count wrongly."""

    @pytest.fixture
    def script(self, home: TestHouse) -> Iterator[ScriptedImap]:
        with scripted_imap() as script:
            script.replies |= holding({1: letter(1), 2: letter(2), 3: letter(3)})
            connect(home, imap_url=script.url(), smtp_url="smtp://support@127.0.0.1:1", password="secret")
            home.clock.now = system_clock()
            yield script

    def test_a_mail_the_server_refuses_is_retried_while_the_others_go_on(
        self, home: TestHouse, script: ScriptedImap
    ) -> None:
        """Row 12."""
        good = script.replies["UID FETCH 2"]
        script.replies["UID FETCH 2"] = "BAD internal error"
        script.replies["UID SEARCH UID 2"] = "* SEARCH 2\r\nOK done"
        assert check_once(home.house, home.mailbox_id) == 2
        rounds(home)
        nothing_lost(home.store, tokens_of([1, 3]))
        people_were_told(home.store, "does not hand out the mail with UID 2")
        script.replies["UID FETCH 2"] = good
        assert check_once(home.house, home.mailbox_id) == 1
        rounds(home)
        nothing_lost(home.store, tokens_of([1, 2, 3]))
        with pytest.raises(AssertionError, match="no notice"):
            people_were_told(home.store, "UID 2")

    def test_a_mail_that_makes_the_server_hang_up_does_not_stop_the_rest(
        self, home: TestHouse, script: ScriptedImap
    ) -> None:
        """Promise 4: a broken mail in a server's store crashes its process each time it is asked for."""
        script.replies["UID FETCH 2"] = CUT
        for _ in range(5):
            try:
                check_once(home.house, home.mailbox_id)
            except MailServerError:
                home.clock.advance(minutes=1)
        rounds(home)
        nothing_lost(home.store, tokens_of([1, 3]))
        people_were_told(home.store, "UID 2")

    def test_a_server_that_counts_back_after_a_restore_hides_no_new_mail(self, home: TestHouse) -> None:
        """Like row 7, though the server keeps its UIDVALIDITY: restored from a backup, it gives UIDs again."""
        for number in range(3):
            home.inbox.deliver(letter(number))
        check_once(home.house, home.mailbox_id)
        for uid in (2, 3):
            home.inbox.expunge(uid)
        home.inbox.uidnext = 2
        home.inbox.deliver(letter(7))
        check_once(home.house, home.mailbox_id)
        rounds(home)
        nothing_lost(home.store, tokens_of([0, 1, 2, 7]))


def holding(mails: dict[int, bytes]) -> dict[str, str]:
    """What a server that holds these mails replies."""
    uids = " ".join(map(str, mails))
    last = max(mails)
    replies = {
        "SELECT": f"* {last} EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT {last + 1}] ok\r\nOK [READ-WRITE] x",
        "UID SEARCH UID 1:*": f"* SEARCH {uids}\r\nOK done",
        f"UID SEARCH UID {last + 1}:*": f"* SEARCH {last}\r\nOK done",
    }
    for uid, raw in mails.items():
        replies[f"UID SEARCH UID {uid + 1}:*"] = (
            f"* SEARCH {' '.join(str(u) for u in mails if u > uid) or last}\r\nOK x"
        )
        replies[f"UID FETCH {uid}"] = (
            f'* {uid} FETCH (UID {uid} RFC822.SIZE {len(raw)} INTERNALDATE "01-Feb-2026 10:00:00 +0100" '
            f"BODY[]<0> {{{len(raw)}}}\r\n{raw.decode()})\r\nOK done"
        )
    return replies


def refusing(home: TestHouse) -> Callable[[MailboxRow], MemoryInbox]:
    def inbox_of(_mailbox: MailboxRow) -> MemoryInbox:
        raise MailServerError("The server refused the password.", permanent=True, code="mail.login_refused")

    return inbox_of


def test_six_hours_of_a_wrong_password_are_told_and_made_good(home: TestHouse) -> None:
    """Row 13: the tries grow rarer, people hear of it, and all mail is there once the password is right."""
    right = home.house.inbox_of
    tries: list[float] = []

    class Patience(threading.Event):
        """Waiting moves the clock instead."""

        def wait(self, timeout: float | None = None) -> bool:
            tries.append(timeout or 0)
            home.clock.advance(seconds=timeout or 0)
            if home.clock() >= ends:
                self.set()
            return self.is_set()

    ends = home.clock() + timedelta(hours=6)
    home.house = replace(home.house, inbox_of=refusing(home))
    for number in range(20):
        home.inbox.deliver(letter(number))
    watch_mailbox(home.house, home.mailbox_id, "poll", Patience())
    assert tries[:4] == sorted(tries[:4])
    assert len(tries) < 6 * 60 + 10, "at most once a minute"
    people_were_told(home.store, "refused the password")
    home.house = replace(home.house, inbox_of=right)
    check_once(home.house, home.mailbox_id)
    rounds(home)
    nothing_lost(home.store, tokens_of(range(20)))


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
