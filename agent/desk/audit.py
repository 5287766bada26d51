"""Who did what, when: rows chained by their hashes, so that a change or a gap in the past shows.

Details hold ids and figures, never a customer's words.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from agent.store.session import Unit
from agent.store.tables import AuditRow, PersonRow

SYSTEM = "system"
_FIRST = "0" * 64
_LOCK = 7_236_611_510  # PostgreSQL advisory lock: the chain grows one row at a time


def by(person: PersonRow) -> str:
    return f"person:{person.id}"


def record(
    unit: Unit,
    action: str,
    *,
    actor: str,
    now: datetime,
    case_id: int | None = None,
    subject: str = "",
    **detail: Any,
) -> AuditRow:
    """Add one event to the trail, inside the unit of work that does the thing itself."""
    session = unit.session
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    session.flush()
    previous = session.scalar(select(AuditRow.hash).order_by(AuditRow.id.desc()).limit(1)) or _FIRST
    row = AuditRow(
        at=now,
        actor=actor,
        action=action,
        case_id=case_id,
        subject=subject,
        detail=detail,
        previous_hash=previous,
    )
    row.hash = _hash_of(row)
    session.add(row)
    session.flush()
    return row


def first_break(session: Session) -> int | None:
    """The id of the first event that does not follow from the one before, or None for an unbroken trail."""
    previous = _FIRST
    for row in session.scalars(select(AuditRow).order_by(AuditRow.id).execution_options(yield_per=500)):
        if row.previous_hash != previous or row.hash != _hash_of(row):
            return row.id
        previous = row.hash
    return None


def timeline(session: Session, case_id: int) -> Sequence[AuditRow]:
    """What happened to one case, oldest first."""
    return session.scalars(select(AuditRow).where(AuditRow.case_id == case_id).order_by(AuditRow.id)).all()


def _hash_of(row: AuditRow) -> str:
    fields = [
        row.previous_hash,
        row.at.isoformat(timespec="microseconds"),
        row.actor,
        row.action,
        row.case_id,
        row.subject,
        row.detail,
    ]
    return hashlib.sha256(json.dumps(fields, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
