"""Cases over HTTP: find, read, correct, note, escalate, and decide about drafts."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.desk.audit import timeline
from agent.desk.casework import correcting, noting
from agent.desk.escalations import escalating
from agent.desk.replies import approval, delivery
from agent.desk.replies.recipients import set_cc
from agent.drafting.rollout import UNSEEN
from agent.errors import NotFound, WrongUse
from agent.store.queries.case_facts import CaseFilter, find_cases
from agent.store.tables import (
    CaseRow,
    DraftRow,
    EscalationRow,
    MatchRow,
    MessageRow,
    NoteRow,
    OutboxRow,
    TriageRow,
)
from api.v1.access import CallerNeeded
from api.v1.shapes import (
    Approve,
    CaseDetail,
    CasePageOut,
    CaseSummary,
    Correct,
    DraftOut,
    EditDraft,
    Escalate,
    EscalationOut,
    EventOut,
    MatchOut,
    MessageOut,
    NewNote,
    NoteOut,
    OutboxOut,
    OwnReply,
    Recipients,
    Reject,
    Rewrite,
    Settle,
)

router = APIRouter(prefix="/cases", tags=["cases"])


@router.get("")
def list_cases(
    caller: CallerNeeded,
    *,
    state: str | None = None,
    category: str | None = None,
    priority: str | None = None,
    language: str | None = None,
    draft_state: str | None = None,
    customer_email: str | None = None,
    assignee_id: int | None = None,
    needs_review: bool | None = None,
    updated_since: datetime | None = None,
    after: Annotated[int | None, Query(description="`next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> CasePageOut:
    """Cases, newest number first."""
    if updated_since is not None and updated_since.tzinfo is None:
        updated_since = updated_since.replace(tzinfo=UTC)
    wanted = CaseFilter(
        state,
        category,
        priority,
        language,
        draft_state,
        customer_email,
        assignee_id,
        needs_review,
        updated_since,
    )
    with caller.house.store.reading() as session:
        rows = find_cases(session, wanted, after=after, limit=limit + 1)
    items = [CaseSummary.model_validate(row) for row in rows[:limit]]
    return CasePageOut(items=items, next=items[-1].id if len(rows) > limit else None)


@router.get("/{case_id}")
def read_case(case_id: int, caller: CallerNeeded) -> CaseDetail:
    """One case with its messages, triage, drafts and timeline."""
    with caller.house.store.reading() as session:
        return _detail(session, case_id)


@router.patch("/{case_id}")
def correct_case(case_id: int, body: Correct, caller: CallerNeeded) -> CaseDetail:
    """Correct category or priority, assign, or change the state. The engine learns from corrections."""
    given = body.model_dump(exclude_unset=True)
    unassign = "assignee_id" in given and given["assignee_id"] is None
    with caller.house.store.writing() as unit:
        correcting.correct(
            unit, caller.house, case_id=case_id, person=caller.person, unassign=unassign, **given
        )
        unit.session.flush()
        return _detail(unit.session, case_id)


@router.post("/{case_id}/notes", status_code=201)
def add_note(case_id: int, body: NewNote, caller: CallerNeeded) -> NoteOut:
    with caller.house.store.writing() as unit:
        note = noting.add_note(unit, caller.house, case_id=case_id, text=body.text, person=caller.person)
        return NoteOut.model_validate(note)


@router.post("/{case_id}/escalate", status_code=201)
def escalate(case_id: int, body: Escalate, caller: CallerNeeded) -> EscalationOut:
    with caller.house.store.writing() as unit:
        row = escalating.escalate(
            unit, caller.house, case_id=case_id, reason=body.reason, person=caller.person
        )
        return EscalationOut.model_validate(row)


@router.post("/{case_id}/drafts", status_code=201)
def write_own_reply(case_id: int, body: OwnReply, caller: CallerNeeded) -> DraftOut:
    """A reply written by a person, as a new version."""
    with caller.house.store.writing() as unit:
        draft = approval.write_own(
            unit, caller.house, case_id=case_id, text=body.text, subject=body.subject, person=caller.person
        )
        return DraftOut.model_validate(draft)


@router.patch("/{case_id}/drafts/{draft_id}")
def edit_draft(case_id: int, draft_id: int, body: EditDraft, caller: CallerNeeded) -> DraftOut:
    """Save a changed text as a new version. 409 when somebody changed the draft meanwhile."""
    with caller.house.store.writing() as unit:
        draft = approval.edit(
            unit,
            caller.house,
            case_id=case_id,
            draft_id=draft_id,
            content_hash=body.content_hash or _hash_of(unit.session, draft_id),
            text=body.text,
            subject=body.subject,
            person=caller.person,
        )
        return DraftOut.model_validate(draft)


@router.put("/{case_id}/drafts/{draft_id}/recipients")
def choose_recipients(case_id: int, draft_id: int, body: Recipients, caller: CallerNeeded) -> DraftOut:
    """Say who else gets the reply. Its `content_hash` is another one afterwards."""
    with caller.house.store.writing() as unit:
        draft = set_cc(
            unit, caller.house, case_id=case_id, draft_id=draft_id, emails=body.cc, person=caller.person
        )
        return DraftOut.model_validate(draft)


@router.post("/{case_id}/drafts/{draft_id}/approve")
def approve_draft(
    case_id: int, draft_id: int, caller: CallerNeeded, body: Approve | None = None
) -> OutboxOut:
    """Send exactly this version, after the undo seconds. 409 when it is outdated or already approved."""
    with caller.house.store.writing() as unit:
        row = approval.approve(
            unit,
            caller.house,
            case_id=case_id,
            draft_id=draft_id,
            content_hash=(body and body.content_hash) or _hash_without_look(unit.session, draft_id),
            person=caller.person,
            vouched=body.vouch if body else (),
        )
        return OutboxOut.model_validate(row)


@router.post("/{case_id}/drafts/{draft_id}/reject")
def reject_draft(case_id: int, draft_id: int, caller: CallerNeeded, body: Reject | None = None) -> CaseDetail:
    reason = body.reason if body else ""
    with caller.house.store.writing() as unit:
        approval.reject(
            unit, caller.house, case_id=case_id, draft_id=draft_id, reason=reason, person=caller.person
        )
        unit.session.flush()
        return _detail(unit.session, case_id)


@router.post("/{case_id}/drafts/{draft_id}/rewrite", status_code=202)
def rewrite_draft(
    case_id: int, draft_id: int, caller: CallerNeeded, body: Rewrite | None = None
) -> CaseDetail:
    """Have a new version written. `draft_state` is "writing" until it is there."""
    wish = body.wish if body else ""
    with caller.house.store.writing() as unit:
        approval.ask_rewrite(
            unit, caller.house, case_id=case_id, draft_id=draft_id, wish=wish, person=caller.person
        )
        unit.session.flush()
        return _detail(unit.session, case_id)


@router.post("/{case_id}/outbox/{outbox_id}/undo")
def undo_approval(case_id: int, outbox_id: int, caller: CallerNeeded) -> DraftOut:
    """Take an approval back while the reply has not left. 409 after that."""
    with caller.house.store.writing() as unit:
        _outbox_of(unit.session, case_id, outbox_id)
        return DraftOut.model_validate(
            approval.undo(unit, caller.house, outbox_id=outbox_id, person=caller.person)
        )


@router.post("/{case_id}/outbox/{outbox_id}/settle")
def settle_uncertain(case_id: int, outbox_id: int, body: Settle, caller: CallerNeeded) -> OutboxOut:
    """Say whether a reply of uncertain outcome arrived."""
    with caller.house.store.writing() as unit:
        row = _outbox_of(unit.session, case_id, outbox_id)
        approval.settle_uncertain(
            unit, caller.house, outbox_id=outbox_id, arrived=body.arrived, person=caller.person
        )
        return OutboxOut.model_validate(row)


@router.post("/{case_id}/outbox/{outbox_id}/try-again")
def try_again(case_id: int, outbox_id: int, caller: CallerNeeded) -> OutboxOut:
    """Send a refused reply once more, the same bytes. 409 for any whose outcome is not certain."""
    with caller.house.store.writing() as unit:
        _outbox_of(unit.session, case_id, outbox_id)
        row = delivery.try_again(unit, caller.house, outbox_id=outbox_id, person=caller.person)
        return OutboxOut.model_validate(row)


def _outbox_of(session: Session, case_id: int, outbox_id: int) -> OutboxRow:
    row = session.get(OutboxRow, outbox_id)
    if row is None or row.case_id != case_id:
        raise NotFound("There is no such reply.", code="outbox.unknown", remedy="Read the case again.")
    return row


def _hash_of(session: Session, draft_id: int) -> str:
    """A draft's text never changes under its id, so the id alone says which text is meant."""
    return session.scalar(select(DraftRow.content_hash).where(DraftRow.id == draft_id)) or ""


def _hash_without_look(session: Session, draft_id: int) -> str:
    """As `_hash_of`; raises `WrongUse` where people were added whom the caller may not know of."""
    draft = session.get(DraftRow, draft_id)
    if draft is not None and (draft.to or draft.cc):
        raise WrongUse(
            "This draft goes to more people than the sender of the mail.",
            code="approve.needs_hash",
            remedy="Read the draft, and name its content_hash.",
        )
    return _hash_of(session, draft_id)


def _detail(session: Session, case_id: int) -> CaseDetail:
    case = session.get(CaseRow, case_id)
    if case is None:
        raise NotFound(f"There is no case {case_id}.", code="case.unknown", remedy="Check the number.")

    def of_case(table: Any) -> list[Any]:
        return list(session.scalars(select(table).where(table.case_id == case_id).order_by(table.id)))

    triage = session.scalar(select(TriageRow).where(TriageRow.message_id == case.latest_in_id))
    matches = session.scalars(
        select(MatchRow).where(MatchRow.message_id == case.latest_in_id).order_by(MatchRow.rank)
    )
    return CaseDetail(
        **CaseSummary.model_validate(case).model_dump(),
        factors=case.factors,
        priority_note=case.priority_note,
        corrected=case.corrected,
        messages=[MessageOut.model_validate(row) for row in of_case(MessageRow)],
        triage={"engine": triage.engine, **triage.reading} if triage else {},
        matches=[MatchOut.model_validate(row) for row in matches],
        drafts=[DraftOut.model_validate(row) for row in of_case(DraftRow) if row.state != UNSEEN],
        outbox=[OutboxOut.model_validate(row) for row in of_case(OutboxRow)],
        notes=[NoteOut.model_validate(row) for row in of_case(NoteRow)],
        escalations=[EscalationOut.model_validate(row) for row in of_case(EscalationRow)],
        timeline=[EventOut.model_validate(row) for row in timeline(session, case_id)],
    )
