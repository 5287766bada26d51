"""One case holds two matters: chosen mails become a case of their own, with what was written for them."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from agent.desk.audit import by, record
from agent.desk.casework.answer_time import turn
from agent.desk.casework.cases import case_for_change, placeholders_of, touch
from agent.desk.casework.changes import keep, snapshot, take_back
from agent.desk.casework.merging import newest_from_customer
from agent.desk.house import House
from agent.errors import Conflict, WrongUse
from agent.store.session import Unit
from agent.store.tables import (
    CaseRow,
    DeskChangeRow,
    DraftRow,
    MessageRow,
    OutboxRow,
    PersonRow,
    PlaceholderRow,
    SignRow,
)

_COPIED = (
    "mailbox_id", "customer_id", "assignee_id", "language", "category", "subcategory", "category_confidence",
    "needs_review", "sentiment", "priority", "score", "factors", "priority_note", "words_priority", "corrected",
    "respond_by", "clock_promises", "clock_used_s", "clock_rules",
)  # fmt: skip


def split(
    unit: Unit, house: House, *, case_id: int, message_ids: Collection[int], person: PersonRow
) -> DeskChangeRow:
    """Open a case for these mails; `detail["new"]` is its number. Raises `WrongUse` where nothing would stay or go."""
    case = case_for_change(unit.session, case_id)
    mails = unit.session.scalars(
        select(MessageRow)
        .where(MessageRow.case_id == case.id)
        .order_by(MessageRow.received_at, MessageRow.id)
    ).all()
    going = [mail for mail in mails if mail.id in set(message_ids)]
    first = next((mail for mail in going if mail.direction == "in"), None)
    stays = any(mail.direction == "in" and mail not in going for mail in mails)
    if first is None or not stays:
        raise WrongUse(
            "One mail of the customer has to go and one has to stay.",
            code="split.which",
            remedy="Choose the mails that are about the other matter.",
        )
    _refuse_on_its_way(unit, case)
    now, before = house.clock(), snapshot(unit, case)
    new = CaseRow(
        **{name: getattr(case, name) for name in _COPIED},
        customer_email=first.from_email, customer_name=first.from_name or case.customer_name,
        subject=first.subject, state=case.state, draft_state="none", created_at=now, updated_at=now,
    )  # fmt: skip
    unit.session.add(new)
    unit.session.flush()
    drafts = unit.session.scalars(
        select(DraftRow).where(
            DraftRow.message_id.in_([mail.id for mail in going]), DraftRow.case_id == case.id
        )
    ).all()
    for mail in going:
        mail.case_id = new.id
    for draft in drafts:
        draft.case_id = new.id
    for sign in unit.session.scalars(select(SignRow).where(SignRow.message_id.in_([m.id for m in going]))):
        sign.case_id = new.id
    book = placeholders_of(unit.session, case.id)
    unit.session.add_all(PlaceholderRow(case_id=new.id, token=t, value=v) for t, v in book.items())
    unit.session.flush()
    for one in (case, new):
        _look_again(unit, one, before["draft_state"], before["latest_in_id"])
        touch(one, now)
    record(
        unit, "case.split", actor=by(person), now=now, case_id=case.id, subject=f"case:{new.id}",
        messages=len(going),
    )  # fmt: skip
    record(unit, "case.opened", actor=by(person), now=now, case_id=new.id, subject=f"case:{case.id}")
    unit.session.flush()
    done = [{"id": one.id, "version": one.version, "before": snapshot(unit, one)} for one in (case, new)]
    done[0]["before"] = before
    detail = {
        "old": case.id, "new": new.id, "messages": [mail.id for mail in going], "drafts": [d.id for d in drafts],
    }  # fmt: skip
    return keep(unit, "split", done, person=person, now=now, detail=detail)


def undo_split(unit: Unit, house: House, change: DeskChangeRow, person: PersonRow) -> None:
    """Put the mails back; the new number stays, and leads to the old case. Raises `Conflict` after further changes."""
    cases: dict[int, CaseRow] = {one["id"]: case_for_change(unit.session, one["id"]) for one in change.cases}
    if any(cases[one["id"]].version != one["version"] for one in change.cases):
        raise Conflict(
            "One of the two cases has changed since.",
            code="split.changed",
            remedy="Merge the two cases instead.",
        )
    detail: dict[str, Any] = change.detail
    old, new = cases[detail["old"]], cases[detail["new"]]
    _refuse_on_its_way(unit, new)
    for mail in unit.session.scalars(select(MessageRow).where(MessageRow.id.in_(detail["messages"]))):
        mail.case_id = old.id
    for draft in unit.session.scalars(select(DraftRow).where(DraftRow.id.in_(detail["drafts"]))):
        draft.case_id = old.id
    for sign in unit.session.scalars(select(SignRow).where(SignRow.case_id == new.id)):
        sign.case_id = old.id
    unit.session.flush()
    take_back(unit, house, change, person)
    before = new.state
    new.state, new.merged_into_id, new.draft_state, new.latest_in_id = "done", old.id, "none", None
    turn(unit, house, new, before, house.clock())


def _look_again(unit: Unit, case: CaseRow, draft_state: str, latest: int | None) -> None:
    """Which mail is to be answered now, and whether there is a draft for it."""
    case.latest_in_id = newest_from_customer(unit, case)
    ready = unit.session.scalar(
        select(DraftRow.id).where(
            DraftRow.case_id == case.id, DraftRow.state == "ready", DraftRow.message_id == case.latest_in_id
        )
    )
    if case.latest_in_id == latest:
        case.draft_state = draft_state
    else:
        case.draft_state = "ready" if ready else "none"


def _refuse_on_its_way(unit: Unit, case: CaseRow) -> None:
    leaving = select(OutboxRow.id).where(
        OutboxRow.case_id == case.id, OutboxRow.state.in_(("waiting", "sending", "uncertain"))
    )
    if unit.session.scalar(leaving.limit(1)):
        raise Conflict(
            f"A letter of case {case.id} is on its way.",
            code="split.leaving",
            remedy="Wait until it has left, or take it back first.",
        )
