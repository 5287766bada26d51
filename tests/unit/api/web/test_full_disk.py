"""The desk on a full disk: people read on, and hear why nothing comes in."""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy.exc import OperationalError

from agent.desk.full_disk import disk_is_full
from agent.store import session as store_session
from agent.store.session import Store
from tests.unit.api.conftest import WebDesk

FULL = "The disk is full: mail can neither be kept nor worked on."


def no_room(_store: Store) -> AbstractContextManager[None]:
    raise OperationalError("COMMIT", {}, sqlite3.OperationalError("database or disk is full"))


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Takes the last room: nothing can be written any more."""

    def fill() -> None:
        monkeypatch.setattr(store_session, "FEW_ROWS_BYTES", 10**18)
        monkeypatch.setattr(Store, "writing", no_room)

    return fill


def test_the_desk_says_so_where_not_even_the_notice_can_be_stored(
    signed_in: WebDesk, full: Callable[[], None]
) -> None:
    assert FULL not in signed_in.get("/").text
    full()
    disk_is_full(signed_in.house.house)
    assert FULL in signed_in.get("/views/approval").text


def test_who_reads_for_hours_is_not_turned_away(signed_in: WebDesk, full: Callable[[], None]) -> None:
    signed_in.house.clock.advance(hours=1)
    full()
    assert signed_in.get("/views/approval").status_code == 200


def test_what_is_typed_is_refused_in_words(signed_in: WebDesk, full: Callable[[], None]) -> None:
    signed_in.post("/preferences", {"language": "en"})  # the page was open before
    full()
    answer = signed_in.post("/preferences", {"language": "da"})
    assert answer.status_code == 503
    assert "The disk is full: nothing can be saved." in answer.text


def test_with_room_the_stored_notice_stands_alone(signed_in: WebDesk) -> None:
    disk_is_full(signed_in.house.house)
    assert signed_in.get("/views/approval").text.count(FULL) == 1
