"""People decide: approve, undo, edit, reject, ask for a rewrite, write themselves.

Approving fixes the bytes, their hash and the Message-ID in the outbox. Nothing can be sent that was not approved
in exactly that form, for exactly these recipients, against exactly the customer's newest mail.
"""

from collections.abc import Callable, Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.desk.audit import by, record
from agent.desk.casework.cases import case_for_change, touch
from agent.desk.house import House
from agent.desk.replies.outbox import Letter, cancel, mark_sent, post
from agent.desk.replies.settling import settle
from agent.desk.replies.signing import signature_for
from agent.desk.replies.versions import (
    content_hash_of,
    draft_state_of,
    newest_draft,
    sensitive_check,
    write_version,
)
from agent.desk.steps.pipeline import task_of
from agent.desk.steps.work import hand_on
from agent.drafting.tone_wish import NO_TONE_WISH, ToneWish
from agent.errors import Conflict, NotAllowed, NotFound, WrongUse
from agent.store.queries.outgoing_files import files_to_send, fix_files
from agent.store.queries.recipients import recipients_of
from agent.store.session import Unit
from agent.store.tables import ApprovalRow, CaseRow, DraftRow, MailboxRow, MessageRow, OutboxRow, PersonRow

MAX_WISH = 2_000  # characters


def approve(
    unit: Unit,
    house: House,
    *,
    case_id: int,
    draft_id: int,
    content_hash: str,
    person: PersonRow,
    vouched: Collection[str] = (),
    words: Callable[[str], str] = str,
) -> OutboxRow:
    """Put exactly this draft into the outbox; it leaves after the undo seconds.

    Raises `Conflict` when the draft is outdated, the customer wrote meanwhile, or somebody was faster, and
    `NotAllowed` when the matter is sensitive and `person` no lead, `WrongUse` while something is unsettled that
    `vouched` does not name (keys as of `settling.unsettled`; `words` as there). Pressed twice by one person, it is
    the same letter.
    """
    session, now = unit.session, house.clock()
    case, draft = _case_and_draft(session, case_id, draft_id)
    pressed_before = _approved_by(session, draft, content_hash, person)
    if pressed_before is not None:
        return pressed_before
    _still_current(session, case, draft, content_hash)
    _may_approve(draft, person)
    settle(unit, house, draft, vouched, person, words)
    mailbox = session.get_one(MailboxRow, case.mailbox_id)
    answered = session.get_one(MessageRow, draft.message_id)
    to, cc = recipients_of(session, draft)
    if not to:
        raise WrongUse(
            "The customer's mail names no address that can be answered.",
            code="reply.no_address",
            remedy="Reach the customer another way, and mark the case as done.",
        )
    draft.content_hash = content_hash
    approval = ApprovalRow(
        draft_id=draft.id, person_id=person.id, content_hash=draft.content_hash, created_at=now
    )
    session.add(approval)
    session.flush()
    row = post(
        unit,
        house,
        case,
        mailbox,
        answered,
        Letter(
            kind="reply",
            dedupe_key=f"draft:{draft.id}",
            subject=draft.subject,
            text=draft.text,
            to=to,
            cc=cc,
            signature=signature_for(house, mailbox, draft.language, person),
            draft_id=draft.id,
            approval_id=approval.id,
            delay_s=house.undo_seconds,
            quote_original=True,
            files=files_to_send(session, case.id),
        ),
    )
    fix_files(session, case.id, row.id)
    draft.state = "approved"
    case.draft_state = "leaving"
    touch(case, now)
    record(unit, "draft.approved", actor=by(person), now=now, case_id=case.id, subject=f"draft:{draft.id}")
    return row


def undo(unit: Unit, house: House, *, outbox_id: int, person: PersonRow) -> DraftRow:
    """Take an approval back before it leaves. Raises `Conflict` once sending has begun."""
    session, now = unit.session, house.clock()
    row = session.get(OutboxRow, outbox_id, with_for_update=True)
    if row is None or row.draft_id is None:
        raise NotFound(
            "There is no such reply on its way.", code="outbox.unknown", remedy="Look at the case again."
        )
    if row.state != "waiting" or row.attempts:
        raise Conflict(
            "The reply can no longer be taken back.",
            code="outbox.gone",
            remedy="Write to the customer again if something has to be put right.",
        )
    cancel(unit, house, row, "taken back")
    draft = _reopen(session, row)
    record(
        unit,
        "draft.approval_undone",
        actor=by(person),
        now=now,
        case_id=row.case_id,
        subject=f"draft:{draft.id}",
    )
    touch(session.get_one(CaseRow, row.case_id), now)
    return draft


def edit(
    unit: Unit,
    house: House,
    *,
    case_id: int,
    draft_id: int,
    content_hash: str,
    text: str,
    subject: str | None,
    person: PersonRow,
) -> DraftRow:
    """Save an agent's changes as a new version. Raises `Conflict` when the draft changed meanwhile."""
    case, draft = _case_and_draft(unit.session, case_id, draft_id)
    _still_current(unit.session, case, draft, content_hash)
    return write_version(
        unit,
        house,
        case,
        message_id=draft.message_id,
        text=text,
        subject=subject or draft.subject,
        person=person,
        previous=draft,
    )


def write_own(
    unit: Unit, house: House, *, case_id: int, text: str, subject: str | None, person: PersonRow
) -> DraftRow:
    """An agent's own reply where there is no draft to start from."""
    case = case_for_change(unit.session, case_id)
    if case.latest_in_id is None:
        raise WrongUse(
            "There is no mail to answer in this case.", code="reply.nothing", remedy="Wait for a mail."
        )
    newest = newest_draft(unit.session, case.id)
    if newest is not None and newest.state == "approved":
        raise Conflict(
            "A reply is already on its way.", code="draft.approved", remedy="Undo it first, or wait."
        )
    return write_version(
        unit,
        house,
        case,
        message_id=case.latest_in_id,
        text=text,
        subject=subject or case.subject,
        person=person,
        previous=newest if newest is not None and newest.state == "ready" else None,
    )


def reject(unit: Unit, house: House, *, case_id: int, draft_id: int, reason: str, person: PersonRow) -> None:
    """Turn a draft down. The case waits for a reply written by a person, or for a rewrite."""
    now = house.clock()
    case, draft = _case_and_draft(unit.session, case_id, draft_id)
    if draft.state != "ready":
        raise Conflict(
            "This draft is no longer open.", code="draft.closed", remedy="Look at the newest version."
        )
    draft.state = "rejected"
    draft.wish = reason[:MAX_WISH]
    case.draft_state = "none"
    touch(case, now)
    record(unit, "draft.rejected", actor=by(person), now=now, case_id=case.id, subject=f"draft:{draft.id}")


def ask_rewrite(
    unit: Unit,
    house: House,
    *,
    case_id: int,
    draft_id: int,
    wish: str,
    person: PersonRow,
    tone: ToneWish = NO_TONE_WISH,
) -> None:
    """Have the writer try again, with what the agent asked for in words or as a tone. The old version is kept."""
    now = house.clock()
    case, draft = _case_and_draft(unit.session, case_id, draft_id)
    if draft.state not in {"ready", "rejected"}:
        raise Conflict(
            "This draft is no longer open.", code="draft.closed", remedy="Look at the newest version."
        )
    message = unit.session.get_one(MessageRow, draft.message_id, with_for_update=True)
    if message.step:
        raise Conflict(
            "A new version is already being written.", code="draft.writing", remedy="Wait a moment."
        )
    message.wish, message.tone = wish[:MAX_WISH], tone.levels if tone else {}
    hand_on(message, "draft", now)
    case.draft_state = "writing"
    touch(case, now)
    record(
        unit, "draft.rewrite_asked", actor=by(person), now=now, case_id=case.id, subject=f"draft:{draft.id}"
    )
    message_id = message.id
    unit.after_commit(lambda: house.doorbell.ring(task_of("draft"), message_id))


def settle_uncertain(unit: Unit, house: House, *, outbox_id: int, arrived: bool, person: PersonRow) -> None:
    """A person says whether a reply of unknown or bad outcome arrived. If not, its draft is open again."""
    session, now = unit.session, house.clock()
    row = session.get(OutboxRow, outbox_id, with_for_update=True)
    if row is None or row.state not in {"uncertain", "failed"}:
        raise Conflict("This is settled already.", code="outbox.settled", remedy="Look at the case again.")
    if arrived:
        row.outcome = "A person found that it arrived."
        mark_sent(unit, house, row)
    else:
        cancel(unit, house, row, "a person found that it did not arrive")
        if row.draft_id is not None:
            _reopen(session, row)
        if row.case_id is not None:
            touch(session.get_one(CaseRow, row.case_id), now)
    record(
        unit,
        "outbox.settled",
        actor=by(person),
        now=now,
        case_id=row.case_id,
        subject=f"outbox:{row.id}",
        arrived=arrived,
    )


def _reopen(session: Session, row: OutboxRow) -> DraftRow:
    """The draft behind a letter that did not leave may be approved again, unless a newer one took its place."""
    assert row.draft_id is not None
    draft = session.get_one(DraftRow, row.draft_id)
    case = session.get_one(CaseRow, row.case_id)
    newest = newest_draft(session, case.id)
    draft.state = "ready" if newest is draft else "superseded"
    if newest is draft:
        case.draft_state = draft_state_of(draft)
    return draft


def draft_to_change(
    session: Session, *, case_id: int, draft_id: int, content_hash: str
) -> tuple[CaseRow, DraftRow]:
    """The case and the draft, locked, if it is still as it was seen. Raises `NotFound` and `Conflict`."""
    case, draft = _case_and_draft(session, case_id, draft_id)
    _still_current(session, case, draft, content_hash)
    return case, draft


def _case_and_draft(session: Session, case_id: int, draft_id: int) -> tuple[CaseRow, DraftRow]:
    case = case_for_change(session, case_id)
    draft = session.get(DraftRow, draft_id, with_for_update=True)
    if draft is None or draft.case_id != case_id:
        raise NotFound(
            f"Case {case_id} has no draft {draft_id}.", code="draft.unknown", remedy="Look at the case again."
        )
    return case, draft


def _may_approve(draft: DraftRow, person: PersonRow) -> None:
    """Threats of law, injuries, the press and the like: a lead reads the answer before it leaves."""
    if person.role == "agent" and sensitive_check(draft):
        raise NotAllowed(
            "This matter is sensitive, so a lead has to approve the answer.",
            code="approval.needs_lead",
            remedy="Escalate the case: your draft is kept as it is.",
        )


def _approved_by(session: Session, draft: DraftRow, seen_hash: str, person: PersonRow) -> OutboxRow | None:
    """The letter that this person let go with just these words, while it stands."""
    if draft.state != "approved" or draft.content_hash != seen_hash:
        return None
    return session.scalar(
        select(OutboxRow)
        .join(ApprovalRow, ApprovalRow.id == OutboxRow.approval_id)
        .where(
            OutboxRow.draft_id == draft.id,
            OutboxRow.state != "cancelled",
            ApprovalRow.person_id == person.id,
            ApprovalRow.undone_at.is_(None),
        )
    )


def _still_current(session: Session, case: CaseRow, draft: DraftRow, seen_hash: str) -> None:
    if draft.state == "approved":
        raise Conflict(
            "Somebody has approved this draft already.",
            code="draft.approved",
            remedy="It leaves once; there is nothing to do.",
        )
    if draft.state != "ready" or content_hash_of(session, draft) != seen_hash:
        raise Conflict(
            "The draft, who receives it or what goes with it has changed since you opened it.",
            code="draft.changed",
            remedy="Read the newest version first.",
        )
    if case.latest_in_id is not None and draft.message_id != case.latest_in_id:
        raise Conflict(
            "The customer has written again since this draft.",
            code="draft.outdated",
            remedy="Read the new mail; a new draft is on its way.",
        )
