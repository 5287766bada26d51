"""Learning from what people change: a sent reply beside the draft that it began as.

Its own step, after the letter has left: an approval that was taken back teaches nothing, and models are not loaded
where a person waits. The row in `edits` is the queue; learning from it twice has one effect.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.desk.audit import SYSTEM, record
from agent.desk.casework.cases import placeholders_of
from agent.desk.house import House
from agent.desk.learning.memories import contradicting, settle, supersede
from agent.desk.learning.profiling import manner_of
from agent.desk.steps.drafting import in_tone
from agent.desk.steps.redacting import known_people
from agent.desk.values import reading_of
from agent.drafting.rollout import UNSEEN
from agent.drafting.sentences import sentences
from agent.memories.compare import Edit, lessons_of
from agent.memories.growing import same
from agent.memories.memory import Lesson, Scope, State
from agent.privacy.redaction import KnownPeople
from agent.store.due import not_rung
from agent.store.queries.memory_list import lesson_of
from agent.store.session import Unit, retry_passing
from agent.store.tables import CaseRow, CustomerRow, DraftRow, EditRow, MemoryRow, MemorySightRow, MessageRow

LEARN = "learn"
MAX_ATTEMPTS = 3
_LEARNS_WITHIN = timedelta(seconds=60)
_AT_MOST = 50  # edits a sweep
_SHORTEST_VALUE = 2  # letters of a name


@dataclass(frozen=True, slots=True)
class _Work:
    """All that is needed outside a transaction."""

    sent: DraftRow
    edit: Edit
    known: KnownPeople
    placeholders: dict[str, str]


def learn(house: House, draft_id: int) -> None:
    """Learn from one sent reply, if it waits for that. Safe to call any number of times."""
    work = _take(house, draft_id)
    if work is None:
        return
    redacted = house.understanding.redactor.redact(
        work.sent.text, language=work.sent.language, known=work.known, placeholders=work.placeholders
    )
    sent = _without_known(redacted.text.shareable(), redacted.placeholders)
    _keep(house, draft_id, lessons_of(replace(work.edit, sent=sent)))


def _without_known(text: str, placeholders: Mapping[str, str]) -> str:
    """The text with every value that this conversation knows hidden, whatever was recognised: it must not be learnt."""
    for token, value in sorted(placeholders.items(), key=lambda entry: -len(entry[1])):
        if len(value) >= _SHORTEST_VALUE:
            text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", lambda _, token=token: token, text)  # type: ignore[misc]
    return text


def ring_for_edits(unit: Unit, house: House) -> None:
    """Ring for edits that nobody has learnt from; one that failed three times is left."""
    now = house.clock()
    waiting = (
        select(EditRow)
        .where(
            EditRow.learnt_at.is_(None),
            EditRow.attempts < MAX_ATTEMPTS,
            not_rung(EditRow.rung_at, now, _LEARNS_WITHIN),
        )
        .order_by(EditRow.draft_id)
        .limit(_AT_MOST)
        .with_for_update(skip_locked=True)
    )
    for row in unit.session.scalars(waiting):
        row.rung_at = now
        unit.after_commit(lambda draft_id=row.draft_id: house.doorbell.ring(LEARN, draft_id))  # type: ignore[misc]


def note_edit(unit: Unit, house: House, sent: DraftRow, now: datetime) -> None:
    """A reply has left: if a person had changed the writer's draft, it waits to be learnt from."""
    written = unit.session.scalar(
        select(DraftRow)
        .where(
            DraftRow.case_id == sent.case_id,
            DraftRow.message_id == sent.message_id,
            DraftRow.version < sent.version,
            DraftRow.engine != "person",
            DraftRow.state != UNSEEN,
        )
        .order_by(DraftRow.version.desc())
        .limit(1)
    )
    if sent.engine != "person" or written is None or unit.session.get(EditRow, sent.id) is not None:
        return
    draft_id = sent.id
    unit.session.add(EditRow(draft_id=draft_id, case_id=sent.case_id, written_id=written.id, rung_at=now))
    unit.after_commit(lambda: house.doorbell.ring(LEARN, draft_id))


@retry_passing
def _take(house: House, draft_id: int) -> _Work | None:
    with house.store.writing() as unit:
        session = unit.session
        row = session.get(EditRow, draft_id, with_for_update=True)
        if row is None or row.learnt_at is not None or row.attempts >= MAX_ATTEMPTS:
            return None
        row.attempts += 1
        row.rung_at = house.clock()
        sent, written = session.get_one(DraftRow, draft_id), session.get_one(DraftRow, row.written_id)
        case, message = session.get_one(CaseRow, row.case_id), session.get_one(MessageRow, sent.message_id)
        customer = session.get(CustomerRow, case.customer_id) if case.customer_id else None
        people = known_people(message, customer)
        house_names = (house.company.name, *house.company.brands)
        return _Work(
            sent,
            _edit_of(session, message, written, customer.objections if customer else ()),
            KnownPeople(people.names, people.emails, house_names),
            placeholders_of(session, case.id),
        )


def _edit_of(session: Session, message: MessageRow, written: DraftRow, objections: Sequence[str]) -> Edit:
    """The edit as far as it is known without the sent text, which has yet to be redacted."""
    try:
        reading = in_tone(reading_of(session, message.id), objections)
        manner = manner_of(session, message, reading).style.formality
    except LookupError:
        reading, manner = None, ""
    incomplete = any(check["name"] == "completeness" and not check["passed"] for check in written.checks)
    return Edit(
        written=written.redacted_text,
        sent="",
        language=written.language,
        manner=manner,
        mail=f"{message.redacted_subject or ''}\n{message.redacted_new_text or ''}",
        asks=(reading.asks or (reading.summary,)) if reading else (),
        left_open=incomplete,
        sources={
            (sentences(one["text"]) or (one["text"],))[0]: tuple(one["sources"]) for one in written.sentences
        },
    )


@retry_passing
def _keep(house: House, draft_id: int, lessons: Sequence[Lesson]) -> None:
    with house.store.writing() as unit:
        session, now = unit.session, house.clock()
        row = session.get(EditRow, draft_id, with_for_update=True)
        if row is None or row.learnt_at is not None:
            return
        row.learnt_at = now
        case = session.get_one(CaseRow, row.case_id)
        # first the audit trail: its lock lets one edit after the other be kept, so that none is kept twice
        record(
            unit, "edit.learnt", actor=SYSTEM, now=now, case_id=case.id, subject=f"draft:{draft_id}",
            lessons=[lesson.topic.value for lesson in lessons],
        )  # fmt: skip
        for lesson in lessons:
            _keep_one(unit, case, draft_id, lesson, now)


def _keep_one(unit: Unit, case: CaseRow, draft_id: int, lesson: Lesson, now: datetime) -> None:
    """Strengthen the memory that says the same, or begin one; then see what it changes."""
    session = unit.session
    rows = session.scalars(select(MemoryRow).where(MemoryRow.language == lesson.language)).all()
    memory = next((row for row in rows if _is_seen_again(row, lesson, case)), None)
    if memory is None:
        memory = MemoryRow(
            kind=lesson.kind, topic=lesson.topic, language=lesson.language, before=lesson.before,
            after=lesson.after, about=lesson.about, manner=lesson.manner, tied=lesson.tied,
            scope=Scope.CUSTOMER, scope_key=case.customer_email, state=State.PROPOSED,
            created_at=now, updated_at=now,
        )  # fmt: skip
        session.add(memory)
        session.flush()
    if session.get(MemorySightRow, (memory.id, draft_id)) is None:
        session.add(
            MemorySightRow(
                memory_id=memory.id, draft_id=draft_id, case_id=case.id, before=lesson.before,
                after=lesson.after, about=lesson.about, seen_at=now,
            )
        )  # fmt: skip
        session.flush()
    was = memory.state
    settle(session, memory)
    if memory.state == State.ACTIVE and was != State.ACTIVE:
        supersede(unit, memory, contradicting(session, memory), actor=SYSTEM, now=now)
        record(unit, "memory.active", actor=SYSTEM, now=now, subject=f"memory:{memory.id}")


def _is_seen_again(row: MemoryRow, lesson: Lesson, case: CaseRow) -> bool:
    if (row.tied or lesson.tied) and not (
        row.scope == Scope.CUSTOMER and row.scope_key == case.customer_email
    ):
        return False
    return same(lesson_of(row), lesson)
