"""Mailboxes: added, changed, paused, removed; their passwords are never stored in the clear."""

from collections.abc import Callable

import pytest

from agent.desk.settings.polled_mailboxes import (
    NewMailbox,
    add_mailbox,
    find_mailbox,
    is_removed,
    list_mailboxes,
    mailbox_row,
    pause_mailbox,
    remove_mailbox,
)
from agent.errors import Conflict, NotFound, WrongUse
from agent.store.sealed import unseal
from agent.store.tables import MailboxRow
from tests.house import SUPPORT, TestHouse

KEY = b"secret key"
SALES = "sales@nordlys.example"


def wanted(home: TestHouse, password: str = "hunter2", **changes: str) -> MailboxRow:
    new = NewMailbox(SALES, "imaps://sales@mail.example:993", "smtps://sales@mail.example:465")
    values = {name: getattr(new, name) for name in ("address", "imap_url", "smtp_url", "folder", "language")}
    return mailbox_row(NewMailbox(**{**values, **changes}), password, secret_key=KEY, now=home.clock())


def add(home: TestHouse, row: MailboxRow, *, replace: bool = False) -> MailboxRow:
    with home.store.writing() as unit:
        return add_mailbox(unit, row, replace=replace, now=home.clock())


def stored(home: TestHouse, address: str = SALES) -> MailboxRow | None:
    with home.store.reading() as session:
        return find_mailbox(session, address)


def test_the_password_is_stored_sealed(home: TestHouse) -> None:
    row = add(home, wanted(home))
    assert "hunter2" not in row.password_encrypted
    assert unseal(KEY, row.password_encrypted) == "hunter2"


@pytest.mark.parametrize("changes", [{"address": "sales"}, {"language": "fi"}, {"password": ""}])
def test_what_cannot_be_meant_is_refused(home: TestHouse, changes: dict[str, str]) -> None:
    with pytest.raises(WrongUse):
        wanted(home, **changes)


def test_the_same_address_twice_needs_replace(home: TestHouse) -> None:
    first = add(home, wanted(home))
    with pytest.raises(Conflict) as refused:
        add(home, wanted(home, "another"))
    assert "--replace" in refused.value.remedy
    second = add(home, wanted(home, "another"), replace=True)
    assert second.id == first.id
    assert unseal(KEY, second.password_encrypted) == "another"


def test_a_new_password_keeps_the_place_and_another_folder_starts_over(home: TestHouse) -> None:
    add(home, wanted(home))
    with home.store.writing() as unit:
        row = find_mailbox(unit.session, SALES)
        assert row
        row.uidvalidity, row.last_uid = 7, 42
    assert add(home, wanted(home, "another"), replace=True).last_uid == 42
    assert add(home, wanted(home, folder="Kunder"), replace=True).last_uid == 0


def test_an_unused_mailbox_is_removed_for_good(home: TestHouse) -> None:
    add(home, wanted(home))
    with home.store.writing() as unit:
        assert remove_mailbox(unit, SALES, now=home.clock())
    assert stored(home) is None


def test_one_with_cases_keeps_them_and_forgets_its_password(
    home: TestHouse, receive: Callable[..., None]
) -> None:
    receive()
    with home.store.writing() as unit:
        assert not remove_mailbox(unit, SUPPORT, now=home.clock())
    row = stored(home, SUPPORT)
    assert row
    assert is_removed(row)
    assert row.paused
    with pytest.raises(Conflict), home.store.writing() as unit:
        pause_mailbox(unit, SUPPORT, paused=False, now=home.clock())
    back = add(home, wanted(home, address=SUPPORT))
    assert (back.id, back.paused) == (row.id, False)


def test_pausing_and_resuming(home: TestHouse) -> None:
    add(home, wanted(home))
    for paused in (True, False):
        with home.store.writing() as unit:
            assert pause_mailbox(unit, SALES.upper(), paused=paused, now=home.clock()).paused is paused


def test_a_mailbox_that_is_not_there_is_said(home: TestHouse) -> None:
    with pytest.raises(NotFound), home.store.writing() as unit:
        remove_mailbox(unit, SALES, now=home.clock())


def test_all_are_listed(home: TestHouse) -> None:
    add(home, wanted(home))
    with home.store.reading() as session:
        assert [row.address for row in list_mailboxes(session)] == [SALES, SUPPORT]
