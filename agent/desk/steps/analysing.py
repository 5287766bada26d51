"""The whole analysis of one mail without a case: what `genklang process` prints.

Uses the same rules as the steps of the pipeline, in the same order, and writes nothing.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from agent.cases.case import CustomerRecord, PriorityDecision
from agent.company import Company
from agent.desk.casework.judging import judge
from agent.desk.house import MailReader, Understanding
from agent.desk.steps.drafting import write_checked
from agent.desk.steps.redacting import RedactedMail, redact_mail
from agent.desk.steps.suspecting import suspicions
from agent.drafting.draft import Draft, DraftRequest, Sender
from agent.errors import GenklangError
from agent.mail.automatic import classify
from agent.mail.message import MailKind, ParsedMessage
from agent.privacy.redaction import KnownPeople, Restorer, join
from agent.triage.local import opening
from agent.triage.reading import Reading, TriageInput
from knowledge.search import IndexUnavailable, Match

MOST_MATCHES = 5


@dataclass(frozen=True, slots=True)
class Analyser:
    """What an analysis works with. `customer_of` looks up the record behind an address.

    `people` are the names of our people by their addresses.
    """

    mail_reader: MailReader
    understanding: Understanding
    restore: Restorer
    company: Company
    own_addresses: Collection[str]
    people: Mapping[str, str]
    customer_of: Callable[[str], CustomerRecord]
    clock: Callable[[], datetime]

    def analyse(self, raw: bytes, source: str) -> dict[str, Any]:
        """One object in the contract's shape; with `error` where the mail cannot be read or hidden."""
        timings = _Timings()
        try:
            return self._analyse(raw, source, timings)
        except GenklangError as error:
            return {"source": source, "error": str(error), "timings_ms": timings.spent}

    def _analyse(self, raw: bytes, source: str, timings: "_Timings") -> dict[str, Any]:
        with timings("parse"):
            mail = self.mail_reader.read(raw)
            kind = classify(mail, self.own_addresses)
        customer = self.customer_of(mail.sender.email)
        with timings("redact"):
            hidden = self._redact(mail, customer)
        words = TriageInput(
            hidden.subject, hidden.new_text, hidden.whole.text, known_language=customer.language
        )
        with timings("triage"):
            reading = self.understanding.triage.read(words)
        now = self.clock()
        with timings("prioritise"):
            priority = judge(reading, customer, self.company, MailKind(kind.kind), now, mail.date)
        matches: list[Match] = []
        draft: Draft | None = None
        warnings = [*suspicions(mail, self.company, self.people), *reading.warnings]
        if kind.kind.may_be_answered:
            with timings("search"):
                matches, no_index = self._find(words, reading)
            warnings += no_index
            with timings("draft"):
                draft = self._draft(hidden, reading, matches, priority, now)
            warnings += draft.warnings
        return {
            "source": source,
            "message_id": mail.message_id,
            "kind": kind.kind.value,
            "language": reading.language.value,
            "new_text": mail.new_text,
            **_understood(reading, priority, self.company.zone),
            "pii": [
                {
                    "type": s.type.value,
                    "text": s.text,
                    "start": s.start,
                    "end": s.end,
                    "score": round(s.score, 3),
                }
                for s in hidden.whole.spans
            ],
            "redacted_text": hidden.whole.text.shareable(),
            "similar": [
                {
                    "id": match.id,
                    "kind": match.document.kind.value,
                    "score": round(match.score, 4),
                    "title": match.document.title,
                    "lang": match.document.language,
                    "reason": match.reason,
                }
                for match in matches
            ],
            "draft": self._shown(draft, hidden.placeholders) if draft else None,
            "warnings": list(dict.fromkeys(warnings)),
            "timings_ms": timings.spent,
        }

    def _redact(self, mail: ParsedMessage, customer: CustomerRecord) -> RedactedMail:
        people = (mail.sender, *mail.to, *mail.cc, *mail.reply_to)
        known = KnownPeople(
            names=tuple(filter(None, (*(person.name for person in people), customer.name))),
            emails=tuple(filter(None, (person.email for person in people))),
            company_names=(self.company.name, *self.company.brands),
        )
        return redact_mail(
            self.understanding.redactor,
            subject=mail.subject,
            text=mail.text,
            new_text=mail.new_text,
            sender_name=mail.sender.name,
            known=known,
            given={},
        )

    def _find(self, words: TriageInput, reading: Reading) -> tuple[list[Match], list[str]]:
        try:
            return self.understanding.finder.find(
                [join([words.subject, words.new_text])],
                opening=opening(words),
                language=reading.language.value,
                limit=MOST_MATCHES,
                category=reading.category.likely(),
            ), []
        except IndexUnavailable:
            return [], ["The search index did not answer, so this draft was written without sources."]

    def _draft(
        self,
        hidden: RedactedMail,
        reading: Reading,
        matches: list[Match],
        priority: PriorityDecision,
        now: datetime,
    ) -> Draft:
        request = DraftRequest(
            subject=hidden.subject,
            new_text=hidden.new_text,
            reading=reading,
            matches=tuple(matches),
            sender=Sender(company=self.company.name, agent=self.company.agent_signature),
            now=now.astimezone(self.company.zone),
            greeting_name=hidden.greeted.by(reading.style.formality),
            respond_by=priority.respond_by,
            forbidden=self.company.forbidden_phrases,
        )
        return write_checked(self.understanding, request, hidden.placeholders)

    def _shown(self, draft: Draft, placeholders: Mapping[str, str]) -> dict[str, Any]:
        return {
            "subject": self.restore(draft.subject, placeholders),
            "text": self.restore(draft.text, placeholders),
            "language": draft.language,
            "engine": draft.engine,
            "prompt": draft.prompt,
            "sentences": [
                {
                    "text": self.restore(s.text, placeholders),
                    "sources": list(s.sources),
                    "supported": s.supported,
                }
                for s in draft.sentences
            ],
            "checks": [asdict(check) for check in draft.checks],
        }


def _understood(reading: Reading, priority: PriorityDecision, zone: ZoneInfo) -> dict[str, Any]:
    category, style = reading.category, reading.style
    return {
        "category": {
            "value": category.value,
            "subcategory": category.subcategory,
            "confidence": round(category.confidence, 4),
            "needs_review": category.needs_review,
        },
        "sentiment": {
            "value": reading.sentiment.value.value,
            "confidence": round(reading.sentiment.confidence, 4),
        },
        "priority": {
            "level": priority.level.value,
            "score": priority.score,
            "respond_by": priority.respond_by.astimezone(zone).isoformat(timespec="seconds"),
            "deadline": (
                priority.deadline.astimezone(zone).isoformat(timespec="seconds")
                if priority.deadline
                else None
            ),
            "factors": [
                {"name": f.name.value, "points": f.points, "evidence": f.evidence} for f in priority.factors
            ],
        },
        "style": asdict(style),
    }


class _Timings:
    """Wall time of each part in milliseconds: `with timings("parse"): …`."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    def __call__(self, part: str) -> "_Timing":
        return _Timing(self.spent, part)


class _Timing:
    def __init__(self, spent: dict[str, float], part: str) -> None:
        self._spent, self._part = spent, part

    def __enter__(self) -> None:
        self._start = perf_counter()

    def __exit__(self, *_: object) -> None:
        self._spent[self._part] = round((perf_counter() - self._start) * 1000, 2)
