"""Houses to break: in memory with a clock in our hands, or on real mail servers; and processes that may die."""

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from imapclient import IMAPClient  # type: ignore[import-untyped]

from agent.desk.house import House
from agent.desk.replies.approval import approve
from agent.desk.replies.settling import unsettled
from agent.desk.steps.intake import check_once
from agent.desk.steps.sweeping import sweep
from agent.failpoint import fail_points
from agent.mail.reader import Reader
from agent.store.sealed import seal
from agent.store.session import Store, open_store
from agent.store.tables import CaseRow, DraftRow, MailboxRow, OutboxRow, PersonRow
from agent.wiring import open_inbox, open_sender
from tests.house import TestHouse, without_fsync
from tests.servers.dovecot import DovecotServer, MailAccount
from tests.servers.process import HOST
from tests.servers.smtp_sink import SmtpSink

DRAFTED = {"ready", "unsettled", "unanswerable"}
"""The draft states in which a person can decide."""


@dataclass(slots=True)
class Served:
    """A house whose mail comes from a real Dovecot and goes to the SMTP sink; its clock stands unless moved."""

    home: TestHouse
    dovecot: DovecotServer
    account: MailAccount
    sink: SmtpSink

    @property
    def house(self) -> House:
        return self.home.house

    def arrive(self, *raws: bytes, folder: str = "INBOX") -> None:
        """Put mails into the mailbox, as another program would."""
        with self.client() as client:
            for raw in raws:
                client.append(folder, raw)

    def client(self) -> IMAPClient:
        """Another mail program on the same account, signed in."""
        client = IMAPClient(HOST, self.dovecot.imap_port, ssl=False, timeout=10)
        client.login(self.account.email, self.account.password)
        return client

    def fetch(self) -> int:
        return check_once(self.house, self.home.mailbox_id)

    def handed_over(self) -> list[bytes]:
        return [mail.raw for mail in self.sink.mails]

    def dies(self, job: Callable[[House], object], fail_point: str) -> None:
        """Do `job` in a process of its own, which must die at `fail_point` by SIGKILL."""
        ended = in_own_process(lambda: job(of_this_process(self.house, fail_point)))
        assert ended == -signal.SIGKILL, f"{fail_point} was never passed (exit {ended})"


def connect(home: TestHouse, *, imap_url: str, smtp_url: str, password: str) -> None:
    """Let the house's mailbox be one on real servers."""
    key = home.house.secret_key
    with home.store.writing() as unit:
        row = unit.session.get_one(MailboxRow, home.mailbox_id)
        row.imap_url, row.smtp_url, row.password_encrypted = imap_url, smtp_url, seal(key, password)
    home.house = replace(
        home.house,
        inbox_of=lambda mailbox: open_inbox(mailbox, key),
        sender_of=lambda mailbox: open_sender(mailbox, key),
    )


def in_own_process(job: Callable[[], object], *, seconds: float = 30) -> int:
    """Fork, do `job`, end; the exit code, or the negative number of the signal that ended it."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            job()
            code = 0
        finally:
            os._exit(code)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    raise AssertionError(f"the process did not end within {seconds} s")


def of_this_process(house: House, fail_point: str = "") -> House:
    """The same house after a fork: connections and children of the parent are not ours to use."""
    return replace(
        house, store=_reopened(house.store), mail_reader=Reader(), fail_point=fail_points(fail_point)
    )


def _reopened(store: Store) -> Store:
    again = open_store(store.engine.url.render_as_string(hide_password=False))
    if again.engine.dialect.name == "sqlite":
        without_fsync(again)
    return again


def rounds(home: TestHouse, count: int = 3, **apart: float) -> None:
    """Let time pass: `count` sweeps, `apart` (30 seconds) from each other, each with all the work it finds."""
    for _ in range(count):
        home.clock.advance(**(apart or {"seconds": 30}))
        sweep(home.house)
        home.work(2_000)


def approve_newest(home: TestHouse, case_id: int | None = None, person: PersonRow | None = None) -> OutboxRow:
    """`person` (or the house's first) approves the newest draft, of that case or of all, and vouches for what
    has no source."""
    with home.store.writing() as unit:
        drafts = unit.session.query(DraftRow).order_by(DraftRow.id.desc())
        draft = (drafts.filter_by(case_id=case_id) if case_id else drafts).first()
        assert draft is not None, "there is no draft to approve"
        return approve(
            unit,
            home.house,
            case_id=draft.case_id,
            draft_id=draft.id,
            content_hash=draft.content_hash,
            person=person or home.person,
            vouched=unsettled(draft),
        )


def cases(home: TestHouse) -> list[CaseRow]:
    with home.store.reading() as session:
        return session.query(CaseRow).order_by(CaseRow.id).all()


def letters_out(home: TestHouse, kind: str = "reply") -> list[OutboxRow]:
    with home.store.reading() as session:
        return session.query(OutboxRow).filter_by(kind=kind).order_by(OutboxRow.id).all()


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What `acts` gave or raised in threads that began together, one each; in the order in which they ended."""
    barrier, outcomes = threading.Barrier(len(acts)), list[object]()

    def run(act: Callable[[], object]) -> None:
        barrier.wait(20)
        try:
            outcomes.append(act())
        except Exception as error:
            outcomes.append(error)

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes
