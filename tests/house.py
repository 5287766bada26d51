"""A whole house for tests of the desk: real store and rules; servers, models and clock in our hands."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sqlalchemy import event

from agent.company import Company
from agent.desk.house import House
from agent.desk.steps.pipeline import run_step
from agent.drafting.draft import Draft, DraftRequest, DraftSentence
from agent.drafting.translation import Translator
from agent.llm.engine import Engine, load_engine
from agent.llm.model import ModelUnavailable
from agent.mail.memory import MemoryInbox, MemoryMailbox, MemorySender
from agent.mail.parse import parse
from agent.privacy.placeholders import restore
from agent.privacy.redaction import KnownPeople, PiiSpan, PiiType, Redaction, seal
from agent.store.migrate import upgrade
from agent.store.session import Store, open_store
from agent.store.tables import MailboxRow, PersonRow
from agent.triage.reading import (
    CategoryDecision,
    LanguageGuess,
    Reading,
    Sentiment,
    SentimentDecision,
    Style,
    TriageInput,
)
from knowledge.embedding import Vectors32
from knowledge.search import Document, DocumentKind, Match, Shareable
from prompts.catalogue import Catalogue

SUPPORT = "support@nordlys.example"
MONDAY_MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class StandingClock:
    """Time moves only when a test says so."""

    def __init__(self, now: datetime = MONDAY_MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **parts: float) -> None:
        self.now += timedelta(**parts)


class RecordingDoorbell:
    """Keeps what was rung; `lost` makes it a broker that loses every ring."""

    def __init__(self) -> None:
        self.rung: list[tuple[str, int]] = []
        self.lost = False

    def ring(self, task: str, row_id: int, *, delay_s: float = 0.0) -> None:
        if not self.lost:
            self.rung.append((task, row_id))


class EnvelopeRedactor:
    """Hides exactly the names and addresses of the envelope: enough to see that hiding and restoring happen."""

    def redact(
        self,
        text: str,
        *,
        language: str = "",
        known: KnownPeople = KnownPeople(),
        placeholders: Mapping[str, str] | None = None,
    ) -> Redaction:
        given = dict(placeholders or {})
        spans = []
        emails = (*known.emails, *(value for token, value in given.items() if token.startswith("[EMAIL")))
        names = (
            *known.names,
            *(value for token, value in given.items() if re.fullmatch(r"\[PERSON_\d+\]", token)),
        )
        for kind, values in ((PiiType.EMAIL, emails), (PiiType.PERSON, names)):
            for value in dict.fromkeys(values):
                start = text.find(value)
                if start < 0:
                    continue
                token = next((t for t, v in given.items() if v == value), "")
                if not token:
                    token = f"[{kind}_{sum(t.startswith(f'[{kind}') for t in given) + 1}]"
                    given[token] = value
                spans.append(PiiSpan(kind, value, start, start + len(value), 1.0, token))
        redacted = text
        for span in sorted(spans, key=lambda span: -span.start):
            redacted = redacted[: span.start] + span.placeholder + redacted[span.end :]
        return Redaction(seal(redacted), tuple(spans), given)


CALM = Reading(
    language=LanguageGuess("en", 0.99),
    category=CategoryDecision("technical", "crash", 0.9, False),
    sentiment=SentimentDecision(Sentiment.NEUTRAL, 0.9),
    signals=(),
    style=Style("informal", "practitioner", "short", "calm"),
    asks=(),
    key_terms=(),
    summary="It crashes.",
)


@dataclass(slots=True)
class ScriptedUnderstanding:
    """Understands every mail as `reading`, finds `matches`, writes one sentence from the first of them."""

    reading: Reading = CALM
    matches: list[Match] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    requests: list[DraftRequest] = field(default_factory=list)
    redactor: EnvelopeRedactor = field(default_factory=EnvelopeRedactor)
    translator: Translator | None = None
    chosen: Engine = field(default_factory=load_engine)

    @property
    def triage(self) -> "ScriptedUnderstanding":
        return self

    @property
    def finder(self) -> "ScriptedUnderstanding":
        return self

    @property
    def writer(self) -> "ScriptedUnderstanding":
        return self

    @property
    def index(self) -> "ScriptedUnderstanding":
        return self

    def put(self, documents: Sequence[Document]) -> None:
        self.matches += [Match(document, 0.9, document.body) for document in documents]

    def read(self, mail: TriageInput) -> Reading:
        self.seen.append(mail.whole.shareable())
        return self.reading

    def find(
        self,
        questions: Sequence[Shareable],
        *,
        language: str = "",
        limit: int = 5,
        kinds: Sequence[DocumentKind] = tuple(DocumentKind),
        category: str = "",
        opening: Shareable | None = None,
    ) -> list[Match]:
        return self.matches[:limit]

    def write(self, request: DraftRequest) -> Draft:
        self.requests.append(request)
        sources = tuple(match.id for match in request.matches[:1])
        greeting = DraftSentence(f"Hi {request.greeting_name},")
        fact = DraftSentence("When the app crashes, restart the app.", sources, supported=bool(sources))
        return Draft(
            subject="Re: help",
            text=f"{greeting.text}\n\n{fact.text}",
            language="en",
            engine="local",
            prompt="local/v1/en",
            sentences=(greeting, fact),
        )

    def language_of(self, text: str) -> LanguageGuess:
        return LanguageGuess("en", 0.99)

    def topic(self, mail: TriageInput) -> Vectors32:
        """A direction of its own for each subject, and the same for the same words."""
        seed = int.from_bytes(hashlib.sha256(mail.subject.shareable().encode()).digest()[:4], "big")
        vector = np.random.default_rng(seed).standard_normal(64).astype(np.float32)
        return vector / np.linalg.norm(vector)

    def uncorrected(self, mail: TriageInput) -> tuple[Vectors32, Mapping[str, float]]:
        """By the first word of the text, and as likely as not what `reading` says."""
        words = mail.new_text.shareable().split() or [""]
        shown = TriageInput(seal(words[0]), mail.new_text, mail.whole)
        return self.topic(shown), {self.reading.category.value: 0.5, "other": 0.5}

    def refresh(self) -> None:
        """Nothing is learnt."""

    @property
    def engine(self) -> Engine:
        return self.chosen

    def probe(self, model: str) -> str:
        raise ModelUnavailable(
            "The language model's endpoint cannot be reached.", remedy="Check OPENAI_BASE_URL."
        )

    @property
    def prompts(self) -> Catalogue:
        return Catalogue()

    def reworded(self, *files: object) -> None:
        """No language model reads prompts here."""


class Reader:
    """Parses in this process."""

    def read(self, raw: bytes):
        return parse(raw)


@dataclass(slots=True)
class TestHouse:
    """The house with its movable parts in reach."""

    __test__ = False

    house: House
    clock: StandingClock
    doorbell: RecordingDoorbell
    inbox: MemoryMailbox
    outgoing: MemorySender
    understanding: ScriptedUnderstanding
    mailbox_id: int
    person: PersonRow
    other: PersonRow

    @property
    def store(self) -> Store:
        return self.house.store

    def work(self, most: int = 200) -> None:
        """Answer every ring, in order, until it is quiet."""
        from agent.desk.escalations.telling import tell
        from agent.desk.feedback.sending.short_messages import send_short
        from agent.desk.learning.memorising import learn
        from agent.desk.replies.delivery import copy_to_sent, deliver, look_up
        from agent.desk.replies.translating import translate

        tasks: dict[str, Callable[[House, int], None]] = {
            "deliver": deliver,
            "deliver.automatic": deliver,
            "copy_to_sent": copy_to_sent,
            "look_up": look_up,
            "learn": learn,
            "tell": tell,
            "send_short": send_short,
            "translate": translate,
        }
        for _ in range(most):
            if not self.doorbell.rung:
                return
            task, row_id = self.doorbell.rung.pop(0)
            if task.startswith("step."):
                run_step(self.house, task.removeprefix("step."), row_id)
            elif task in tasks:
                tasks[task](self.house, row_id)
        raise AssertionError("the house never came to rest")


def without_fsync(store: Store) -> None:
    """Processes die here, never the machine: what was written to a file stays written."""
    event.listen(store.engine, "connect", lambda dbapi, _: dbapi.execute("PRAGMA synchronous=OFF"))
    store.engine.dispose()


@cache
def _empty_database() -> bytes:
    """A SQLite file with all tables and no rows: to make them takes longer than most tests."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "empty.db"
        store = open_store(f"sqlite:///{file}")
        upgrade(store)
        store.close()
        return file.read_bytes()


def _open_database(folder: Path) -> Store:
    file = folder / "test.db"
    if not file.exists():
        file.write_bytes(_empty_database())
    store = open_store(f"sqlite:///{file}")
    without_fsync(store)
    return store


def build_test_house(
    folder: Path, *, url: str = "", fail_point: Callable[[str], None] = lambda _name: None
) -> TestHouse:
    """A fresh house on SQLite in `folder`, or on the database of `url`."""
    clock, doorbell = StandingClock(), RecordingDoorbell()
    inbox, outgoing = MemoryMailbox(clock=clock), MemorySender()
    understanding = ScriptedUnderstanding()
    store = open_store(url) if url else _open_database(folder)
    upgrade(store)
    with store.writing() as unit:
        mailbox = MailboxRow(
            address=SUPPORT,
            imap_url="imap://x",
            smtp_url="smtp://x",
            password_encrypted="",
            brand="",
            created_at=clock(),
        )
        people = [
            PersonRow(
                email=f"{name}@nordlys.example", name=name, role=role, password_hash="", created_at=clock()
            )
            for name, role in (("ida", "agent"), ("emil", "lead"))
        ]
        unit.session.add_all([mailbox, *people])
    house = House(
        store=store,
        clock=clock,
        company=replace(Company(), name="Nordlys", language="en"),
        secret_key=b"test key",
        undo_seconds=10,
        doorbell=doorbell,
        mail_reader=Reader(),
        understanding=understanding,  # type: ignore[arg-type]
        restore=restore,
        inbox_of=lambda _mailbox: MemoryInbox(inbox),
        sender_of=lambda _mailbox: outgoing,
        fail_point=fail_point,
    )
    return TestHouse(house, clock, doorbell, inbox, outgoing, understanding, mailbox.id, *people)
