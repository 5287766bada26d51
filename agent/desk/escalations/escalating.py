"""Bringing a case before a lead, taking it on, and handing it back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from agent.cases.escalation import Cause, next_step_at
from agent.desk.audit import SYSTEM, by, record
from agent.desk.casework.answer_time import calendar_of
from agent.desk.casework.cases import case_for_change, touch
from agent.desk.house import House
from agent.desk.settings.rules import escalation_rules_of
from agent.errors import Conflict, NotFound
from agent.store.session import Unit
from agent.store.tables import CaseRow, EscalationRow, FollowUpRow, PersonRow

MAX_REASON = 2_000  # characters


def escalate(unit: Unit, house: House, *, case_id: int, reason: str, person: PersonRow) -> EscalationRow:
    """A person asks a lead to look. A case with an open escalation is not escalated twice for the same cause."""
    case = case_for_change(unit.session, case_id)
    row, _ = open_escalation(unit, case, cause="asked", reason=reason.strip()[:MAX_REASON], now=house.clock())
    row.asked_by_id = person.id
    record(unit, "case.escalated", actor=by(person), now=house.clock(), case_id=case.id, cause="asked")
    return row


def escalate_by_rule(
    unit: Unit, case: CaseRow, *, cause: str, reason: str, now: datetime, once_since: datetime | None = None
) -> None:
    """A rule asks a lead to look (critical, overdue, …); not again where it has asked since `once_since`."""
    if once_since is not None:
        before = select(EscalationRow.id).where(
            EscalationRow.case_id == case.id,
            EscalationRow.cause == cause,
            EscalationRow.created_at >= once_since,
        )
        if unit.session.scalar(before.limit(1)) is not None:
            return
    _, new = open_escalation(unit, case, cause=cause, reason=reason, now=now)
    if new:
        record(unit, "case.escalated", actor=SYSTEM, now=now, case_id=case.id, cause=cause)


def open_escalation(
    unit: Unit, case: CaseRow, *, cause: str, reason: str, now: datetime
) -> tuple[EscalationRow, bool]:
    """The open escalation of this cause, and whether it is new. The first people are told within seconds."""
    row = unit.session.scalar(
        select(EscalationRow).where(
            EscalationRow.case_id == case.id,
            EscalationRow.cause == cause,
            EscalationRow.acknowledged_at.is_(None),
        )
    )
    new = row is None
    if row is None:
        row = EscalationRow(
            case_id=case.id, cause=cause, reason=reason, created_at=now, steps_taken=0, climb_at=now
        )
        unit.session.add(row)
    else:
        row.reason = reason or row.reason
    case.escalated_at = case.escalated_at or now
    touch(case, now)
    unit.session.flush()
    return row, new


def acknowledge(unit: Unit, house: House, *, escalation_id: int, person: PersonRow) -> EscalationRow:
    """A lead takes the case on, whatever else it was escalated for, and nobody further is told.

    Raises `Conflict` when another already has.
    """
    row = _row(unit, escalation_id)
    if row.acknowledged_at is not None:
        raise Conflict(
            "Somebody has taken it already.", code="escalation.taken", remedy="Look at the board again."
        )
    now = house.clock()
    case = case_for_change(unit.session, row.case_id)
    for one in _of_case(unit, case, EscalationRow.acknowledged_at.is_(None)):
        one.acknowledged_by_id, one.acknowledged_at = person.id, now
        one.assignee_before_id = case.assignee_id
        _record(unit, "escalation.acknowledged", one, person, now)
    case.assignee_id = person.id
    unit.session.execute(  # with the case go the unhappy customers who wait for a call about it
        update(FollowUpRow)
        .where(FollowUpRow.case_id == case.id, FollowUpRow.state == "open")
        .values(owner_id=person.id)
    )
    touch(case, now)
    return row


def hand_back(unit: Unit, house: House, *, escalation_id: int, person: PersonRow) -> EscalationRow:
    """Who took the case gives it back: it is on the board again, with whom had it before, and the steps go on.

    Raises `Conflict` where this person has not got it, or it was escalated anew meanwhile.
    """
    row = _row(unit, escalation_id)
    if row.acknowledged_by_id != person.id:
        raise Conflict("Somebody else has it.", code="escalation.not_yours", remedy="Look at the case again.")
    case = case_for_change(unit.session, row.case_id)
    if _of_case(unit, case, EscalationRow.acknowledged_at.is_(None)):
        raise Conflict(
            "The case is on the board again already.",
            code="escalation.again",
            remedy="Look at the board again.",
        )
    now = house.clock()
    if case.assignee_id == person.id:
        case.assignee_id = row.assignee_before_id
    for one in _of_case(unit, case, EscalationRow.acknowledged_at == row.acknowledged_at):
        one.acknowledged_by_id = one.acknowledged_at = one.assignee_before_id = None
        one.climb_at = next_climb(unit, house, one, case, now)
        _record(unit, "escalation.handed_back", one, person, now)
    touch(case, now)
    return row


def _of_case(unit: Unit, case: CaseRow, which: ColumnElement[bool]) -> Sequence[EscalationRow]:
    rows = select(EscalationRow).where(EscalationRow.case_id == case.id, which).order_by(EscalationRow.id)
    return unit.session.scalars(rows.with_for_update()).all()


def _record(unit: Unit, action: str, row: EscalationRow, person: PersonRow, now: datetime) -> None:
    record(unit, action, actor=by(person), now=now, case_id=row.case_id, subject=f"escalation:{row.id}")


def next_climb(
    unit: Unit, house: House, escalation: EscalationRow, case: CaseRow, last_at: datetime
) -> datetime | None:
    """When the next step is due after one at `last_at`; None when there is none. Critical cases know no night."""
    steps = escalation_rules_of(house.company).steps_for(escalation.cause)
    return next_step_at(
        steps,
        escalation.steps_taken,
        last_at,
        calendar_of(unit, house, case),
        around_the_clock=Cause.CRITICAL in (escalation.cause, case.priority),
    )


def _row(unit: Unit, escalation_id: int) -> EscalationRow:
    row = unit.session.get(EscalationRow, escalation_id, with_for_update=True)
    if row is None:
        raise NotFound(
            f"There is no escalation {escalation_id}.",
            code="escalation.unknown",
            remedy="Look at the board again.",
        )
    return row
