"""One act on many cases: give away, close, tag, snooze, sort out, set priority or category. One case is many of one."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from agent.desk.audit import by, record
from agent.desk.casework.cases import case_for_change, touch
from agent.desk.casework.changes import NOT_OPEN, LeaveOut, Picked, change_each
from agent.desk.casework.correcting import correct
from agent.desk.casework.tagging import add_tag, remove_tag, tag_called
from agent.desk.house import House
from agent.errors import Conflict, WrongUse
from agent.store.session import Unit
from agent.store.tables import CaseRow, DeskChangeRow, PersonRow

FURTHEST_SNOOZE = timedelta(days=366)

_STATE_ACTS = {"done": "close", "spam": "spam", "open": "open", "waiting": "wait"}


def assign(
    unit: Unit, house: House, picked: Sequence[Picked], *, assignee_id: int, person: PersonRow
) -> DeskChangeRow:
    """Give the cases to somebody; 0 gives them back to nobody."""
    change: dict[str, Any] = {"assignee_id": assignee_id} if assignee_id else {"unassign": True}
    return _correct(unit, house, picked, "assign", person, change)


def set_state(
    unit: Unit, house: House, picked: Sequence[Picked], *, state: str, person: PersonRow
) -> DeskChangeRow:
    """Close the cases, sort them out as spam, or open them again."""
    return _correct(unit, house, picked, _STATE_ACTS.get(state, "state"), person, {"state": state})


def set_priority(
    unit: Unit, house: House, picked: Sequence[Picked], *, priority: str, person: PersonRow
) -> DeskChangeRow:
    return _correct(unit, house, picked, "priority", person, {"priority": priority})


def set_category(
    unit: Unit, house: House, picked: Sequence[Picked], *, category: str, person: PersonRow
) -> DeskChangeRow:
    return _correct(unit, house, picked, "category", person, {"category": category})


def put_right(
    unit: Unit, house: House, *, case_id: int, values: Mapping[str, Any], back: str, person: PersonRow
) -> DeskChangeRow:
    """Change facts of the one case on screen, whatever version of it was seen; `values` as `correct` takes them.

    `back` is the page on which it was done: who takes it back comes there again. Raises `NotFound`, `WrongUse`, and
    `Conflict` for a case that goes on in another.
    """
    case = case_for_change(unit.session, case_id)
    if case.merged_into_id is not None:
        raise Conflict(
            f"Case {case.id} has been merged already.",
            code="correct.merged",
            remedy=f"Look at case {case.merged_into_id}.",
        )
    act = next((one for one in ("category", "priority", "reasons") if one in values), "assign")
    if "state" in values:
        act = _STATE_ACTS.get(values["state"], "state")
    return _correct(unit, house, [Picked(case.id, case.version)], act, person, dict(values), back=back)


def tag(unit: Unit, house: House, picked: Sequence[Picked], *, name: str, person: PersonRow) -> DeskChangeRow:
    """Put a tag on the cases; a new word becomes a tag. Raises `WrongUse` for one that cannot be a tag."""
    row = tag_called(unit, name, house.clock())

    def do(case: CaseRow) -> None:
        add_tag(unit, case, row)
        _note(unit, house, case, "case.tagged", person, tag=row.id)

    return change_each(unit, house, picked, act="tag", person=person, do=do, detail={"tag": row.id})


def untag(
    unit: Unit, house: House, picked: Sequence[Picked], *, tag_id: int, person: PersonRow
) -> DeskChangeRow:
    """Take a tag off the cases."""

    def do(case: CaseRow) -> None:
        remove_tag(unit, case, tag_id)
        _note(unit, house, case, "case.untagged", person, tag=tag_id)

    return change_each(unit, house, picked, act="untag", person=person, do=do, detail={"tag": tag_id})


def snooze(
    unit: Unit, house: House, picked: Sequence[Picked], *, until: datetime, person: PersonRow
) -> DeskChangeRow:
    """Put open cases out of sight until then, or until the customer writes. The answer time runs on.

    `detail["due"]` names the cases whose answer is due while they sleep. Raises `WrongUse` for a time gone by.
    """
    now = house.clock()
    if not now < until <= now + FURTHEST_SNOOZE:
        raise WrongUse(
            "A case can sleep from a moment to a year.",
            code="snooze.when",
            remedy="Choose a time that is still to come.",
        )
    due: list[int] = []

    def do(case: CaseRow) -> None:
        if case.state != "open":
            raise LeaveOut(NOT_OPEN)
        case.snoozed_until = until
        if case.respond_by is not None and case.respond_by <= until:
            due.append(case.id)
        _note(unit, house, case, "case.snoozed", person, until=until.isoformat())

    change = change_each(unit, house, picked, act="snooze", person=person, do=do)
    change.detail = {"until": until.isoformat(), "due": due}
    return change


def wake(unit: Unit, house: House, picked: Sequence[Picked], *, person: PersonRow) -> DeskChangeRow:
    """Bring cases back that sleep."""

    def do(case: CaseRow) -> None:
        case.snoozed_until = None
        _note(unit, house, case, "case.woken", person)

    return change_each(unit, house, picked, act="wake", person=person, do=do)


def _correct(
    unit: Unit,
    house: House,
    picked: Sequence[Picked],
    act: str,
    person: PersonRow,
    values: dict[str, Any],
    back: str = "",
) -> DeskChangeRow:
    def do(case: CaseRow) -> None:
        if case.state != "open" or values.get("state", "open") != "open":
            case.snoozed_until = None
        correct(unit, house, case_id=case.id, person=person, **values)

    detail = {"values": values} | ({"back": back} if back else {})
    return change_each(unit, house, picked, act=act, person=person, do=do, detail=detail)


def _note(unit: Unit, house: House, case: CaseRow, action: str, person: PersonRow, **detail: Any) -> None:
    now = house.clock()
    touch(case, now)
    record(unit, action, actor=by(person), now=now, case_id=case.id, **detail)
