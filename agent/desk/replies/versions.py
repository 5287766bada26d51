"""Versions of a draft: the newest one, what state it puts the case in, and a new one by a person's hand."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.desk.audit import by, record
from agent.desk.casework.cases import placeholders_of, touch
from agent.desk.house import House
from agent.drafting.sentences import sentences
from agent.errors import WrongUse
from agent.store.queries.recipients import beside_of
from agent.store.session import Unit
from agent.store.tables import CaseRow, DraftRow, PersonRow

MAX_LETTER = 100_000  # characters of a reply


class Made(StrEnum):
    """How a version came about, where it is not the writer's first or a person's own words."""

    WISHED = "wished"  # rewritten as somebody asked in words
    TONED = "toned"  # rewritten in the tone that somebody chose
    REMOVED = "removed"  # without a sentence
    SOURCED = "sourced"  # a sentence got a source
    VOUCHED = "vouched"  # somebody vouches for a sentence
    UNVOUCHED = "unvouched"
    AGAIN = "again"  # an older version, taken again
    UNDONE = "undone"  # the last change, taken back


def newest_draft(session: Session, case_id: int) -> DraftRow | None:
    """The case's newest version, whatever its state."""
    return session.scalar(
        select(DraftRow).where(DraftRow.case_id == case_id).order_by(DraftRow.version.desc()).limit(1)
    )


def hash_of(subject: str, text: str, beside: Sequence[str] = ()) -> str:
    """What an approval names: the SHA-256 of subject and text as they will be read, and of what goes with them.

    `beside` are the recipients, the signature and the files, a line each (`agent.store.queries.recipients`).
    """
    letter = hashlib.sha256(f"{subject}\n\n{text}".encode()).hexdigest()
    return hashlib.sha256("\n".join((letter, *beside)).encode()).hexdigest() if beside else letter


def content_hash_of(session: Session, draft: DraftRow) -> str:
    """The hash of a draft as it would leave now: its words, who gets it, what stands below it, and its files."""
    return hash_of(draft.subject, draft.text, beside_of(session, draft))


def renew_open_drafts(session: Session, case_id: int) -> None:
    """What goes with the case's open drafts has changed: whoever read one must look again."""
    session.flush()
    for draft in session.scalars(
        select(DraftRow).where(DraftRow.case_id == case_id, DraftRow.state == "ready")
    ):
        draft.content_hash = content_hash_of(session, draft)


def draft_state_of(draft: DraftRow) -> str:
    """What the case list says of a draft.

    `unanswerable`: nothing to answer from; `unsettled`: a sentence lacks its source or a check failed; `ready`.
    """
    open_point = any(not sentence["supported"] for sentence in draft.sentences)
    if draft.engine == "person":
        return "unsettled" if open_point else "ready"
    grounded = any(sentence["sources"] for sentence in draft.sentences)
    failed = {check["name"] for check in draft.checks if not check["passed"]}
    if not grounded and "completeness" in failed:
        return "unanswerable"
    if failed or open_point:
        return "unsettled"
    return "ready"


def write_version(
    unit: Unit,
    house: House,
    case: CaseRow,
    *,
    message_id: int,
    text: str,
    subject: str,
    person: PersonRow,
    previous: DraftRow | None,
) -> DraftRow:
    """Save what a person wrote as the newest version; sentences that did not change keep their sources."""
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise WrongUse(
            "The reply is empty.", code="reply.empty", remedy="Write something, or reject the draft."
        )
    if len(text) > MAX_LETTER:
        raise WrongUse("The reply is too long to send.", code="reply.too_long", remedy="Shorten it.")
    now = house.clock()
    newest = newest_draft(unit.session, case.id)
    draft = DraftRow(
        case_id=case.id,
        message_id=message_id,
        version=(newest.version if newest else 0) + 1,
        subject=" ".join(subject.split()),
        text=text,
        **chosen_recipients(previous, message_id),
        language=previous.language if previous else case.language,
        sentences=_sentences(text, previous),
        warnings=list(previous.warnings) if previous else [],
        checks=[_leftover_check(text, placeholders_of(unit.session, case.id)), *sensitive_check(previous)],
        engine="person",
        prompt=previous.prompt if previous else "",
        made_from_id=previous.id if previous else None,
        content_hash="",
        author_id=person.id,
        created_at=now,
    )
    _take_place(unit, case, draft, previous, now)
    record(unit, "draft.edited", actor=by(person), now=now, case_id=case.id, subject=f"draft:{draft.id}")
    return draft


def copy_version(
    unit: Unit,
    house: House,
    case: CaseRow,
    of: DraftRow,
    *,
    made: Made,
    person: PersonRow,
    previous: DraftRow | None,
    text: str | None = None,
    sentences: list[dict[str, Any]] | None = None,
    checks: list[dict[str, Any]] | None = None,
) -> DraftRow:
    """The newest version as `of` is, but for what is given; it takes the place of `previous`.

    Whoever wrote the words stays their writer, unless `text` changes them; `person` is who wanted this version.
    """
    newest = newest_draft(unit.session, case.id)
    own_words = text is not None and text != of.text
    draft = DraftRow(
        case_id=case.id,
        message_id=of.message_id,
        version=(newest.version if newest else 0) + 1,
        subject=of.subject,
        text=of.text if text is None else text,
        **chosen_recipients(previous or of, of.message_id),
        redacted_text="" if own_words else of.redacted_text,
        language=of.language,
        sentences=of.sentences if sentences is None else sentences,
        checks=of.checks if checks is None else checks,
        warnings=of.warnings,
        engine="person" if own_words else of.engine,
        prompt=of.prompt,
        model="" if own_words else of.model,
        tone=of.tone,
        made=made,
        made_from_id=previous.id if previous else None,
        copy_of=of.version if made in {Made.AGAIN, Made.UNDONE} else None,
        fell_back=of.fell_back and not own_words,
        content_hash="",
        author_id=person.id,
        created_at=house.clock(),
    )
    _take_place(unit, case, draft, previous, draft.created_at)
    return draft


def _take_place(unit: Unit, case: CaseRow, draft: DraftRow, previous: DraftRow | None, now: datetime) -> None:
    """Make `draft` the version that people decide on."""
    draft.content_hash = content_hash_of(unit.session, draft)
    if previous is not None and previous.state == "ready":
        previous.state = "superseded"
    unit.session.add(draft)
    unit.session.flush()
    case.draft_state = draft_state_of(draft)
    touch(case, now)


def chosen_recipients(previous: DraftRow | None, message_id: int) -> dict[str, Any]:
    """Whom a person chose for an earlier version of the answer to the same mail; a new mail begins anew."""
    if previous is None or previous.message_id != message_id:
        return {"to": [], "cc": []}
    return {"to": list(previous.to), "cc": list(previous.cc)}


def _sentences(text: str, previous: DraftRow | None) -> list[dict[str, Any]]:
    """What a person writes is theirs to vouch for; an unchanged sentence still shows where it came from."""
    known = {sentence["text"]: sentence for sentence in (previous.sentences if previous else [])}
    return [known.get(s) or {"text": s, "sources": [], "supported": True} for s in sentences(text)]


def sensitive_check(draft: DraftRow | None) -> list[dict[str, Any]]:
    """The check that found the matter sensitive, which no wording mends; empty where it is not."""
    checks = draft.checks if draft else []
    return [check for check in checks if check["name"] == "sensitive" and not check["passed"]]


def _leftover_check(text: str, placeholders: Mapping[str, str]) -> dict[str, Any]:
    left = [token for token in placeholders if token in text]
    detail = f"{left[0]} still stands in the text: write the name instead." if left else ""
    return {"name": "leftover_placeholder", "passed": not left, "detail": detail}
