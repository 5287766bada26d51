"""A database is put back from a backup while letters have left since (row 21)."""

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from agent.desk.replies.approval import settle_uncertain
from agent.desk.steps.intake import check_once
from agent.desk.steps.sweeping import sweep
from agent.store.handovers import MarkFile
from agent.store.session import open_store
from agent.store.tables import NoticeRow, OutboxRow
from tests.faults.houses import Served, approve_newest, cases, letters_out, rounds
from tests.faults.letters import letter, tokens_of
from tests.faults.oracle import nothing_lost, nothing_sent_twice, people_were_told
from tests.house import TestHouse, without_fsync

RESTORED = "The database was restored from a backup"


def file_of(home: TestHouse) -> Path:
    return Path(str(home.store.engine.url.database))


def with_mark(home: TestHouse) -> TestHouse:
    """The house as `agent.wiring` builds it: what left is noted beside the database."""
    mark = MarkFile(file_of(home).parent / "handovers.mark", required=True)
    mark.begin()
    home.house = replace(home.house, handovers=mark)
    return home


def stop(home: TestHouse) -> None:
    home.store.engine.dispose()  # the last connection takes the write-ahead log into the file
    home.doorbell.rung.clear()


def start(home: TestHouse) -> None:
    store = open_store(f"sqlite:///{file_of(home)}")
    without_fsync(store)
    home.house = replace(home.house, store=store)


def back_up(home: TestHouse, to: Path) -> None:
    stop(home)
    shutil.copytree(file_of(home).parent, to, ignore=shutil.ignore_patterns("backup"))
    start(home)


def put_back(home: TestHouse, backup: Path, *names: str) -> None:
    """Restore these files of the backup, or all; everything else stays as it is."""
    stop(home)
    for file in backup.iterdir():
        if not names or file.name in names:
            shutil.copy2(file, file_of(home).parent / file.name)
    start(home)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backup"


def approved(home: TestHouse, number: int = 1) -> OutboxRow:
    """A reply that a person approved; its mail was acknowledged before."""
    home.inbox.deliver(letter(number))
    check_once(home.house, home.mailbox_id)
    home.work()
    row = approve_newest(home)
    home.doorbell.rung.clear()
    return row


def test_a_reply_that_left_after_the_backup_is_not_sent_again(served: Served, folder: Path) -> None:
    """Approve, copy the database, let the reply leave, put the copy back, start again: over real SMTP."""
    home = with_mark(served.home)
    served.arrive(letter(1))
    served.fetch()
    home.work()
    approve_newest(home)
    back_up(home, folder)
    home.clock.advance(seconds=15)
    rounds(home)
    handed_over = len(served.handed_over())
    put_back(home, folder, "test.db")
    rounds(home, 6)
    assert len(served.handed_over()) == handed_over
    (reply,) = letters_out(home)
    assert reply.state == "sent", "it was found in the Sent folder"
    nothing_sent_twice(home.store, served.handed_over())
    people_were_told(home.store, RESTORED)


def test_what_may_have_left_waits_for_a_person(home: TestHouse, folder: Path) -> None:
    row = approved(with_mark(home))
    back_up(home, folder)
    rounds(home)
    assert len(home.outgoing.sent) == 2
    home.inbox.sent.clear()  # no copy that would tell
    put_back(home, folder, "test.db")
    rounds(home, 6)
    assert len(home.outgoing.sent) == 2
    (reply,) = letters_out(home)
    assert reply.state == "uncertain"
    people_were_told(home.store, RESTORED)
    with home.store.writing() as unit:
        settle_uncertain(unit, home.house, outbox_id=row.id, arrived=False, person=home.person)
    approve_newest(home)
    rounds(home)
    assert len(home.outgoing.sent) == 3, "a person let it leave"
    assert len({mail.raw for mail in home.outgoing.sent}) == 3


def test_letters_approved_after_the_restore_leave_as_ever(home: TestHouse, folder: Path) -> None:
    approved(with_mark(home))
    back_up(home, folder)
    rounds(home)
    put_back(home, folder, "test.db")
    rounds(home)
    before = len(home.outgoing.sent)
    home.clock.advance(minutes=1)
    home.inbox.deliver(letter(2))
    check_once(home.house, home.mailbox_id)
    home.work()
    approve_newest(home, cases(home)[-1].id)
    rounds(home)
    assert len(home.outgoing.sent) == before + 2, "the acknowledgement and the reply"


def test_mail_that_comes_in_again_is_kept_and_not_acknowledged_again(home: TestHouse, folder: Path) -> None:
    approved(with_mark(home))
    back_up(home, folder)
    rounds(home)
    home.inbox.deliver(letter(2))
    check_once(home.house, home.mailbox_id)
    home.work()
    acknowledged = len(home.outgoing.sent)
    put_back(home, folder, "test.db")
    check_once(home.house, home.mailbox_id)  # the poller is faster than the first sweep
    home.work()
    rounds(home, 6)
    assert len(home.outgoing.sent) == acknowledged
    nothing_lost(home.store, tokens_of([1, 2]))


def test_a_data_folder_put_back_as_a_whole_is_seen_too(home: TestHouse, folder: Path) -> None:
    approved(with_mark(home))
    back_up(home, folder)
    rounds(home)
    time.sleep(2.1)  # a backup is older than the moment in which it was made
    put_back(home, folder)
    rounds(home)
    assert len(home.outgoing.sent) == 2
    people_were_told(home.store, RESTORED)


def lost(mark: Path) -> None:
    mark.unlink()


def torn(mark: Path) -> None:
    mark.write_bytes(b"0000")


@pytest.mark.parametrize("spoil", [lost, torn])
def test_a_mark_that_cannot_be_read_vouches_for_nothing(
    home: TestHouse, folder: Path, spoil: Callable[[Path], None]
) -> None:
    approved(with_mark(home))
    spoil(file_of(home).parent / "handovers.mark")
    rounds(home)
    assert len(home.outgoing.sent) == 1, "the acknowledgement alone"
    people_were_told(home.store, RESTORED)


def test_a_restart_holds_nothing_up(home: TestHouse) -> None:
    approved(with_mark(home))
    stop(home)
    start(home)
    with_mark(home)
    home.clock.advance(hours=12)
    rounds(home)
    assert len(home.outgoing.sent) == 2
    with home.store.reading() as session:
        assert not session.query(NoticeRow).count()


def test_the_notice_goes_after_a_day_once_nothing_is_undecided(home: TestHouse, folder: Path) -> None:
    row = approved(with_mark(home))
    back_up(home, folder)
    rounds(home)
    home.inbox.sent.clear()
    put_back(home, folder, "test.db")
    rounds(home)
    home.clock.advance(days=2)
    sweep(home.house)
    people_were_told(home.store, RESTORED)
    with home.store.writing() as unit:
        settle_uncertain(unit, home.house, outbox_id=row.id, arrived=True, person=home.person)
    sweep(home.house)
    with pytest.raises(AssertionError):
        people_were_told(home.store, RESTORED)


def test_a_database_restored_without_anything_having_left_since_is_let_be(
    home: TestHouse, folder: Path
) -> None:
    approved(with_mark(home))
    back_up(home, folder)
    put_back(home, folder, "test.db")
    rounds(home)
    assert len(home.outgoing.sent) == 2
    assert letters_out(home)[0].state == "sent"


def test_another_machine_has_a_mark_of_its_own(home: TestHouse, tmp_path: Path) -> None:
    """On PostgreSQL a machine may be new; what left from others it learns from the database."""
    mark = MarkFile(tmp_path / "other.mark", required=False)
    assert mark.read() == 0
    approved(home)
    rounds(home)
    home.house = replace(home.house, handovers=mark)
    sweep(home.house)
    assert mark.read() == 2


def test_a_machine_that_slept_while_it_noted_is_no_restore(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a laptop's lid is closed between looking at the clock and writing."""
    mark = MarkFile(tmp_path / "slow.mark", required=True)
    mark.begin()
    write, held_up = os.pwrite, [3.0]

    def late(descriptor: int, line: bytes, offset: int) -> int:
        if held_up:
            time.sleep(held_up.pop())
        return write(descriptor, line, offset)

    monkeypatch.setattr(os, "pwrite", late)
    mark.note(7)
    assert not held_up
    assert mark.read() == 7
