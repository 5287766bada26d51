"""A mail or a draft in the language of whoever reads it: asked for at the desk, made by a worker, kept for everybody.

The row is the queue, as for mails: a lease, a sweeper, and a bell that may be lost. What was typed by a person is
hidden like a customer's words before a model sees it; an answer is kept with the names restored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from agent.desk.audit import by, record
from agent.desk.casework.cases import case_for_change, placeholders_of, touch
from agent.desk.house import House
from agent.drafting.translation import Translation
from agent.errors import GenklangError, NotFound, WrongUse
from agent.privacy.redaction import RedactedText, recall
from agent.store.due import is_ahead, is_over, not_rung
from agent.store.session import Unit, retry_passing
from agent.store.tables import CaseRow, DraftRow, MessageRow, PersonRow, TranslationRow
from agent.triage.reading import LANGUAGES

log = structlog.get_logger()

TRANSLATE = "translate"
LEASE = timedelta(minutes=5)
MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class _Taken:
    """What a model may see, and what its placeholders stand for. `redacted` is None where nothing is hidden yet."""

    plain: str
    redacted: RedactedText | None
    placeholders: Mapping[str, str]
    source: str
    target: str


def ask_translation(
    unit: Unit,
    house: House,
    *,
    case_id: int,
    message_id: int | None = None,
    draft_id: int | None = None,
    language: str,
    person: PersonRow,
) -> TranslationRow:
    """Have one mail or one draft of this case said in `language`. Asking again after a failure tries again.

    Raises `WrongUse` where there is no model, and `NotFound` for a text of another case.
    """
    session, now = unit.session, house.clock()
    if house.understanding.translator is None or language not in LANGUAGES:
        raise WrongUse(
            "There is no language model that could translate this.",
            code="translate.none",
            remedy="Ask a colleague who reads the language, or set GENKLANG_LLM_MODEL.",
        )
    case = case_for_change(session, case_id)
    text = session.get(DraftRow, draft_id) if draft_id else session.get(MessageRow, message_id or 0)
    if text is None or text.case_id != case_id:
        raise NotFound(
            "There is no such text in this case.", code="translate.unknown", remedy="Open it again."
        )
    row = _kept(session, message_id, draft_id, language)
    if row is not None and row.state != "failed":
        return row
    if row is None:
        row = TranslationRow(
            case_id=case_id,
            message_id=None if draft_id else message_id,
            draft_id=draft_id,
            language=language,
            asked_by_id=person.id,
            created_at=now,
        )
        session.add(row)
    row.state, row.problem, row.attempts, row.lease_until, row.rung_at = "waiting", "", 0, None, now
    session.flush()
    touch(case, now)
    record(
        unit, "translation.asked", actor=by(person), now=now, case_id=case_id,
        subject=f"draft:{draft_id}" if draft_id else f"message:{message_id}", language=language,
    )  # fmt: skip
    translation_id = row.id
    unit.after_commit(lambda: house.doorbell.ring(TRANSLATE, translation_id))
    return row


def translate(house: House, translation_id: int) -> None:
    """Make one translation that somebody waits for. Safe to call any number of times."""
    taken = _take(house, translation_id)
    translator = house.understanding.translator
    if taken is None:
        return
    if translator is None:
        _settle(house, translation_id, None, "There is no language model that could translate this.")
        return
    try:
        redacted, placeholders = taken.redacted, taken.placeholders
        if redacted is None:
            hidden = house.understanding.redactor.redact(taken.plain, placeholders=taken.placeholders)
            redacted, placeholders = hidden.text, hidden.placeholders
        made = translator.translate(redacted, source=taken.source, target=taken.target)
        text = house.restore(made.text, placeholders)
    except GenklangError as error:
        log.warning("translation.failed", translation=translation_id, error=error.code)
        _settle(house, translation_id, None, error.message)
        return
    _settle(house, translation_id, made, "", text)


def ring_for_translations(unit: Unit, house: House) -> None:
    """Ring for translations that nobody works on: the first ring may be lost, or a worker died."""
    now = house.clock()
    waiting = select(TranslationRow).where(
        TranslationRow.state.in_(("waiting", "working")),
        is_over(TranslationRow.lease_until, now),
        not_rung(TranslationRow.rung_at, now),
    )
    for row in unit.session.scalars(waiting.limit(50).with_for_update(skip_locked=True)):
        row.rung_at = now
        unit.after_commit(lambda one=row.id: house.doorbell.ring(TRANSLATE, one))  # type: ignore[misc]


def translations_of(session: Session, case_id: int, language: str) -> list[TranslationRow]:
    """What there is in this language of the mails and drafts of a case."""
    mails = select(MessageRow.id).where(MessageRow.case_id == case_id)
    drafts = select(DraftRow.id).where(DraftRow.case_id == case_id)
    return list(
        session.scalars(
            select(TranslationRow).where(
                TranslationRow.language == language,
                or_(TranslationRow.message_id.in_(mails), TranslationRow.draft_id.in_(drafts)),
            )
        )
    )


def _kept(
    session: Session, message_id: int | None, draft_id: int | None, language: str
) -> TranslationRow | None:
    of_this = TranslationRow.draft_id == draft_id if draft_id else TranslationRow.message_id == message_id
    return session.scalar(select(TranslationRow).where(of_this, TranslationRow.language == language))


@retry_passing
def _take(house: House, translation_id: int) -> _Taken | None:
    with house.store.writing() as unit:
        session, now = unit.session, house.clock()
        row = session.get(TranslationRow, translation_id, with_for_update=True)
        if row is None or row.state not in {"waiting", "working"}:
            return None
        if is_ahead(row.lease_until, now):
            return None
        if row.attempts >= MOST_TRIES:
            row.state, row.problem = "failed", "It was tried several times without an outcome."
            return None
        row.state, row.lease_until = "working", now + LEASE
        row.attempts += 1
        case = session.get_one(CaseRow, row.case_id)
        book = placeholders_of(session, case.id)
        if row.draft_id is not None:
            draft = session.get_one(DraftRow, row.draft_id)
            ours = recall(draft.redacted_text) if draft.redacted_text else None
            return _Taken(draft.text, ours, book, draft.language, row.language)
        message = session.get_one(MessageRow, row.message_id)
        theirs = recall(message.redacted_new_text) if message.redacted_new_text else None
        plain = message.new_text or message.text
        return _Taken(plain, theirs, book, case.language or "und", row.language)


@retry_passing
def _settle(
    house: House, translation_id: int, made: Translation | None, problem: str, text: str = ""
) -> None:
    with house.store.writing() as unit:
        now = house.clock()
        row = unit.session.get(TranslationRow, translation_id, with_for_update=True)
        if row is None or row.state != "working":
            return
        row.lease_until = None
        row.state, row.problem, row.text = ("ready" if made else "failed"), problem, text
        if made is not None:
            row.model, row.prompt = made.model, made.prompt
            row.tokens_in, row.tokens_out = made.tokens_in, made.tokens_out
        case = unit.session.get(CaseRow, row.case_id, with_for_update=True)
        if case is not None:
            touch(case, now)
