"""Erased means erased: no byte of the database's files tells of the customer, however long somebody else reads."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from agent.desk.customers.forgetting_traces import finish_erasure, forget_traces
from agent.desk.customers.rights import Receipt, erase_customer
from agent.store import session as store_session
from agent.store.tables import UnfinishedErasureRow
from agent.worker.schedule import duties
from tests.house import TestHouse
from tests.unit.desk.conftest import letter

TOKEN = "zebra4711"
ADDRESS = f"{TOKEN}@customer.example"


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_session, "_PAUSES", (0.0, 0.0))
    monkeypatch.setattr(store_session, "_WRITERS_WAIT_MS", 20)


@pytest.fixture
def wrote(home: TestHouse, receive: Callable[..., None]) -> TestHouse:
    """A customer has written, and SQLite has brought it from its log into the file."""
    receive(letter(f"The app crashes, says {TOKEN}.", sender=f"{TOKEN} <{ADDRESS}>"))
    assert home.store.forget_deleted()
    assert traces(home)
    return home


def files(home: TestHouse) -> list[Path]:
    database = home.store.engine.url.database
    return [path for end in ("", "-wal") if (path := Path(f"{database}{end}")).exists()]


def traces(home: TestHouse) -> list[str]:
    return [path.name for path in files(home) if TOKEN.encode() in path.read_bytes()]


@contextmanager
def somebody_reads(home: TestHouse) -> Iterator[None]:
    """A transaction of another program that began before the erasure, such as a backup or a report."""
    with closing(sqlite3.connect(str(home.store.engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM messages").fetchall()
        yield
        other.execute("ROLLBACK")


def erase(home: TestHouse) -> Receipt:
    with home.store.writing() as unit:
        return erase_customer(unit, home.house, ADDRESS, actor="x")


def unfinished(home: TestHouse) -> int:
    with home.store.reading() as session:
        return session.query(UnfinishedErasureRow).count()


def test_nothing_is_left_and_the_receipt_says_no_more_than_that(wrote: TestHouse) -> None:
    receipt = erase(wrote)
    assert finish_erasure(wrote.house, receipt) == receipt
    assert traces(wrote) == []
    assert unfinished(wrote) == 0


def test_while_somebody_reads_the_receipt_says_so_and_the_scheduler_ends_it_later(wrote: TestHouse) -> None:
    with somebody_reads(wrote):
        receipt = finish_erasure(wrote.house, erase(wrote))
        assert traces(wrote), "or the receipt would be wrong"
        assert receipt.remains[0].startswith("Old pages of the database's files")
        assert not forget_traces(wrote.house)
        assert unfinished(wrote) == 1
    assert forget_traces(wrote.house)
    assert traces(wrote) == []
    assert unfinished(wrote) == 0


def test_an_erasure_whose_process_died_is_ended_by_the_scheduler(wrote: TestHouse) -> None:
    erase(wrote)
    assert traces(wrote)
    [duty] = [one for one in duties() if one.do is forget_traces]
    duty.do(wrote.house)
    assert traces(wrote) == []


def test_others_write_on_while_somebody_reads(wrote: TestHouse) -> None:
    with somebody_reads(wrote):
        finish_erasure(wrote.house, erase(wrote))
        erased_at = wrote.clock()
        with wrote.store.writing() as unit:
            unit.session.add(UnfinishedErasureRow(erased_at=erased_at))
    assert unfinished(wrote) == 2
