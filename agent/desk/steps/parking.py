"""Giving up on a message where people see it, so that it blocks nobody else."""

from datetime import datetime

from sqlalchemy import select

from agent.desk.audit import SYSTEM, record
from agent.desk.notices import raise_notice
from agent.store.session import Unit
from agent.store.tables import CaseRow, MessageRow, QuarantineRow


def park(unit: Unit, message: MessageRow, reason: str, now: datetime) -> None:
    """Stop trying. A message that never became part of a case is quarantined with its raw bytes kept."""
    message.parked = reason
    message.lease_until = None
    case = unit.session.get(CaseRow, message.case_id) if message.case_id else None
    if case is not None:
        case.draft_state = "unanswerable"
        case.version += 1
        case.updated_at = now
    elif message.raw_id is not None:
        known = unit.session.scalar(
            select(QuarantineRow.id).where(
                QuarantineRow.raw_id == message.raw_id, QuarantineRow.released_at.is_(None)
            )
        )
        if known is None:
            unit.session.add(QuarantineRow(raw_id=message.raw_id, reason=reason, created_at=now))
    raise_notice(unit, f"parked:{message.id}", f"A mail could not be worked on: {reason}", now)
    record(
        unit,
        "message.parked",
        actor=SYSTEM,
        now=now,
        case_id=message.case_id,
        subject=f"message:{message.id}",
    )
