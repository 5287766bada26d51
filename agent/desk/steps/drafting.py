"""Step 10: a reply is planned, written, checked, and waits for a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.company import Company
from agent.desk.audit import SYSTEM, record
from agent.desk.casework.cases import keep_placeholders, placeholders_of, touch
from agent.desk.house import House, Understanding
from agent.desk.learning.memories import memories_for
from agent.desk.learning.profiling import manner_of
from agent.desk.replies.versions import Made, chosen_recipients, content_hash_of, draft_state_of, newest_draft
from agent.desk.steps.work import Apply
from agent.desk.values import matches_of, reading_of, redacted
from agent.drafting.checks import run_checks
from agent.drafting.draft import Draft, DraftRequest, Sender
from agent.drafting.learnt import offered
from agent.drafting.rewritten import remarks
from agent.drafting.rollout import UNSEEN, Mode
from agent.drafting.tone_wish import tone_wish
from agent.privacy.redaction import NOTHING, RedactedText, recall
from agent.privacy.salutation import salutation, with_tokens
from agent.store.queries.recipients import signature_of
from agent.store.queries.rollouts import mode_of
from agent.store.session import Unit
from agent.store.tables import CaseRow, CustomerRow, DraftRow, MailboxRow, MessageRow
from agent.store.values import dump
from agent.triage.reading import LANGUAGES, LanguageGuess, Reading, Style

EVEN_TONE = Style(formality="formal", expertise="practitioner", length="short", emotion="calm")
MOST_HISTORY = 6  # earlier messages of the conversation that a writer sees


@dataclass(frozen=True, slots=True)
class _Task:
    """`wish` and `edited` are what an agent typed, as typed: a wish for a rewrite, and the version it is about."""

    request: DraftRequest
    placeholders: Mapping[str, str]
    wish: str
    edited: str


def run(house: House, message_id: int) -> Apply:
    task = _prepare(house, message_id)
    if task is None:
        return _without_draft
    task = _hidden(house, task)
    draft = write_checked(house.understanding, task.request, task.placeholders)
    said = remarks(draft, task.request, by_hand=bool(task.edited))
    draft = replace(draft, warnings=(*draft.warnings, *said))
    restored = {
        "subject": house.restore(draft.subject, task.placeholders),
        "text": house.restore(draft.text, task.placeholders),
        "sentences": [
            dump(replace(sentence, text=house.restore(sentence.text, task.placeholders)))
            for sentence in draft.sentences
        ],
    }

    def apply(unit: Unit, message: MessageRow) -> None:
        keep_placeholders(unit.session, message.case_id or 0, task.placeholders)
        _save(unit, house, message, draft, restored)

    return apply


def _hidden(house: House, task: _Task) -> _Task:
    """The task with what the agent typed added to its request; names in it are hidden like the customer's own."""
    redactor, request, placeholders = house.understanding.redactor, task.request, task.placeholders
    if task.wish:
        wish = redactor.redact(task.wish, placeholders=placeholders)
        request, placeholders = replace(request, wish=wish.text), wish.placeholders
    if task.edited:
        edited = redactor.redact(task.edited, placeholders=placeholders)
        request, placeholders = replace(request, previous=edited.text), edited.placeholders
    return replace(task, request=request, placeholders=placeholders)


def write_checked(parts: Understanding, request: DraftRequest, placeholders: Mapping[str, str]) -> Draft:
    """A draft with its checks, still redacted."""
    request = offered(request)
    draft = parts.writer.write(request)
    checks = run_checks(
        draft, request, language_of=parts.language_of, known_placeholders=frozenset(placeholders)
    )
    return replace(draft, checks=checks)


def _prepare(house: House, message_id: int) -> _Task | None:
    """What the writer may know; None when no draft is wanted.

    That is when the customer has written again, or objects, or drafts are off for such mails and nobody asked.
    """
    with house.store.reading() as session:
        message = session.get_one(MessageRow, message_id)
        case = session.get_one(CaseRow, message.case_id)
        customer = session.get(CustomerRow, case.customer_id) if case.customer_id else None
        objections = customer.objections if customer else []
        if case.latest_in_id != message_id or "drafts" in objections:
            return None
        asked = bool(message.wish or message.tone)
        if not asked and mode_of(session, case) is Mode.OFF:
            return None
        placeholders = placeholders_of(session, case.id)
        newest = newest_draft(session, case.id) if asked else None
        request = request_of(session, house, case, message)
        previous = recall(newest.redacted_text) if newest else NOTHING
        edited = newest.text if newest and not newest.redacted_text else ""
        request = replace(request, previous=previous, tone=tone_wish(message.tone))
        return _Task(request, placeholders, message.wish, edited)


def request_of(session: Session, house: House, case: CaseRow, message: MessageRow) -> DraftRequest:
    """What a writer may know to answer this mail as it is understood now, of its sender and of what was learnt too.

    Raises `LookupError` before triage has run.
    """
    customer = session.get(CustomerRow, case.customer_id) if case.customer_id else None
    reading = in_tone(reading_of(session, message.id), customer.objections if customer else [])
    reading = in_language(reading, session.get_one(MailboxRow, case.mailbox_id).reply_language)
    manner = manner_of(session, message, reading)
    reading = replace(reading, style=manner.style)
    request = request_for(
        session, house.company, case, message, reading,
        placeholders=placeholders_of(session, case.id), now=house.clock(),
    )  # fmt: skip
    return replace(
        request, address=manner.address, warmth=manner.warmth, role=manner.role,
        memories=memories_for(session, case, customer, reading.language.value),
    )  # fmt: skip


def request_for(
    session: Session,
    company: Company,
    case: CaseRow,
    message: MessageRow,
    reading: Reading,
    *,
    placeholders: Mapping[str, str],
    now: datetime,
) -> DraftRequest:
    """What a writer may know to answer this mail as it was understood by `reading`."""
    subject, new_text, _ = redacted(message)
    signature, mailbox = signature_of(session, case.id, reading.language.value)
    return DraftRequest(
        subject=subject,
        new_text=new_text,
        reading=reading,
        matches=matches_of(session, message.id),
        sender=Sender(mailbox.brand or company.name, company.agent_signature, signed_below=bool(signature)),
        now=now.astimezone(company.zone),
        greeting_name=with_tokens(salutation(message.from_name), placeholders)[0].by(reading.style.formality),
        case_number=str(case.id),
        respond_by=case.respond_by,
        history=_history(session, case.id, message.id),
        forbidden=company.forbidden_phrases,
    )


def in_tone(reading: Reading, objections: Sequence[str]) -> Reading:
    """The reading; with an even tone for a customer who objects to having their own mirrored."""
    return replace(reading, style=EVEN_TONE) if "tone" in objections else reading


def in_language(reading: Reading, language: str) -> Reading:
    """The reading of a mail that is answered in `language`, whatever it was written in; empty for its own."""
    return replace(reading, language=LanguageGuess(language, 1.0)) if language in LANGUAGES else reading


def _history(session: Session, case_id: int, before: int) -> tuple[RedactedText, ...]:
    rows = session.scalars(
        select(MessageRow.redacted_new_text)
        .where(
            MessageRow.case_id == case_id, MessageRow.id < before, MessageRow.redacted_new_text.is_not(None)
        )
        .order_by(MessageRow.id.desc())
        .limit(MOST_HISTORY)
    ).all()
    return tuple(recall(text) for text in reversed(rows) if text)


def _without_draft(unit: Unit, message: MessageRow) -> None:
    case = unit.session.get_one(CaseRow, message.case_id, with_for_update=True)
    if case.latest_in_id == message.id:
        case.draft_state = "none"


def _save(unit: Unit, house: House, message: MessageRow, draft: Draft, restored: Mapping[str, Any]) -> None:
    session, now = unit.session, house.clock()
    case = session.get_one(CaseRow, message.case_id, with_for_update=True)
    if case.latest_in_id != message.id:
        return
    previous = newest_draft(session, case.id)
    if previous is not None and previous.state == "approved":
        return  # somebody answered while this was written
    asked = bool(message.wish or message.tone)
    unseen = not asked and mode_of(session, case) is Mode.SHADOW
    if previous is not None and previous.state == "ready":
        previous.state = "superseded"
    row = DraftRow(
        case_id=case.id,
        message_id=message.id,
        version=(previous.version if previous else 0) + 1,
        state=UNSEEN if unseen else "ready",
        **restored,
        **chosen_recipients(previous, message.id),
        redacted_text=draft.text,
        language=draft.language,
        checks=[dump(check) for check in draft.checks],
        warnings=list(draft.warnings),
        engine=draft.engine,
        prompt=draft.prompt,
        model=draft.model,
        tokens_in=draft.tokens_in,
        tokens_out=draft.tokens_out,
        wish=message.wish,
        tone=message.tone or {},
        made=Made.WISHED if message.wish else Made.TONED if message.tone else "",
        made_from_id=previous.id if previous is not None and previous.message_id == message.id else None,
        fell_back=draft.fell_back,
        content_hash="",
        created_at=now,
    )
    row.content_hash = content_hash_of(session, row)
    message.wish, message.tone = "", {}
    session.add(row)
    session.flush()
    case.draft_state = "none" if unseen else draft_state_of(row)
    touch(case, now)
    record(
        unit,
        "draft.written_unseen" if unseen else "draft.written",
        actor=SYSTEM,
        now=now,
        case_id=case.id,
        subject=f"draft:{row.id}",
        engine=row.engine,
    )
