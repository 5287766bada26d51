"""What a draft is: sentences with sources, checks with reasons, and who wrote it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from agent.drafting.tone_wish import NO_TONE_WISH, ToneWish
from agent.privacy.redaction import NOTHING, RedactedText
from agent.triage.reading import Reading
from knowledge.search import Match


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """One sentence, the ids of what it rests on, and whether it needs a source and has one.

    Greetings, empathy and questions back state no fact: they are `supported` with no sources.
    """

    text: str
    sources: tuple[str, ...] = ()
    supported: bool = True


class CheckName(StrEnum):
    LANGUAGE = "language"
    COMPLETENESS = "completeness"
    GROUNDING = "grounding"
    PROMISES = "promises"
    TONE = "tone"
    LEFTOVER_PLACEHOLDER = "leftover_placeholder"
    LEAK = "leak"
    FORBIDDEN = "forbidden"
    SENSITIVE = "sensitive"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found: its words for the agent, and the sentence or question it is about, from 1."""

    words: str
    sentence: int = 0
    ask: int = 0


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One look at the draft before a person sees it; `detail` says what to mend, in words for the agent.

    `findings` are the same words one by one, each with its place.
    """

    name: CheckName
    passed: bool
    detail: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Sender:
    """Who signs: the agent's name may be empty until somebody approves.

    Where a signature is put below each letter when it leaves (`signed_below`), the letter ends with its closing words.
    """

    company: str
    agent: str = ""
    signed_below: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The lines below the closing words."""
        return () if self.signed_below else tuple(line for line in (self.agent, self.company) if line)


class Topic(StrEnum):
    """What of a letter something learnt is about."""

    SENTENCE = "sentence"  # a statement that may be quoted
    GREETING = "greeting"
    SIGN_OFF = "sign_off"
    ADDRESS = "address"  # familiar or polite
    PHRASE = "phrase"  # words that are replaced or left out
    LENGTH = "length"  # short or detailed


@dataclass(frozen=True, slots=True)
class Learnt:
    """Something that people taught by changing earlier drafts, and that this one follows.

    `id` is what sentences name as their source, such as `memory:12`. `text` is what to say, `before` what it takes
    the place of; in a greeting `{name}` stands for the customer's name. `about` is the question that a statement
    answers. `manner` (formal, informal, or empty for both) is the kind of letter it holds for. The language is the
    letter's own.
    """

    id: str
    topic: Topic
    text: str
    before: str = ""
    about: str = ""
    manner: str = ""


@dataclass(frozen=True, slots=True)
class DraftRequest:
    """All a writer may know. Redacted words only; placeholders such as `[PERSON_1]` are restored later.

    `greeting_name` is a placeholder for the customer's own name, or empty. `wish` is what an agent asked for in
    words when a rewrite was wanted, `tone` what they chose for it; `previous` the text it is about. `now` is in the company's zone.
    `address` (familiar, polite), `warmth` (direct, warm) and `role` are what is known of the reader from earlier
    mails (`agent.customers.profile.TRAITS`), empty where nothing is.
    """

    subject: RedactedText
    new_text: RedactedText
    reading: Reading
    matches: tuple[Match, ...]
    sender: Sender
    now: datetime
    greeting_name: str = ""
    case_number: str = ""
    respond_by: datetime | None = None
    wish: RedactedText = NOTHING
    previous: RedactedText = NOTHING
    history: tuple[RedactedText, ...] = ()
    forbidden: tuple[str, ...] = ()
    memories: tuple[Learnt, ...] = ()
    address: str = ""
    warmth: str = ""
    role: str = ""
    tone: ToneWish = NO_TONE_WISH


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply that waits for a person. `text` is the sentences laid out in paragraphs, still redacted.

    `fell_back` says that the language model was to write it and did not answer.
    """

    subject: str
    text: str
    language: str
    engine: str  # local | llm
    prompt: str  # "draft/v1/da", or "local/v1/da" for the local writer's phrase book
    sentences: tuple[DraftSentence, ...]
    checks: tuple[CheckResult, ...] = ()
    model: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    warnings: tuple[str, ...] = field(default=())
    fell_back: bool = False


class Writer(Protocol):
    """Writes a draft. The local writer and the language model stand behind the same protocol."""

    def write(self, request: DraftRequest) -> Draft: ...
