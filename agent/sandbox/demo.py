"""`make demo`: the product at work on this machine, with a mail server of its own and a company that does not exist.

Everything is real but the world outside: mails are delivered over SMTP, fetched over IMAP, answered by approval, and
the answers arrive in the mailbox `outside`, which stands for all customers. Nothing leaves the machine.
"""

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from agent.clock import system_clock
from agent.desk.customers import import_customers
from agent.desk.indexing import pending_documents
from agent.desk.mailboxes import NewMailbox, add_mailbox, mailbox_row
from agent.desk.people import add_person
from agent.desk.remembering import add_documents, hide_people
from agent.errors import OutsideUnavailable
from agent.sandbox import sample
from agent.sandbox.deliver import deliver, mails_in
from agent.sandbox.receiving import OUTSIDE
from agent.settings import Settings
from agent.store.session import Store
from agent.store.tables import CaseRow, MessageRow
from agent.wiring import build_house, open_database
from agent.worker.leash import HOLDER, on_leash
from agent.worker.supervision import ensure_port_is_free, free_port, is_ready
from knowledge.search import Document
from knowledge.sources import read_articles, read_cases

PERSON = "ida@fjordtal.example"
READY_WITHIN_S = 60.0
LEARNT_WITHIN_S = 180.0
DRAFTS_WITHIN_S = 180.0
_NOTE = "demo.json"
_LOOK = "The reason is in demo.log in the data folder of the demonstration."

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Demo:
    """Where this demonstration lives, and the passwords made for it on its first start."""

    home: Path
    desk_password: str
    mail_password: str
    imap_port: int
    smtp_port: int

    @property
    def outside_url(self) -> str:
        return f"imap://{OUTSIDE}@127.0.0.1:{self.imap_port}"


def run_demo(settings: Settings, *, say: Say) -> int:
    """Run until Ctrl-C; the exit code. Raises `OutsideUnavailable` when it does not come up."""
    ensure_port_is_free(settings)
    demo = _open(settings.home)
    with ExitStack() as stack:
        stack.enter_context(_mail_server(demo))
        store = open_database(settings)
        stack.callback(store.close)
        fresh = _prepare(settings, store, demo, say)
        desk = stack.enter_context(_desk(settings))
        _wait(lambda: is_ready(settings) or desk.poll() is not None, READY_WITHIN_S, "the desk to answer")
        if desk.poll() is not None:
            raise OutsideUnavailable("The desk did not start.", remedy=_LOOK)
        _introduce(settings, demo, say)
        if fresh:
            _bring_mail(store, demo, say)
        say("Ctrl-C stops everything.")
        try:
            return desk.wait()
        except KeyboardInterrupt:
            say("Stopping …")
    return 0


def answers(home: Path) -> list[bytes]:
    """What has arrived at the customers so far. Raises `OutsideUnavailable` when no demonstration is running."""
    if not (home / _NOTE).exists():
        raise OutsideUnavailable("No demonstration has been started here.", remedy="Run `make demo`.")
    demo = _read_note(home)
    return mails_in(demo.outside_url, demo.mail_password)


def _open(home: Path) -> Demo:
    """The demonstration of this folder, with new ports; its passwords stay from one start to the next."""
    home.mkdir(parents=True, exist_ok=True)
    known = _read_note(home) if (home / _NOTE).exists() else None
    demo = Demo(
        home,
        desk_password=known.desk_password if known else f"fjord-{secrets.token_hex(4)}",
        mail_password=known.mail_password if known else secrets.token_urlsafe(12),
        imap_port=free_port(),
        smtp_port=free_port(),
    )
    note = {
        name: getattr(demo, name) for name in ("desk_password", "mail_password", "imap_port", "smtp_port")
    }
    path = home / _NOTE
    path.touch(mode=0o600)
    path.write_text(json.dumps(note), encoding="utf-8")
    return demo


def _read_note(home: Path) -> Demo:
    return Demo(home, **json.loads((home / _NOTE).read_text(encoding="utf-8")))


@contextmanager
def _mail_server(demo: Demo) -> Iterator[None]:
    users = demo.home / "sandbox-users"
    users.touch(mode=0o600)
    users.write_text(
        f"{sample.SUPPORT}:{demo.mail_password}\n{OUTSIDE}:{demo.mail_password}\n", encoding="utf-8"
    )
    ports = ["--imap-port", str(demo.imap_port), "--smtp-port", str(demo.smtp_port)]
    command = [sys.executable, "-m", "agent.sandbox.server", *ports, "--users-file", str(users)]
    with _child(command, demo.home / "sandbox.pid", dict(os.environ), demo.home / "sandbox.log"):
        yield


@contextmanager
def _desk(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """`genklang up`, as anybody would start it."""
    environment = os.environ | {
        "GENKLANG_HOME": str(settings.home),
        "GENKLANG_WEB_PORT": str(settings.web_port),
        "GENKLANG_LOG_LEVEL": "warning",
    }
    command = [sys.executable, "-m", "agent.cli.main", "up"]
    with _child(command, settings.home / "up.pid", environment, settings.home / "demo.log") as child:
        yield child


@contextmanager
def _child(
    command: list[str], pid_file: Path, environment: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that ends with the block, and cannot outlive this one."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            on_leash(command, pid_file),
            env=environment | {HOLDER: str(os.getpid())},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C reaches us alone, and we end the others in order
        )
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(40)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _prepare(settings: Settings, store: Store, demo: Demo, say: Say) -> bool:
    """Company, people, customers and knowledge on the first start; true when the mails are still to come."""
    now = system_clock()
    url = "{}://" + sample.SUPPORT + "@127.0.0.1:{}"
    wanted = NewMailbox(
        sample.SUPPORT, url.format("imap", demo.imap_port), url.format("smtp", demo.smtp_port)
    )
    row = mailbox_row(wanted, demo.mail_password, secret_key=settings.secret_key.encode(), now=now)
    with store.reading() as session:
        known = session.scalar(select(func.count()).select_from(MessageRow)) or 0
    if not (settings.home / "company.toml").exists():
        say("Preparing the sample company …")
        documents = _sample_documents(settings)
        with store.writing() as unit:
            add_person(unit, email=PERSON, role="lead", password=demo.desk_password, name="Ida Kjær", now=now)
            customers = sample.customers_file().read_text(encoding="utf-8").splitlines(keepends=True)
            import_customers(unit, customers, now)
            add_documents(unit, documents, now, origin="sample")
        shutil.copyfile(sample.company_file(), settings.home / "company.toml")
    with store.writing() as unit:
        add_mailbox(unit, row, replace=True, now=now)
    return known == 0


def _sample_documents(settings: Settings) -> list[Document]:
    articles = [
        one for one in read_articles(sample.knowledge_file(), lambda _: "en") if isinstance(one, Document)
    ]
    cases = [one for one in read_cases(sample.cases_file(), lambda _: "en") if isinstance(one, Document)]
    redactor = build_house(settings, index="").understanding.redactor
    return [*articles, *(hide_people(redactor, case) for case in cases)]


def _introduce(settings: Settings, demo: Demo, say: Say) -> None:
    say("")
    say(f"  The desk      {settings.desk_url}")
    say(f"  Sign in       {PERSON}")
    say(f"  Password      {demo.desk_password}")
    say("  Answers       .venv/bin/genklang demo mail   shows what arrived at the customers")
    say("")


def _bring_mail(store: Store, demo: Demo, say: Say) -> None:
    say("Learning the company's articles and solved cases …")
    _wait(lambda: _indexed(store), LEARNT_WITHIN_S, "the search index")
    mails = sample.morning()
    say(f"Monday morning: {len(mails)} mails come in.")
    for _ in deliver(mails, to=sample.SUPPORT, smtp_port=demo.smtp_port):
        pass
    begun, last = time.monotonic(), -1

    def settled() -> bool:
        nonlocal last
        with store.reading() as session:
            busy = (
                session.scalar(select(func.count()).select_from(MessageRow).where(MessageRow.step != "")) or 0
            )
            cases = session.scalar(select(func.count()).select_from(CaseRow)) or 0
        if cases - busy != last:
            last = cases - busy
            print(
                f"\r  {max(0, last)} of {len(mails)} read, sorted and answered with a draft …",
                end="",
                flush=True,
            )
        return cases >= len(mails) and busy == 0

    _wait(settled, DRAFTS_WITHIN_S, "all drafts", fatal=False)
    print()
    say(f"Ready after {time.monotonic() - begun:.0f} s. Approve a draft, and it really goes out.")


def _indexed(store: Store) -> bool:
    with store.reading() as session:
        return pending_documents(session) == 0


def _wait(met: Callable[[], bool], seconds: float, what: str, *, fatal: bool = True) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if met():
            return
        time.sleep(0.2)
    if fatal:
        raise OutsideUnavailable(
            f"Waited {seconds:.0f} s for {what}.",
            remedy=_LOOK,
        )
