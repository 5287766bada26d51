"""What a person's own desk adds to every page: saved views with their counts, the last act, the day's progress."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from agent.cases.query import parse
from agent.store.queries.case_list import UNFINISHED
from agent.store.queries.case_search import Asker, count
from agent.store.tables import CaseRow, CaseTagRow, DeskChangeRow, PersonRow, SavedViewRow, TagRow


@dataclass(frozen=True, slots=True)
class SavedCount:
    """A saved view and how many cases it holds, counted up to a limit."""

    row: SavedViewRow
    count: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the day's cases are handled: answered, closed or sorted out since midnight."""

    handled: int
    total: int


def saved_views(session: Session, person_id: int) -> Sequence[SavedViewRow]:
    """One's own views and the shared ones, by name."""
    return session.scalars(
        select(SavedViewRow)
        .where(
            SavedViewRow.deleted_at.is_(None),
            or_(SavedViewRow.owner_id == person_id, SavedViewRow.shared.is_(True)),
        )
        .order_by(func.lower(SavedViewRow.name), SavedViewRow.id)
    ).all()


def count_saved(session: Session, asker: Asker) -> tuple[SavedCount, ...]:
    return tuple(
        SavedCount(row, count(session, parse(row.query), asker))
        for row in saved_views(session, asker.person_id)
    )


def deleted_view(session: Session, person_id: int, since: datetime) -> SavedViewRow | None:
    """The view that this person deleted a moment ago."""
    return session.scalar(
        select(SavedViewRow)
        .where(SavedViewRow.owner_id == person_id, SavedViewRow.deleted_at >= since)
        .order_by(SavedViewRow.deleted_at.desc())
        .limit(1)
    )


def last_change(session: Session, person_id: int, since: datetime) -> DeskChangeRow | None:
    """What this person did, or took back, a moment ago."""
    newest = session.scalar(
        select(DeskChangeRow)
        .where(DeskChangeRow.person_id == person_id)
        .order_by(DeskChangeRow.id.desc())
        .limit(1)
    )
    if newest is None or (newest.undone_at or newest.created_at) < since:
        return None
    return newest


def progress(session: Session, midnight: datetime) -> Progress:
    """Mail of robots, which nobody had to handle, does not count. The two numbers come in one query."""
    turned = and_(
        CaseRow.state.in_(("waiting", "done", "spam")),
        CaseRow.updated_at >= midnight,
        or_(CaseRow.latest_in_id.is_not(None), CaseRow.merged_into_id.is_not(None)),
    )
    awake = and_(UNFINISHED, CaseRow.state == "open", CaseRow.snoozed_until.is_(None))
    counted = select(func.count()).select_from(CaseRow)
    handled, left = session.execute(
        select(*(counted.where(which).scalar_subquery() for which in (turned, awake)))
    ).one()
    return Progress(handled, handled + left)


def all_tags(session: Session) -> Sequence[TagRow]:
    """Every tag, by name."""
    return session.scalars(select(TagRow).order_by(TagRow.folded)).all()


def team(session: Session) -> Sequence[PersonRow]:
    """Who may be given a case, by name."""
    return session.scalars(
        select(PersonRow).where(PersonRow.disabled.is_(False)).order_by(PersonRow.name, PersonRow.id)
    ).all()


def tags_of(session: Session, case_id: int) -> Sequence[TagRow]:
    return session.scalars(
        select(TagRow)
        .join(CaseTagRow, CaseTagRow.tag_id == TagRow.id)
        .where(CaseTagRow.case_id == case_id)
        .order_by(TagRow.folded)
    ).all()


def tag_counts(session: Session) -> dict[int, int]:
    """How many cases have each tag."""
    rows = session.execute(select(CaseTagRow.tag_id, func.count()).group_by(CaseTagRow.tag_id))
    return {row[0]: row[1] for row in rows}
