"""Bringing a case before a lead, and taking it on."""

from datetime import datetime

from sqlalchemy import select

from agent.desk.audit import SYSTEM, by, record
from agent.desk.cases import case_for_change, touch
from agent.desk.house import House
from agent.errors import Conflict, NotFound
from agent.store.session import Unit
from agent.store.tables import CaseRow, EscalationRow, PersonRow

MAX_REASON = 2_000  # characters


def escalate(unit: Unit, house: House, *, case_id: int, reason: str, person: PersonRow) -> EscalationRow:
    """A person asks a lead to look. A case with an open escalation is not escalated twice for the same cause."""
    case = case_for_change(unit.session, case_id)
    row = open_escalation(unit, case, cause="asked", reason=reason.strip()[:MAX_REASON], now=house.clock())
    row.asked_by_id = person.id
    record(unit, "case.escalated", actor=by(person), now=house.clock(), case_id=case.id, cause="asked")
    return row


def escalate_by_rule(unit: Unit, case: CaseRow, *, cause: str, reason: str, now: datetime) -> None:
    """A rule asks a lead to look (critical, overdue, …)."""
    open_escalation(unit, case, cause=cause, reason=reason, now=now)
    record(unit, "case.escalated", actor=SYSTEM, now=now, case_id=case.id, cause=cause)


def open_escalation(unit: Unit, case: CaseRow, *, cause: str, reason: str, now: datetime) -> EscalationRow:
    row = unit.session.scalar(
        select(EscalationRow).where(
            EscalationRow.case_id == case.id,
            EscalationRow.cause == cause,
            EscalationRow.acknowledged_at.is_(None),
        )
    )
    if row is None:
        row = EscalationRow(case_id=case.id, cause=cause, reason=reason, created_at=now)
        unit.session.add(row)
    else:
        row.reason = reason or row.reason
    case.escalated_at = case.escalated_at or now
    touch(case, now)
    unit.session.flush()
    return row


def acknowledge(unit: Unit, house: House, *, escalation_id: int, person: PersonRow) -> EscalationRow:
    """A lead takes it on. Raises `Conflict` when another already has."""
    row = unit.session.get(EscalationRow, escalation_id, with_for_update=True)
    if row is None:
        raise NotFound(
            f"There is no escalation {escalation_id}.",
            code="escalation.unknown",
            remedy="Look at the board again.",
        )
    if row.acknowledged_at is not None:
        raise Conflict(
            "Somebody has taken it already.", code="escalation.taken", remedy="Look at the board again."
        )
    now = house.clock()
    row.acknowledged_by_id, row.acknowledged_at = person.id, now
    case = case_for_change(unit.session, row.case_id)
    case.assignee_id = person.id
    touch(case, now)
    record(
        unit,
        "escalation.acknowledged",
        actor=by(person),
        now=now,
        case_id=row.case_id,
        subject=f"escalation:{row.id}",
    )
    return row
