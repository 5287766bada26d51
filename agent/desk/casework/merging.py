"""Two cases are one: mails, drafts, notes, files and what people have begun go over to the kept one, and can come back.

Placeholders are given per conversation: what stands for one person there may stand for another here. They are given
anew in what moves, and back again when the merge is undone.
"""

from typing import Any

from sqlalchemy import func, select

from agent.cases.case import Priority
from agent.desk.audit import by, record
from agent.desk.casework.answer_time import turn
from agent.desk.casework.cases import case_for_change, placeholders_of, touch
from agent.desk.casework.changes import keep, snapshot, take_back
from agent.desk.casework.moving_work import move_work, move_work_back
from agent.desk.casework.renaming_placeholders import renamed, rewrite
from agent.desk.house import House
from agent.desk.replies.versions import renew_open_drafts
from agent.errors import Conflict, WrongUse
from agent.store.session import Unit
from agent.store.tables import (
    CaseRow,
    CaseTagRow,
    DeskChangeRow,
    DraftRow,
    EscalationRow,
    MessageRow,
    NoteRow,
    OutboxRow,
    OutgoingFileRow,
    PersonRow,
    PlaceholderRow,
    SignRow,
    TranslationRow,
)

_MOVED: dict[str, Any] = {
    "messages": MessageRow,
    "notes": NoteRow,
    "escalations": EscalationRow,
    "outbox": OutboxRow,
    "files": OutgoingFileRow,
    "translations": TranslationRow,
}
_ON_ITS_WAY = ("waiting", "sending", "uncertain")


def kept_of(unit: Unit, case: CaseRow) -> CaseRow:
    """The case in which a merged one goes on; the case itself where it was not merged. Locked."""
    seen = {case.id}
    while case.merged_into_id is not None and case.merged_into_id not in seen:
        seen.add(case.merged_into_id)
        following = unit.session.get(CaseRow, case.merged_into_id, with_for_update=True)
        if following is None:
            return case
        case = following
    return case


def merge(unit: Unit, house: House, *, keep_id: int, other_id: int, person: PersonRow) -> DeskChangeRow:
    """Let `other_id` go on in `keep_id`. Raises `NotFound`, `WrongUse`, and `Conflict` while a reply is on its way."""
    if keep_id == other_id:
        raise WrongUse("A case cannot be merged with itself.", code="merge.same", remedy="Name another case.")
    first, second = (case_for_change(unit.session, one) for one in sorted((keep_id, other_id)))
    kept, other = (first, second) if first.id == keep_id else (second, first)
    for case in (kept, other):
        if case.merged_into_id is not None:
            raise Conflict(
                f"Case {case.id} has been merged already.",
                code="merge.merged",
                remedy=f"Look at case {case.merged_into_id}.",
            )
    _refuse_on_its_way(unit, kept, other)
    now = house.clock()
    before = {case.id: snapshot(unit, case) for case in (kept, other)}
    detail = {"kept": kept.id, "other": other.id} | _move(unit, kept, other)
    detail |= move_work(unit, kept_id=kept.id, other_id=other.id)
    detail["drafts_before"] = _settle_drafts(unit, kept)
    renew_open_drafts(unit.session, kept.id)
    _join_facts(unit, house, kept, other)
    _take_out(unit, house, other, kept)
    for case in (kept, other):
        touch(case, now)
    record(
        unit, "case.merged", actor=by(person), now=now, case_id=kept.id, subject=f"case:{other.id}",
        messages=len(detail["messages"]),
    )  # fmt: skip
    record(unit, "case.merged", actor=by(person), now=now, case_id=other.id, subject=f"case:{kept.id}")
    unit.session.flush()
    done = [{"id": case.id, "version": case.version, "before": before[case.id]} for case in (kept, other)]
    return keep(unit, "merge", done, person=person, now=now, detail=detail)


def keep_apart(unit: Unit, house: House, *, case_id: int, person: PersonRow) -> DeskChangeRow:
    """A person decides that a case does not belong to the one that its mail named."""
    case = case_for_change(unit.session, case_id)
    if case.may_belong_to_id is None:
        raise Conflict(
            "This has been decided already.", code="belongs.decided", remedy="Look at the case again."
        )
    now, before, named = house.clock(), snapshot(unit, case), case.may_belong_to_id
    case.may_belong_to_id = None
    touch(case, now)
    record(unit, "case.kept_apart", actor=by(person), now=now, case_id=case.id, subject=f"case:{named}")
    done = [{"id": case.id, "version": case.version, "before": before}]
    return keep(unit, "apart", done, person=person, now=now, detail={"named": named})


def undo_merge(unit: Unit, house: House, change: DeskChangeRow, person: PersonRow) -> None:
    """Let both cases be as they were. Raises `Conflict` where either has changed since: a half undo helps nobody."""
    cases = {one["id"]: case_for_change(unit.session, one["id"]) for one in sorted(change.cases, key=_number)}
    if any(cases[one["id"]].version != one["version"] for one in change.cases):
        raise Conflict(
            "One of the two cases has changed since.",
            code="merge.changed",
            remedy="Take mails out of the case with Split instead.",
        )
    detail = change.detail
    kept, other = cases[detail["kept"]], cases[detail["other"]]
    _refuse_on_its_way(unit, kept)
    for name, table in _MOVED.items():
        for row in unit.session.scalars(select(table).where(table.id.in_(detail.get(name, [])))):
            row.case_id = other.id
    for draft_id, version in detail["drafts"]:
        draft = unit.session.get_one(DraftRow, draft_id)
        draft.case_id, draft.version = other.id, version
    for draft_id, state in detail["drafts_before"]:
        unit.session.get_one(DraftRow, draft_id).state = state
    back = {new: old for old, new in detail["renamed"].items()}
    rewrite(unit, detail["messages"], [one for one, _ in detail["drafts"]], back)
    for row in unit.session.scalars(
        select(PlaceholderRow).where(
            PlaceholderRow.case_id == kept.id, PlaceholderRow.token.in_(detail["added"])
        )
    ):
        unit.session.delete(row)
    move_work_back(unit, detail, kept_id=kept.id, other_id=other.id)
    unit.session.flush()
    for case in (kept, other):
        renew_open_drafts(unit.session, case.id)
    take_back(unit, house, change, person)


def _number(one: dict[str, Any]) -> int:
    return int(one["id"])


def _refuse_on_its_way(unit: Unit, *cases: CaseRow) -> None:
    for case in cases:
        leaving = select(OutboxRow.id).where(OutboxRow.case_id == case.id, OutboxRow.state.in_(_ON_ITS_WAY))
        if unit.session.scalar(leaving.limit(1)):
            raise Conflict(
                f"A letter of case {case.id} is on its way.",
                code="merge.leaving",
                remedy="Wait until it has left, or take it back first.",
            )


def _move(unit: Unit, kept: CaseRow, other: CaseRow) -> dict[str, Any]:
    session = unit.session
    moved: dict[str, Any] = {}
    for name, table in _MOVED.items():
        rows = session.scalars(select(table).where(table.case_id == other.id).order_by(table.id)).all()
        moved[name] = [row.id for row in rows]
        for row in rows:
            row.case_id = kept.id
    newest = select(func.max(DraftRow.version)).where(DraftRow.case_id == kept.id)
    above = session.scalar(newest) or 0
    drafts = session.scalars(select(DraftRow).where(DraftRow.case_id == other.id)).all()
    moved["drafts"] = [[draft.id, draft.version] for draft in drafts]
    for draft in drafts:
        draft.case_id, draft.version = kept.id, draft.version + above
    for sign in session.scalars(select(SignRow).where(SignRow.case_id == other.id)):
        sign.case_id = kept.id
    new_names, added = renamed(placeholders_of(session, kept.id), placeholders_of(session, other.id))
    session.add_all(
        PlaceholderRow(case_id=kept.id, token=token, value=value) for token, value in added.items()
    )
    rewrite(unit, moved["messages"], [draft.id for draft in drafts], new_names)
    have = set(session.scalars(select(CaseTagRow.tag_id).where(CaseTagRow.case_id == kept.id)))
    theirs = session.scalars(select(CaseTagRow.tag_id).where(CaseTagRow.case_id == other.id)).all()
    session.add_all(CaseTagRow(case_id=kept.id, tag_id=tag_id) for tag_id in theirs if tag_id not in have)
    session.flush()
    return moved | {"renamed": dict(new_names), "added": sorted(added)}


def _settle_drafts(unit: Unit, kept: CaseRow) -> list[list[Any]]:
    """Only a draft for the newest mail can be sent; which others were ready, with what they were."""
    newest = newest_from_customer(unit, kept)
    before: list[list[Any]] = []
    ready: DraftRow | None = None
    for draft in unit.session.scalars(
        select(DraftRow)
        .where(DraftRow.case_id == kept.id, DraftRow.state == "ready")
        .order_by(DraftRow.version)
    ):
        if draft.message_id == newest and ready is None:
            ready = draft
            continue
        before.append([draft.id, draft.state])
        draft.state = "superseded"
    kept.latest_in_id = newest
    if ready is None and kept.draft_state not in {"writing", "unanswerable"}:
        kept.draft_state = "none"
    return before


def newest_from_customer(unit: Unit, case: CaseRow) -> int | None:
    """The mail of the customer that came last."""
    return unit.session.scalar(
        select(MessageRow.id)
        .where(MessageRow.case_id == case.id, MessageRow.direction == "in", MessageRow.kind == "customer")
        .order_by(MessageRow.received_at.desc(), MessageRow.id.desc())
        .limit(1)
    )


def _join_facts(unit: Unit, house: House, kept: CaseRow, other: CaseRow) -> None:
    """The kept case is as urgent as the more urgent of both, and open while either was."""
    newest = kept.latest_in_id
    if other.latest_in_id is not None and other.latest_in_id == newest:
        kept.draft_state = other.draft_state
    state = kept.state
    if other.state == "open" and kept.state != "open":
        kept.state = "open"
        turn(unit, house, kept, state, house.clock())
    kept.snoozed_until = None
    if other.state == "open":
        kept.clock_promises = [*kept.clock_promises, *other.clock_promises]
        dues = [due for due in (kept.respond_by, other.respond_by) if due is not None]
        kept.respond_by = min(dues, default=None)
    if other.priority and (not kept.priority or _rank(other) < _rank(kept)):
        kept.priority = other.priority
    if kept.may_belong_to_id == other.id:
        kept.may_belong_to_id = None


def _rank(case: CaseRow) -> int:
    return Priority(case.priority).rank


def _take_out(unit: Unit, house: House, other: CaseRow, kept: CaseRow) -> None:
    before = other.state
    other.state, other.merged_into_id = "done", kept.id
    turn(unit, house, other, before, house.clock())
    other.draft_state, other.latest_in_id = "none", None
    other.may_belong_to_id, other.snoozed_until = None, None
