"""The connection test of the settings, against a real Dovecot: what works, and each way in which it does not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.desk.settings.mailboxes import try_servers
from agent.desk.settings.polled_mailboxes import NewMailbox, mailbox_row
from agent.store.tables import MailboxRow
from agent.wiring import open_inbox, open_sender
from tests.house import build_test_house
from tests.servers.dovecot import DovecotServer, dovecot
from tests.servers.process import free_port

KEY = b"a key of the test"


@pytest.fixture(scope="module")
def server() -> Iterator[DovecotServer]:
    with dovecot() as running:
        yield running


def outcomes(
    tmp_path: Path, server: DovecotServer, *, password: str, folder: str = "INBOX"
) -> dict[str, str]:
    """What each protocol's sign-in ended with: the error's code, or nothing."""
    account = server.new_account()
    wanted = NewMailbox(
        account.email,
        server.imap_url(account),
        f"smtp://{account.email}@127.0.0.1:{free_port()}",  # nobody listens there
        folder=folder,
    )
    row: MailboxRow = mailbox_row(wanted, password, secret_key=KEY, now=datetime.now(UTC))
    house = replace(
        build_test_house(tmp_path).house,
        inbox_of=lambda mailbox: open_inbox(mailbox, KEY),
        sender_of=lambda mailbox: open_sender(mailbox, KEY),
    )
    return {one.protocol: one.error.code if one.error else "" for one in try_servers(house, row)}


def test_a_right_password_signs_in_and_a_dead_port_is_told_beside_it(
    tmp_path: Path, server: DovecotServer
) -> None:
    found = outcomes(tmp_path, server, password=server.outside.password)
    assert found == {"imap": "", "smtp": "mail.connection_refused"}


def test_a_wrong_password_is_told(tmp_path: Path, server: DovecotServer) -> None:
    assert outcomes(tmp_path, server, password="not this one")["imap"] == "mail.login_refused"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, server: DovecotServer) -> None:
    found = outcomes(tmp_path, server, password=server.outside.password, folder="Ablage")
    assert found["imap"] == "mail.folder_missing"
