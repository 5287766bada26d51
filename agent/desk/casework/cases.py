"""Finding a case for a change, and letting others know that it changed."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.errors import NotFound
from agent.store.tables import CaseRow, PlaceholderRow


def case_for_change(session: Session, case_id: int) -> CaseRow:
    """The case, locked until the unit of work ends. Raises `NotFound`."""
    case = session.get(CaseRow, case_id, with_for_update=True)
    if case is None:
        raise NotFound(f"There is no case {case_id}.", code="case.unknown", remedy="Check the number.")
    return case


def touch(case: CaseRow, now: datetime) -> None:
    """The case changed: a screen or program that holds an older version is told so."""
    case.version += 1
    case.updated_at = now


def placeholders_of(session: Session, case_id: int) -> dict[str, str]:
    """What each placeholder of this conversation stands for."""
    rows = session.scalars(
        select(PlaceholderRow).where(PlaceholderRow.case_id == case_id).order_by(PlaceholderRow.id)
    )
    return {row.token: row.value for row in rows}


def keep_placeholders(session: Session, case_id: int, book: Mapping[str, str]) -> None:
    """Add what a redaction newly found. The case is locked: one conversation's names grow in turn."""
    session.get_one(CaseRow, case_id, with_for_update=True)
    present = placeholders_of(session, case_id)
    session.add_all(
        PlaceholderRow(case_id=case_id, token=token, value=value)
        for token, value in book.items()
        if token not in present
    )
