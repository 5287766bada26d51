"""What `genklang doctor` looks at, one function a part. Each says how it is, and what to do where it is not well."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from agent.errors import GenklangError

if TYPE_CHECKING:
    from agent.company import Company
    from agent.settings import Settings
    from agent.store.session import Store
    from agent.store.tables import MailboxRow

_LOW_DISK_BYTES = 1_000_000_000
_NO_DISK_BYTES = 100_000_000


class State(StrEnum):
    FINE = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """How one part is: `text` in a sentence, `remedy` in another where there is something to do."""

    part: str
    state: State
    text: str
    remedy: str = ""


def attempt(part: str, look: Callable[[], str]) -> Finding:
    """What `look` says when it is fine, or the error it raised."""
    try:
        return Finding(part, State.FINE, look())
    except GenklangError as error:
        return Finding(part, State.PROBLEM, error.message, error.remedy)
    except Exception as error:  # the doctor outlives every illness
        return Finding(part, State.PROBLEM, f"It failed in an unforeseen way ({type(error).__name__}).")


def disk(home: Path) -> Finding:
    free = shutil.disk_usage(home).free
    text = f"{free / 1e9:.1f} GB free in {home.resolve()}."
    if free < _LOW_DISK_BYTES:
        state = State.PROBLEM if free < _NO_DISK_BYTES else State.WARNING
        return Finding("disk", state, text, "Make room, or move GENKLANG_HOME to a larger disk.")
    return Finding("disk", State.FINE, text)


def company(settings: "Settings") -> Finding:
    from agent.company import load_company

    file = settings.home / "company.toml"
    finding = attempt("company", lambda: f"{load_company(file).name} ({file}).")
    if finding.state is State.FINE and not file.exists():
        text = "There is no company.toml: the shipped defaults are used."
        return Finding("company", State.WARNING, text, f"Write the company's name and hours into {file}.")
    return finding


def database(store: "Store") -> Finding:
    from sqlalchemy.exc import SQLAlchemyError

    from agent.errors import OutsideUnavailable
    from agent.store.migrate import is_current

    def look() -> str:
        try:
            current = is_current(store)
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", error)).partition("\n")[0]
            raise OutsideUnavailable(
                f"The database does not answer: {reason}.",
                remedy="Check GENKLANG_DATABASE_URL and that the server runs.",
            ) from error
        if not current:
            raise OutsideUnavailable(
                "Its tables are older than this version.",
                remedy="Start `genklang up`; it brings them up to date.",
            )
        return f"It answers and is up to date ({store.engine.dialect.name})."

    return attempt("database", look)


def broker(settings: "Settings") -> Finding:
    from agent.worker.readiness import broker_probe

    def look() -> str:
        broker_probe(settings)()
        return "A folder of this machine." if settings.runs_embedded_broker else "It answers."

    return attempt("broker", look)


def index(settings: "Settings", store: "Store | None") -> Finding:
    from agent.wiring import index_url, shared_index
    from agent.worker.readiness import index_probe

    if not index_url(settings):
        return Finding(
            "index", State.FINE, "It is started together with `genklang up`, which is not running."
        )

    def look() -> str:
        index_probe(settings)()
        found = shared_index(settings)
        return f"It answers and holds {found.count() if found else 0} documents{_waiting(store)}."

    return attempt("index", look)


def _waiting(store: "Store | None") -> str:
    from agent.desk.steps.indexing import pending_documents

    if store is None:
        return ""
    with store.reading() as session:
        waiting = pending_documents(session)
    return f"; {waiting} more wait to be indexed" if waiting else ""


def model(settings: "Settings", store: "Store | None" = None) -> Finding:
    """The engine that holds now: as chosen at the desk (in `store`) or in company.toml, else as in the environment."""
    from agent.desk.settings.rules import engine_of
    from agent.understanding import open_catalogue, open_model

    try:
        company, at_desk = _company_now(settings, store)
        engine = engine_of(company, model=settings.llm_model)
    except GenklangError as error:
        return Finding("model", State.PROBLEM, error.message, error.remedy)
    if not engine.model:
        reason = f"{engine.named} is set but not used" if engine.named else "no language model is named"
        return Finding("model", State.FINE, f"The local engine reads and writes, nothing leaves: {reason}.")
    chosen = "settings at the desk" if at_desk else "company.toml or GENKLANG_LLM_MODEL"

    def look() -> str:
        probe = open_model(settings, open_catalogue(settings), engine.model).probe()
        if not probe.offers_ours:
            raise GenklangError(probe.sentence, remedy=f"Choose one that it lists ({chosen}).")
        return f"{probe.sentence} It was chosen in the {chosen}." if at_desk else probe.sentence

    return attempt("model", look)


def _company_now(settings: "Settings", store: "Store | None") -> "tuple[Company, bool]":
    """The company as it holds now, and whether its engine was chosen at the desk."""
    from agent.company import load_company
    from agent.desk.settings.live import changed_company

    filed = load_company(settings.home / "company.toml")
    if store is None:
        return filed, False
    with store.reading() as session:
        now = changed_company(session, filed)
    return now, now.overrides.get("engine") != filed.overrides.get("engine")


def mailbox(row: "MailboxRow", secret_key: bytes) -> Iterator[Finding]:
    """Reading and sending of one mailbox, tried for real; nothing is fetched or sent."""
    from agent.desk.settings.polled_mailboxes import is_removed
    from agent.mail.imap import ImapInbox
    from agent.wiring import open_inbox, open_sender

    if is_removed(row):
        return
    if row.paused:
        yield Finding(
            f"mailbox {row.address}",
            State.WARNING,
            "It is paused.",
            f"Read it again with `genklang mailbox pause {row.address} --resume`.",
        )

    def read() -> str:
        with open_inbox(row, secret_key) as inbox:
            inbox.select()
            idles = isinstance(inbox, ImapInbox) and inbox.supports_idle()
        news = "new mail is pushed (IDLE)" if idles else "no IDLE: it is asked every few seconds"
        return f"Signed in to {row.imap_url}; folder {row.folder} opened; {news}."

    def send() -> str:
        open_sender(row, secret_key).check()
        return f"Signed in to {row.smtp_url}."

    yield attempt(f"mailbox {row.address} (IMAP)", read)
    yield attempt(f"mailbox {row.address} (SMTP)", send)


def channels(settings: "Settings") -> Iterator[Finding]:
    """Whether each chat channel's address is one that can be used; nothing is sent."""
    from agent.chat.by_apprise import is_usable
    from agent.settings import channels_of

    for name, url in channels_of(settings.notice_urls).items():
        part = f"chat {name}"
        if is_usable(url):
            yield Finding(
                part, State.FINE, "Its address is well-formed. Try it with `genklang notices test`."
            )
        else:
            text = "Its address in GENKLANG_NOTICE_URLS is not one that Apprise knows."
            yield Finding(
                part, State.PROBLEM, text, "Compare it with https://github.com/caronc/apprise/wiki."
            )


def customer_channels(settings: "Settings") -> Iterator[Finding]:
    """Whether each way to write to customers beside e-mail is one that can be used; nothing is sent."""
    from agent.chat.customers_by_apprise import is_usable

    for channel, url in settings.customer_urls.items():
        part = f"{channel} to customers"
        if is_usable(url):
            yield Finding(part, State.FINE, "Its address is well-formed.")
        else:
            yield Finding(
                part,
                State.PROBLEM,
                "Its address in the settings is not one that Apprise knows.",
                "Compare it with https://github.com/caronc/apprise/wiki.",
            )


def surveys_address(settings: "Settings") -> Finding:
    """Whether customers can open what the links in our mails lead to."""
    from agent.desk.feedback.surveys.links import reach

    where = {"machine": "this machine alone", "network": "your own network alone"}
    found = reach(settings.surveys_url or settings.desk_url)
    if found == "all":
        return Finding("surveys", State.FINE, "Their links begin with an address that customers can open.")
    return Finding(
        "surveys",
        State.WARNING,
        f"Their links work on {where.get(found, 'no machine')}: customers cannot open them.",
        "Set GENKLANG_SURVEYS_URL, or GENKLANG_PUBLIC_URL, to an address that customers can reach.",
    )


def processes(store: "Store", now: datetime) -> Finding:
    """Whether poller, worker and scheduler were heard of lately."""
    from agent.desk.heartbeat import SILENT_AFTER, silent_since

    with store.reading() as session:
        silent = silent_since(session, now)
    if not silent:
        return Finding("processes", State.FINE, "Poller, worker and scheduler are alive.")
    told = ", ".join(f"{name} ({_ago(at, now)})" for name, at in silent.items())
    return Finding(
        "processes",
        State.WARNING,
        f"Not heard of for {SILENT_AFTER.seconds // 60} minutes: {told}.",
        "Start `genklang up`, or the one that is missing.",
    )


def _ago(at: datetime | None, now: datetime) -> str:
    if at is None:
        return "never"
    minutes = int((now - at).total_seconds() // 60)
    return f"{minutes} min ago" if minutes < 120 else f"{minutes // 60} h ago"


def notices(store: "Store") -> Iterator[Finding]:
    """What the product itself has told people and is still open."""
    from sqlalchemy import select
    from sqlalchemy.exc import SQLAlchemyError

    from agent.store.tables import NoticeRow

    with suppress(SQLAlchemyError), store.reading() as session:
        for row in session.scalars(
            select(NoticeRow).where(NoticeRow.resolved_at.is_(None)).order_by(NoticeRow.id)
        ):
            yield Finding("notice", State.WARNING, row.text, "See the desk.")
