"""Cases by their facts, for programs: newest number first, a page at a time by key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.store.tables import CaseRow


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What is asked for; None leaves a fact open."""

    state: str | None = None
    category: str | None = None
    priority: str | None = None
    language: str | None = None
    draft_state: str | None = None
    customer_email: str | None = None
    assignee_id: int | None = None
    needs_review: bool | None = None
    updated_since: datetime | None = None


def find_cases(session: Session, wanted: CaseFilter, *, after: int | None, limit: int) -> Sequence[CaseRow]:
    """Up to `limit` cases below the number `after`."""
    query = select(CaseRow).order_by(CaseRow.id.desc()).limit(limit)
    if after is not None:
        query = query.where(CaseRow.id < after)
    for name in CaseFilter.__slots__:
        value = getattr(wanted, name)
        if value is None:
            continue
        if name == "updated_since":
            query = query.where(CaseRow.updated_at >= value)
        else:
            query = query.where(getattr(CaseRow, name) == value)
    return session.scalars(query).all()
