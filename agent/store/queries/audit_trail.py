"""The audit trail as people look through it: newest first, a page at a time by key."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from agent.store.tables import AuditRow

AT_ONCE = 50
MOST_EXPORTED = 100_000


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """What is asked for; what is empty or None is left open. `until` itself is not part of the time."""

    actor: str = ""
    action: str = ""
    case_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Events, newest first; `following` is the key of the next page, or None at the end."""

    rows: Sequence[AuditRow]
    following: int | None


def trail_page(session: Session, wanted: TrailFilter, limit: int = AT_ONCE) -> TrailPage:
    rows = session.scalars(_matching(wanted).order_by(AuditRow.id.desc()).limit(limit + 1)).all()
    return TrailPage(rows[:limit], rows[limit - 1].id if len(rows) > limit else None)


def whole_trail(session: Session, wanted: TrailFilter) -> Iterator[AuditRow]:
    """All that match, newest first, at most `MOST_EXPORTED`."""
    found = _matching(wanted).order_by(AuditRow.id.desc()).limit(MOST_EXPORTED)
    yield from session.scalars(found.execution_options(yield_per=500))


def actions(session: Session) -> Sequence[str]:
    """Every kind of event that ever happened, in alphabetical order."""
    return session.scalars(select(AuditRow.action).distinct().order_by(AuditRow.action)).all()


def newest(session: Session) -> AuditRow | None:
    """The end of the chain: its hash vouches for everything before it."""
    return session.scalar(select(AuditRow).order_by(AuditRow.id.desc()).limit(1))


def _matching(wanted: TrailFilter) -> Select[Any]:
    query = select(AuditRow)
    for condition in (
        AuditRow.actor == wanted.actor if wanted.actor else None,
        AuditRow.action == wanted.action if wanted.action else None,
        AuditRow.case_id == wanted.case_id if wanted.case_id is not None else None,
        AuditRow.at >= wanted.since if wanted.since else None,
        AuditRow.at < wanted.until if wanted.until else None,
        AuditRow.id < wanted.before if wanted.before is not None else None,
    ):
        if condition is not None:
            query = query.where(condition)
    return query
