"""What the steps and use cases work with. Built once by `agent.wiring` from settings; replaced in tests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from agent.chat.channel import Channels
from agent.chat.customer_channels import CustomerChannels, MemoryCustomerChannels
from agent.chat.memory import MemoryChannels
from agent.clock import Clock
from agent.company import Company
from agent.desk.feedback.asking.experience import Experience
from agent.desk.learning.recent_signs import RecentSigns
from agent.desk.room import Room
from agent.drafting.draft import Writer
from agent.drafting.translation import Translator
from agent.llm.engine import Engine
from agent.mail.mailbox import Inbox, MailSender
from agent.mail.message import ParsedMessage
from agent.privacy.redaction import Redactor, Restorer
from agent.store.handovers import HandoverMark, MemoryMark
from agent.store.session import Store
from agent.store.tables import MailboxRow
from agent.triage.reading import LanguageGuess, TriageEngine, TriageInput
from knowledge.embedding import Vectors32
from knowledge.search import Finder, Index
from prompts.catalogue import Catalogue, PromptFile


class Doorbell(Protocol):
    """Tells the workers that there is something to do. A ring may be lost: the database is the queue."""

    def ring(self, task: str, row_id: int, *, delay_s: float = 0.0) -> None:
        """Ask for `task` on one row. Never raises and returns within seconds, even when the broker is away."""
        ...


class MailReader(Protocol):
    """Reads raw bytes in a process that can be killed. Raises `Unreadable`."""

    def read(self, raw: bytes) -> ParsedMessage: ...


class Understanding(Protocol):
    """The parts that need models, loaded on first use: a web process that only shows pages never loads them."""

    @property
    def redactor(self) -> Redactor: ...
    @property
    def triage(self) -> TriageEngine: ...
    @property
    def finder(self) -> Finder: ...
    @property
    def index(self) -> Index: ...
    @property
    def writer(self) -> Writer: ...
    @property
    def translator(self) -> Translator | None:
        """None where no language model is set."""
        ...

    def language_of(self, text: str) -> LanguageGuess: ...

    def topic(self, mail: TriageInput) -> Vectors32:
        """What the mail is about as a vector of length 1, shape `(dim,)`, free of its language."""
        ...

    def uncorrected(self, mail: TriageInput) -> tuple[Vectors32, Mapping[str, float]]:
        """The same vector, and the share of each category as it would be if nobody had corrected anything."""
        ...

    @property
    def engine(self) -> Engine:
        """Which engine reads and writes now, and what it may spend."""
        ...

    def probe(self, model: str) -> str:
        """What the endpoint says of a model, within ten seconds. Raises `ModelUnavailable`, which says what to do."""
        ...

    @property
    def prompts(self) -> Catalogue:
        """The prompts that models are given now."""
        ...

    def reworded(self, *files: PromptFile) -> "Understanding | None":
        """The same parts with other prompts, to try these; None where no language model reads prompts."""
        ...

    def refresh(self) -> None:
        """Take in corrections that people made since the last message."""
        ...


@dataclass(frozen=True, slots=True)
class House:
    """Everything from outside, behind the domain's own protocols."""

    store: Store
    clock: Clock
    company: Company
    secret_key: bytes
    undo_seconds: int
    doorbell: Doorbell
    mail_reader: MailReader
    understanding: Understanding
    restore: Restorer
    inbox_of: Callable[[MailboxRow], Inbox]
    sender_of: Callable[[MailboxRow], MailSender]
    fail_point: Callable[[str], None]  # does nothing, unless a fault test asked the program to die there
    channels: Channels = field(default_factory=MemoryChannels)  # chats to tell colleagues by
    customer_channels: CustomerChannels = field(default_factory=MemoryCustomerChannels)  # beside e-mail
    desk_url: str = ""  # where people open the desk
    surveys_url: str = ""  # where customers open surveys; empty: at the desk's address
    delivery_reports_secret: str = ""  # what gateways sign their reports with; empty: none are taken
    recent_signs: RecentSigns = field(default_factory=RecentSigns)
    room: Room = field(default_factory=Room)  # on the disk, as this process found it
    experience: Experience = field(default_factory=Experience)  # of when customers answer
    handovers: HandoverMark = field(default_factory=MemoryMark)  # beside the database, which may be restored
    reply_file_bytes: int = 20_000_000  # of all files that go out with one reply
    live_company: Callable[[], Company] | None = None  # the company with what people changed at the desk

    def today(self) -> "House":
        """The house with the company's settings as they are now: for the beginning of a request or a task."""
        company = self.live_company() if self.live_company else self.company
        return self if company is self.company else replace(self, company=company)
