"""Whole installations to break: `genklang up` with a mailbox on Dovecot and the SMTP sink behind it."""

import smtplib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import func, select

from agent.store.session import Store, open_store
from agent.store.tables import MailboxRow, MessageRow, OutboxRow, RawMailRow
from tests.faults.houses import DRAFTED
from tests.faults.letters import letter, token_of
from tests.installation import Installation, installation
from tests.servers.dovecot import DovecotServer, MailAccount
from tests.servers.process import HOST
from tests.servers.smtp_sink import PASSWORD, SmtpSink


@dataclass(slots=True)
class Running:
    """A started installation and the mailbox it reads. `written` holds the numbers of all letters so far."""

    made: Installation
    dovecot: DovecotServer
    account: MailAccount
    sink: SmtpSink
    written: list[int | str] = field(default_factory=list)

    def write(self, number: int | str) -> None:
        """A customer's letter arrives, handed in as another mail server would."""
        raw = letter(number, to=self.account.email, sender=f"c <{token_of(number)}@customer.example>",
                     message_id=f"<{token_of(number)}@customer.example>")  # fmt: skip
        with smtplib.LMTP(HOST, self.dovecot.lmtp_port) as connection:
            connection.sendmail("customers@elsewhere.test", [self.account.email], raw)
        self.written.append(number)

    def drafted(self, number: int | str, seconds: float) -> Any:
        """The case of that letter, in full, once it has a draft."""
        sender = f"{token_of(number)}@customer.example"

        def found() -> Any:
            cases = self.made.api("GET", f"/cases?customer_email={sender}")["items"]
            return next((case for case in cases if case["draft_state"] in DRAFTED), None)

        case = self.made.wait_until(found, seconds, f"a draft for letter {number}")
        return self.made.api("GET", f"/cases/{case['id']}")

    def stored(self, number: int | str) -> bool:
        """Whether the letter's bytes are in the database."""
        with self._store().reading() as session:
            # not LIKE: Debian's SQLite never matches bytes with it
            wanted = func.instr(RawMailRow.content, token_of(number).encode()) > 0
            return session.scalar(select(RawMailRow.id).where(wanted)) is not None

    def letters_to(self, number: int | str) -> list[str]:
        """The states of what was written to the customer of that letter."""
        address = f"{token_of(number)}@customer.example"
        with self._store().reading() as session:
            rows = session.scalars(select(OutboxRow).order_by(OutboxRow.id))
            return [row.state for row in rows if address in row.recipients]

    def process(self, name: str) -> psutil.Process:
        """The process of the tree whose command line has `name` as a word or the end of a path."""
        for process in self.made.processes():
            if any(word == name or word.endswith(f"/{name}") for word in process.cmdline()[:3]):
                return process
        raise AssertionError(f"{name} is not running")

    def let_time_pass(self, *, minutes: float) -> None:
        time_passes(self._store(), minutes=minutes)

    def _store(self) -> Store:
        return open_store(f"sqlite:///{self.made.home / 'genklang.db'}")


@contextmanager
def running_installation(
    folder: Path,
    settings: Mapping[str, str],
    dovecot: DovecotServer,
    sink: SmtpSink,
    articles: Sequence[Path] = (),
) -> Iterator[Running]:
    """Set up with the commands of the README and started; signed in. Answers leave without undo seconds."""
    account = dovecot.new_account()
    assert account.password == PASSWORD, "one password serves both sides of the mailbox"
    sink.reset()
    with installation(folder, {"GENKLANG_UNDO_SECONDS": "0", **settings}) as made:
        made.add_person()
        made.add_mailbox(account.email, dovecot.imap_url(account), sink.url(), PASSWORD)
        if articles:
            made.run("knowledge", "add", *map(str, articles))
        made.start(ready_within=120)
        made.sign_in()
        yield Running(made, dovecot, account, sink)
        made.kill()


def time_passes(store: Store, *, minutes: float) -> None:
    """Make every lease, wait and ring that much older. While no process runs, this is what waiting would do."""
    by = timedelta(minutes=minutes)
    with store.writing() as unit:
        for row in unit.session.scalars(select(MessageRow).where(MessageRow.step != "")):
            _age(row, by, "lease_until", "not_before", "rung_at")
        for letter in unit.session.scalars(select(OutboxRow).where(OutboxRow.state != "sent")):
            _age(letter, by, "lease_until", "send_after", "rung_at", "handed_over_at")
        for mailbox in unit.session.scalars(select(MailboxRow)):
            _age(mailbox, by, "lease_until")


def _age(row: object, by: timedelta, *names: str) -> None:
    for name in names:
        instant = getattr(row, name)
        if instant is not None:
            setattr(row, name, instant - by)
