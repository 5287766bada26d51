"""Every test in this folder breaks something; the houses it breaks are made here."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from agent.clock import system_clock
from agent.mail.reader import Reader
from tests.faults.houses import Served, connect
from tests.house import TestHouse, build_test_house
from tests.servers.dovecot import DovecotServer
from tests.servers.smtp_sink import PASSWORD, SmtpSink

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.faults)


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    """The real child process that reads mails."""
    with Reader() as reading:
        yield reading


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Things fail here on purpose, by the hundred: their pretty traces would take longer than the tests."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(**before)


@pytest.fixture
def home(tmp_path: Path, reader: Reader) -> TestHouse:
    """Real store, rules and reading child; mailbox and outgoing server in memory."""
    built = build_test_house(tmp_path)
    built.house = replace(built.house, mail_reader=reader)
    return built


@pytest.fixture
def served(home: TestHouse, dovecot: DovecotServer, smtp_sink: SmtpSink) -> Served:
    account = dovecot.new_account()
    assert account.password == PASSWORD, "one password serves both sides of the mailbox"
    connect(home, imap_url=dovecot.imap_url(account), smtp_url=smtp_sink.url(), password=PASSWORD)
    home.clock.now = system_clock()
    return Served(home, dovecot, account, smtp_sink)
