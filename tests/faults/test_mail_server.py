"""Servers that refuse, hang up, count back, or do not let us in (rows 4, 12, 13)."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.clock import system_clock
from agent.desk.steps.intake import check_once, watch_mailbox
from agent.errors import MailServerError
from agent.mail.memory import MemoryInbox
from agent.store.tables import MailboxRow
from tests.faults.houses import connect, rounds
from tests.faults.letters import letter, tokens_of
from tests.faults.oracle import nothing_lost, people_were_told
from tests.house import TestHouse
from tests.servers.scripted_imap import CUT, ScriptedImap, scripted_imap


@pytest.fixture
def script(home: TestHouse) -> Iterator[ScriptedImap]:
    with scripted_imap() as script:
        script.replies |= holding({1: letter(1), 2: letter(2), 3: letter(3)})
        connect(home, imap_url=script.url(), smtp_url="smtp://support@127.0.0.1:1", password="secret")
        home.clock.now = system_clock()
        yield script


def test_a_mail_the_server_refuses_is_retried_while_the_others_go_on(
    home: TestHouse, script: ScriptedImap
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
    home: TestHouse, script: ScriptedImap
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


def test_a_server_that_counts_back_after_a_restore_hides_no_new_mail(home: TestHouse) -> None:
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
