"""Two ways of working over past mails, side by side: nothing is written to cases, nothing is sent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Flag, auto
from time import perf_counter
from typing import Any

from sqlalchemy.orm import Session

from agent.backtest.likeness import likeness
from agent.backtest.outcome import Compared, Drafted, Outcome, Truth
from agent.cases.case import CustomerRecord
from agent.company import Company
from agent.desk.casework.cases import placeholders_of
from agent.desk.casework.judging import judge
from agent.desk.house import House, Understanding
from agent.desk.steps.analysing import Analyser
from agent.desk.steps.drafting import in_tone, request_for, write_checked
from agent.desk.values import customer_record, redacted
from agent.drafting.draft import DraftRequest
from agent.mail.message import MailKind
from agent.store.queries.past_mails import PastMail, past_mail
from agent.store.tables import CaseRow
from agent.store.values import load
from agent.triage.reading import Reading, TriageInput


class Redone(Flag):
    """What is done again for each mail; of the rest, what was found at the time is taken."""

    PRIORITY = auto()
    READING = auto()
    DRAFT = auto()


@dataclass(frozen=True, slots=True)
class Way:
    """One way of working. `model` is the language model that it asks, if any; `tokens` what it has cost so far."""

    understanding: Understanding
    company: Company
    model: str = ""
    tokens: Callable[[], int] = lambda: 0


def compare_mail(house: House, before: Way, after: Way, message_id: int, redone: Redone) -> Compared | None:
    """A stored mail handled both ways; None for one that cannot be, or whose customer objects to drafts."""
    with house.store.reading() as session:
        mail = _prepare(session, house.company, message_id)
    if mail is None:
        return None
    # in turns, as the second finds the vectors of the mail's words made already
    order = (before, after) if message_id % 2 else (after, before)
    handled = {id(way): _handle(house, way, mail, redone) for way in order}
    first, second = handled[id(before)], handled[id(after)]
    truth = truth_of(mail.past)
    return Compared(
        mail=f"#{mail.past.case.id}/{message_id}",
        group=truth.category or first.category,
        before=first,
        after=second,
        truth=truth,
        own_letter=mail.past.sent is not None and mail.past.drafted,
    )


def compare_bytes(
    before: tuple[Way, Analyser], after: tuple[Way, Analyser], raw: bytes, source: str
) -> Compared | None:
    """A mail handled both ways from its bytes on; None for robots' mail and what cannot be read."""
    first = _from_bytes(*before, raw, source)
    second = _from_bytes(*after, raw, source) if first is not None else None
    if first is None or second is None:
        return None
    return Compared(source, first.category, first, second)


@dataclass(frozen=True, slots=True)
class _Mail:
    """A past mail with the request that a writer would get for it, as it was understood at the time."""

    past: PastMail
    customer: CustomerRecord
    objections: Sequence[str]
    placeholders: Mapping[str, str]
    reading: Reading
    request: DraftRequest


def _prepare(session: Session, company: Company, message_id: int) -> _Mail | None:
    past = past_mail(session, message_id)
    objections = past.customer.objections if past is not None and past.customer else []
    if past is None or "drafts" in objections:
        return None
    placeholders = placeholders_of(session, past.case.id)
    reading = load(Reading, past.triage.reading)
    request = request_for(
        session,
        company,
        past.case,
        past.message,
        reading,
        placeholders=placeholders,
        now=past.message.received_at,
    )
    customer = customer_record(past.customer, past.case.customer_email)
    return _Mail(past, customer, objections, placeholders, reading, request)


def _handle(house: House, way: Way, mail: _Mail, redone: Redone) -> Outcome:
    spent, start = way.tokens(), perf_counter()
    message, reading = mail.past.message, mail.reading
    if Redone.READING in redone:
        subject, new_text, whole = redacted(message)
        reading = way.understanding.triage.read(
            TriageInput(subject, new_text, whole, known_language=mail.customer.language)
        )
    priority = judge(
        reading, mail.customer, way.company, MailKind(message.kind), message.received_at, message.sent_at
    )
    drafted = None
    if Redone.DRAFT in redone:
        request = replace(
            mail.request, reading=in_tone(reading, mail.objections), respond_by=priority.respond_by
        )
        drafted = _drafted(house, way, mail, request)
    return Outcome(
        category=reading.category.value,
        needs_review=reading.category.needs_review,
        priority=priority.level.value,
        score=priority.score,
        draft=drafted,
        tokens=way.tokens() - spent,
        seconds=round(perf_counter() - start, 4) if redone != Redone.PRIORITY else 0.0,
    )


def _drafted(house: House, way: Way, mail: _Mail, request: DraftRequest) -> Drafted:
    draft = write_checked(way.understanding, request, mail.placeholders)
    text, sent = house.restore(draft.text, mail.placeholders), mail.past.sent
    return Drafted(
        failed=tuple(check.name.value for check in draft.checks if not check.passed),
        unsourced=sum(not sentence.supported for sentence in draft.sentences),
        words=len(text.split()),
        likeness=likeness(text, sent.text, draft.language) if sent is not None else None,
        fell_back=bool(way.model) and draft.engine == "local",
    )


def truth_of(past: PastMail) -> Truth:
    """What people said of this mail; for the newest one of a case that was answered or closed, what they let stand."""
    corrected = {row.field: row.after for row in past.corrections}
    case = past.case
    newest = case.latest_in_id == past.message.id
    handled = newest and (case.first_answer_at is not None or case.state == "done")

    def said(field: str, shown: str) -> tuple[str, bool]:
        if field in corrected:
            return corrected[field], True
        if newest and field in case.corrected:
            return getattr(case, field), True
        return (shown, False) if handled else ("", False)

    category, category_corrected = said("category", _category_shown(case))
    priority, priority_corrected = said("priority", case.words_priority or case.priority)
    return Truth(category, category_corrected, priority, priority_corrected)


def _category_shown(case: CaseRow) -> str:
    """What people saw and let stand; nothing while it still waits to be sorted."""
    return "" if case.needs_review else case.category


def _from_bytes(way: Way, analyser: Analyser, raw: bytes, source: str) -> Outcome | None:
    spent, start = way.tokens(), perf_counter()
    seen = analyser.analyse(raw, source)
    if "error" in seen or seen["kind"] != "customer":
        return None
    return Outcome(
        category=seen["category"]["value"],
        needs_review=seen["category"]["needs_review"],
        priority=seen["priority"]["level"],
        score=seen["priority"]["score"],
        draft=_shown(way, seen["draft"]),
        tokens=way.tokens() - spent,
        seconds=round(perf_counter() - start, 4),
    )


def _shown(way: Way, draft: dict[str, Any] | None) -> Drafted | None:
    if draft is None:
        return None
    return Drafted(
        failed=tuple(check["name"].value for check in draft["checks"] if not check["passed"]),
        unsourced=sum(not sentence["supported"] for sentence in draft["sentences"]),
        words=len(draft["text"].split()),
        fell_back=bool(way.model) and draft["engine"] == "local",
    )
