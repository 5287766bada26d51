"""What a person sets stays set, and the next message is judged by it."""

from collections.abc import Mapping

from sqlalchemy import select

from agent.cases.case import CaseState, Priority
from agent.desk.audit import by, record
from agent.desk.casework.answer_time import set_level, turn, work_out
from agent.desk.casework.cases import case_for_change, touch
from agent.desk.casework.correcting_reasons import put_reasons_right
from agent.desk.casework.judging import REASON, judge_again
from agent.desk.house import House
from agent.errors import Conflict, NotFound, WrongUse
from agent.store.session import Unit
from agent.store.tables import CaseRow, CorrectionRow, MessageRow, PersonRow
from agent.triage import taxonomy

LEARNT_FIELDS = ("category", "subcategory", "priority")
"""Fields from which the engine learns; an assignee or a state is a decision, not a correction."""


def correct(
    unit: Unit,
    house: House,
    *,
    case_id: int,
    person: PersonRow,
    category: str | None = None,
    subcategory: str | None = None,
    priority: str | None = None,
    assignee_id: int | None = None,
    unassign: bool = False,
    state: str | None = None,
    reasons: Mapping[str, bool] | None = None,
) -> CaseRow:
    """Change what is given, leave the rest. Raises `WrongUse` for a value that does not exist.

    `reasons` says of the priority's reasons, by their names, whether they are so.
    """
    case = case_for_change(unit.session, case_id)
    wanted = {
        "category": category,
        "subcategory": "" if category is not None and subcategory is None else subcategory,
        "priority": priority,
        "state": state,
        "assignee_id": assignee_id,
    }
    changes: dict[str, str | int | None] = {
        name: value for name, value in wanted.items() if value is not None and value != getattr(case, name)
    }
    if unassign and case.assignee_id is not None:
        changes["assignee_id"] = None
    _check(unit, house, changes)
    before = {name: getattr(case, name) for name in changes}
    now = house.clock()
    for name, value in changes.items():
        setattr(case, name, value)
        if name in LEARNT_FIELDS:
            case.corrected = sorted({*case.corrected, name})
            _remember(unit, case, person, name, before[name], value, house)
    if "category" in changes:
        work_out(unit, house, case)  # it may be another team's now, with other hours
    if "priority" in changes:
        set_level(unit, house, case, Priority(case.priority))
    if "state" in changes:
        turn(unit, house, case, str(before["state"]), now)
    if "category" in changes or category == case.category:
        case.needs_review = False
        case.category_confidence = 1.0
    said_before, said = put_reasons_right(
        unit, house, case, reasons or {}, person=person, text=learnable_text(unit, case)
    )
    if changes or said or category is not None:
        touch(case, now)
        record(
            unit, "case.corrected", actor=by(person), now=now, case_id=case.id,
            before=before | said_before, after=changes | said,
        )  # fmt: skip
    return case


def undo_correction(unit: Unit, house: House, *, correction_id: int, person: PersonRow) -> CaseRow:
    """Take a correction back: the case shows what it showed before, and the engine forgets it."""
    row = unit.session.get(CorrectionRow, correction_id, with_for_update=True)
    if row is None or row.case_id is None:
        raise NotFound(
            "There is no such correction.", code="correction.unknown", remedy="Look at the case again."
        )
    if row.undone_at is not None:
        raise Conflict(
            "It has been taken back already.", code="correction.undone", remedy="Look at the case again."
        )
    now = house.clock()
    row.undone_at = now
    case = case_for_change(unit.session, row.case_id)
    if row.field.startswith(REASON):
        judge_again(unit, house, case)
    elif getattr(case, row.field) == row.after:
        _put_back(unit, house, case, row)
    touch(case, now)
    record(
        unit, "correction.undone", actor=by(person), now=now, case_id=case.id, subject=f"correction:{row.id}"
    )
    return case


def _put_back(unit: Unit, house: House, case: CaseRow, row: CorrectionRow) -> None:
    setattr(case, row.field, row.before)
    others = select(CorrectionRow.id).where(
        CorrectionRow.case_id == case.id,
        CorrectionRow.field == row.field,
        CorrectionRow.undone_at.is_(None),
    )
    still_set = unit.session.scalar(others.limit(1)) is not None
    if not still_set:
        case.corrected = [name for name in case.corrected if name != row.field]
    if row.field == "category":
        work_out(unit, house, case)
    if row.field == "priority" and case.priority:
        set_level(unit, house, case, Priority(case.priority))
        if not still_set:
            judge_again(unit, house, case)  # more may have happened meanwhile


def _check(unit: Unit, house: House, changes: Mapping[str, object]) -> None:
    allowed: dict[str, set[str]] = {
        "category": set(taxonomy.load(house.company.overrides.get("taxonomy")).slugs),
        "priority": set(Priority),
        "state": set(CaseState),
    }
    for name, values in allowed.items():
        if name in changes and changes[name] not in values:
            raise WrongUse(
                f"{changes[name]!r} is not a {name}.",
                code=f"{name}.unknown",
                remedy=f"Use one of {', '.join(sorted(values))}.",
            )
    if (assignee := changes.get("assignee_id")) is not None:
        person = unit.session.get(PersonRow, assignee)
        if person is None or person.disabled:
            raise WrongUse(
                "There is no such person.", code="assignee.unknown", remedy="Choose somebody of the team."
            )


def _remember(
    unit: Unit, case: CaseRow, person: PersonRow, field: str, before: object, after: object, house: House
) -> None:
    unit.session.add(
        CorrectionRow(
            case_id=case.id,
            message_id=case.latest_in_id,
            person_id=person.id,
            field=field,
            before=str(before or ""),
            after=str(after or ""),
            redacted_text=learnable_text(unit, case),
            created_at=house.clock(),
        )
    )


def learnable_text(unit: Unit, case: CaseRow) -> str:
    """What is learnt from: subject and new text of the newest mail as models see them; nothing before that."""
    message = unit.session.get(MessageRow, case.latest_in_id) if case.latest_in_id else None
    if message is None or message.redacted_new_text is None:
        return ""
    return f"{message.redacted_subject}.\n\n{message.redacted_new_text}"
