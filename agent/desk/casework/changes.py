"""What one person did to one or many cases at once, kept so that one undo takes all of it back.

Each case is looked at on its own: one that somebody changed since it was on screen is left out and named, both when
the act is done and when it is taken back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from agent.desk.audit import by, record
from agent.desk.casework.cases import touch
from agent.desk.casework.judging import REASON, judge_again
from agent.desk.feedback.asking.events import case_turned
from agent.desk.house import House
from agent.errors import Conflict, NotFound, WrongUse
from agent.store.session import Unit
from agent.store.tables import CaseRow, CaseTagRow, CorrectionRow, DeskChangeRow, PersonRow

MOST_AT_ONCE = 200
KEPT = timedelta(days=7)
CHANGED = "changed"
GONE = "gone"
NOT_OPEN = "not_open"

_KEPT = (
    "state", "assignee_id", "category", "subcategory", "category_confidence", "needs_review", "priority",
    "corrected", "respond_by", "clock_promises", "clock_used_s", "clock_paused_at", "clock_rules", "draft_state",
    "latest_in_id", "may_belong_to_id", "merged_into_id", "snoozed_until",
)  # fmt: skip
_INSTANTS = {"respond_by", "clock_paused_at", "snoozed_until"}


@dataclass(frozen=True, slots=True)
class Picked:
    """A case as it was on screen."""

    case_id: int
    version: int


class LeaveOut(Exception):
    """This case cannot be changed like that; `reason` is one of the words above."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def change_each(
    unit: Unit,
    house: House,
    picked: Sequence[Picked],
    *,
    act: str,
    person: PersonRow,
    do: Callable[[CaseRow], None],
    detail: dict[str, Any] | None = None,
) -> DeskChangeRow:
    """Do something to each of the cases, the lowest number first, so that two people never wait for each other.

    `do` changes one case, or raises `LeaveOut`. Raises `WrongUse` where nothing, or too much, was picked.
    """
    wanted = {one.case_id: one for one in picked}
    if not wanted:
        raise WrongUse(
            "No case was picked.", code="pick.nothing", remedy="Pick cases by their boxes or with X."
        )
    if len(wanted) > MOST_AT_ONCE:
        raise WrongUse(
            f"More than {MOST_AT_ONCE} cases were picked.",
            code="pick.many",
            remedy="Pick fewer; the rest can follow.",
        )
    now = house.clock()
    done: list[dict[str, Any]] = []
    left_out: list[dict[str, Any]] = []
    for case_id in sorted(wanted):
        case = unit.session.get(CaseRow, case_id, with_for_update=True, populate_existing=True)
        try:
            seen = _as_seen(case, wanted[case_id])
            before = snapshot(unit, seen)
            do(seen)
        except LeaveOut as reason:
            left_out.append({"id": case_id, "reason": reason.reason})
            continue
        unit.session.flush()
        done.append({"id": case_id, "version": seen.version, "before": before})
    return keep(unit, act, done, person=person, now=now, left_out=left_out, detail=detail)


def keep(
    unit: Unit,
    act: str,
    done: list[dict[str, Any]],
    *,
    person: PersonRow,
    now: datetime,
    left_out: list[dict[str, Any]] | None = None,
    detail: dict[str, Any] | None = None,
) -> DeskChangeRow:
    """Write down what was done."""
    change = DeskChangeRow(
        person_id=person.id, act=act, cases=done, left_out=left_out or [], detail=detail or {}, created_at=now
    )
    unit.session.add(change)
    unit.session.flush()
    return change


def change_of(unit: Unit, change_id: int, person: PersonRow) -> DeskChangeRow:
    """What this person did, to be taken back. Raises `NotFound` and `Conflict`."""
    change = unit.session.get(DeskChangeRow, change_id, with_for_update=True)
    if change is None or change.person_id != person.id:
        raise NotFound(
            "There is nothing to take back.", code="change.unknown", remedy="Look at the case again."
        )
    if change.undone_at is not None:
        raise Conflict(
            "It has been taken back already.", code="change.undone", remedy="Look at the case again."
        )
    return change


def take_back(unit: Unit, house: House, change: DeskChangeRow, person: PersonRow) -> None:
    """Let each case be as it was before. One that changed since stays as it is and is named in `left_out`."""
    now = house.clock()
    left_out: list[dict[str, Any]] = []
    for one in change.cases:
        case = unit.session.get(CaseRow, one["id"], with_for_update=True, populate_existing=True)
        if case is None or case.version != one["version"]:
            left_out.append({"id": one["id"], "reason": CHANGED if case else GONE})
            continue
        state = case.state
        restore(unit, case, one["before"])
        case_turned(unit, case, state, now, now)
        if _forget_corrections(unit, case, change, now):
            judge_again(unit, house, case)
        touch(case, now)
        record(
            unit, "change.undone", actor=by(person), now=now, case_id=case.id, subject=f"change:{change.id}"
        )
    change.left_out, change.undone_at = left_out, now
    unit.session.flush()


def snapshot(unit: Unit, case: CaseRow) -> dict[str, Any]:
    """What a case is before a change: ids, words of ours and instants, none of the customer's."""
    values = {name: getattr(case, name) for name in _KEPT}
    values |= {name: values[name].isoformat() for name in _INSTANTS if values[name] is not None}
    tags = select(CaseTagRow.tag_id).where(CaseTagRow.case_id == case.id).order_by(CaseTagRow.tag_id)
    return values | {"tags": list(unit.session.scalars(tags))}


def restore(unit: Unit, case: CaseRow, before: dict[str, Any]) -> None:
    """Give a case back what it was."""
    for name in _KEPT:
        value = before[name]
        setattr(case, name, datetime.fromisoformat(value) if name in _INSTANTS and value else value)
    rows = {row.tag_id: row for row in unit.session.query(CaseTagRow).filter_by(case_id=case.id)}
    for tag_id in rows.keys() - set(before["tags"]):
        unit.session.delete(rows[tag_id])
    for tag_id in set(before["tags"]) - rows.keys():
        unit.session.add(CaseTagRow(case_id=case.id, tag_id=tag_id))


def forget_changes(unit: Unit, now: datetime) -> None:
    """Acts of long ago are not taken back any more; the audit trail keeps who did what."""
    unit.session.execute(delete(DeskChangeRow).where(DeskChangeRow.created_at < now - KEPT))


def _as_seen(case: CaseRow | None, picked: Picked) -> CaseRow:
    """The case, if it still is as it was on screen. Raises `LeaveOut`."""
    if case is None:
        raise LeaveOut(GONE)
    if case.version != picked.version or case.merged_into_id is not None:
        raise LeaveOut(CHANGED)
    return case


def _forget_corrections(unit: Unit, case: CaseRow, change: DeskChangeRow, now: datetime) -> bool:
    """What the act taught is not learnt; whether it was about reasons, from which the case is judged."""
    taught = select(CorrectionRow).where(
        CorrectionRow.case_id == case.id,
        CorrectionRow.person_id == change.person_id,
        CorrectionRow.created_at >= change.created_at,
        CorrectionRow.undone_at.is_(None),
    )
    rows = unit.session.scalars(taught).all()
    for row in rows:
        row.undone_at = now
    return any(row.field.startswith(REASON) for row in rows)
