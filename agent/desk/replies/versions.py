"""Versions of a draft: the newest one, what state it puts the case in, and a new one by a person's hand."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.desk.audit import by, record
from agent.desk.casework.cases import placeholders_of, touch
from agent.desk.house import House
from agent.drafting.sentences import sentences
from agent.errors import WrongUse
from agent.store.queries.outgoing_files import fingerprints
from agent.store.session import Unit
from agent.store.tables import CaseRow, DraftRow, PersonRow

MAX_LETTER = 100_000  # characters of a reply


def newest_draft(session: Session, case_id: int) -> DraftRow | None:
    """The case's newest version, whatever its state."""
    return session.scalar(
        select(DraftRow).where(DraftRow.case_id == case_id).order_by(DraftRow.version.desc()).limit(1)
    )


def hash_of(subject: str, text: str, files: Sequence[str] = ()) -> str:
    """What an approval names: the SHA-256 of subject and text as they will be read, and of the files with them.

    `files` are fingerprints as `agent.store.queries.outgoing_files` makes them.
    """
    letter = hashlib.sha256(f"{subject}\n\n{text}".encode()).hexdigest()
    return hashlib.sha256("\n".join((letter, *files)).encode()).hexdigest() if files else letter


def draft_state_of(draft: DraftRow) -> str:
    """What the case list says of a draft.

    `unanswerable`: nothing to answer from; `unsettled`: a sentence lacks its source or a check failed; `ready`.
    """
    if draft.engine == "person":
        return "ready"
    grounded = any(sentence["sources"] for sentence in draft.sentences)
    failed = {check["name"] for check in draft.checks if not check["passed"]}
    if not grounded and "completeness" in failed:
        return "unanswerable"
    if failed or any(not sentence["supported"] for sentence in draft.sentences):
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
        language=previous.language if previous else case.language,
        sentences=_sentences(text, previous),
        warnings=list(previous.warnings) if previous else [],
        checks=[_leftover_check(text, placeholders_of(unit.session, case.id)), *sensitive_check(previous)],
        engine="person",
        prompt=previous.prompt if previous else "",
        content_hash="",
        author_id=person.id,
        created_at=now,
    )
    draft.content_hash = hash_of(draft.subject, draft.text, fingerprints(unit.session, case.id))
    if previous is not None and previous.state == "ready":
        previous.state = "superseded"
    unit.session.add(draft)
    unit.session.flush()
    case.draft_state = draft_state_of(draft)
    touch(case, now)
    record(unit, "draft.edited", actor=by(person), now=now, case_id=case.id, subject=f"draft:{draft.id}")
    return draft


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
