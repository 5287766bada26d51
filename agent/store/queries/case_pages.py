"""One page of cases, found by key: how to go on after the last case shown, in any of the orders.

A page costs the same at the beginning and at the end, and a case that arrives meanwhile neither repeats nor hides
another.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from agent.errors import WrongUse
from agent.store.tables import (
    CaseRow,
    CaseTagRow,
    CustomerRow,
    DraftRow,
    MessageRow,
    PersonRow,
    TagRow,
)

PAGE_SIZE = 40
Lines = Select[Any, Any, Any, Any]
_Found = Sequence[Row[Any, Any, Any, Any]]
"""A case, the customer's company, who has it, and when the newest mail came; the last three may be missing."""


class Order(StrEnum):
    """What comes first."""

    DUE = "due"
    CHANGED = "changed"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `hit` where it is what was searched for."""

    text: str
    hit: bool = False


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case as a list shows it. `clock_from` is when the customer's newest mail came.

    `snippet` is where a search found it, empty elsewhere.
    """

    case: CaseRow
    company: str
    assignee: PersonRow | None
    clock_from: datetime
    unsettled: int  # sentences of the open draft that have no source
    tags: tuple[TagRow, ...] = ()
    snippet: tuple[Piece, ...] = ()

    @property
    def id(self) -> int:
        return self.case.id


@dataclass(frozen=True, slots=True)
class CaseList:
    """One page. `following` is the cursor of the next, empty on the last."""

    lines: tuple[CaseLine, ...]
    following: str = ""


def lines() -> Lines:
    """What a line needs, of all cases."""
    return (
        select(CaseRow, CustomerRow.company, PersonRow, MessageRow.received_at)
        .outerjoin(CustomerRow, CustomerRow.id == CaseRow.customer_id)
        .outerjoin(PersonRow, PersonRow.id == CaseRow.assignee_id)
        .outerjoin(MessageRow, MessageRow.id == CaseRow.latest_in_id)
    )


def page(session: Session, ids: Select[int], *, order: Order, after: str, limit: int) -> CaseList:
    """The page after a cursor, of the cases with these numbers. Raises `WrongUse` for a cursor that is not ours."""
    found = numbers_in_order(session, ids, order, after=after, limit=limit + 1)
    shown = read_lines(session, found[:limit])
    return CaseList(shown, cursor(shown[-1].case, order) if len(found) > limit else "")


def numbers_in_order(
    session: Session, ids: Select[int], order: Order, *, after: str, limit: int
) -> Sequence[int]:
    """The first numbers after a cursor. Numbers alone are sorted several times as fast as whole cases."""
    if order is Order.DUE:
        return _by_due(session, ids, after=after, limit=limit)
    ids = in_order(ids, order)
    if after:
        ids = ids.where(beyond(after, order))
    return session.scalars(ids.limit(limit)).all()


def _by_due(session: Session, ids: Select[int], *, after: str, limit: int) -> Sequence[int]:
    """What is due first, then what has no answer time: two goes, since no index holds both in one order."""
    instant, last = read_cursor(after) if after else (None, 0)
    found: list[int] = []
    if not after or instant is not None:
        timed = ids.where(CaseRow.respond_by.is_not(None))
        if instant is not None:
            later = or_(CaseRow.respond_by > instant, CaseRow.id > last)
            timed = timed.where(CaseRow.respond_by >= instant, later)
        timed = timed.order_by(CaseRow.respond_by, CaseRow.id)
        found += session.scalars(timed.limit(limit))
        last = 0
    if len(found) < limit:
        rest = ids.where(CaseRow.respond_by.is_(None), CaseRow.id > last).order_by(CaseRow.id)
        found += session.scalars(rest.limit(limit - len(found)))
    return found


def read_lines(session: Session, ids: Sequence[int]) -> tuple[CaseLine, ...]:
    """The lines of these cases, in this order."""
    if not ids:
        return ()
    rows = session.execute(lines().where(CaseRow.id.in_(ids))).all()
    place = {case_id: at for at, case_id in enumerate(ids)}
    return tuple(sorted(as_lines(session, rows), key=lambda line: place[line.id]))


def in_order(query: Select[Any], order: Order) -> Select[Any]:
    match order:
        case Order.DUE:
            return query.order_by(CaseRow.respond_by.is_(None), CaseRow.respond_by, CaseRow.id)
        case Order.CHANGED:
            return query.order_by(CaseRow.updated_at.desc(), CaseRow.id.desc())
        case Order.OLDEST:
            return query.order_by(CaseRow.created_at, CaseRow.id)
        case _:
            return query.order_by(CaseRow.created_at.desc(), CaseRow.id.desc())


def as_lines(session: Session, rows: _Found) -> tuple[CaseLine, ...]:
    """Rows of `lines()` with what belongs to each, in the same order."""
    unsettled = _unsettled(session, [row[0].id for row in rows if row[0].draft_state == "unsettled"])
    tags: dict[int, list[TagRow]] = defaultdict(list)
    for case_id, tag in session.execute(
        select(CaseTagRow.case_id, TagRow)
        .join(TagRow, TagRow.id == CaseTagRow.tag_id)
        .where(CaseTagRow.case_id.in_([row[0].id for row in rows]))
        .order_by(TagRow.folded)
    ):
        tags[case_id].append(tag)
    return tuple(
        CaseLine(
            row, company or "", assignee, received or row.created_at, unsettled.get(row.id, 0),
            tuple(tags[row.id]),
        )
        for row, company, assignee, received in rows
    )  # fmt: skip


def with_snippet(line: CaseLine, snippet: tuple[Piece, ...]) -> CaseLine:
    return replace(line, snippet=snippet)


def cursor(row: CaseRow, order: Order) -> str:
    """Where the next page begins."""
    instant = _key(row, order)
    return f"{instant.isoformat() if instant else 'none'}~{row.id}"


def read_cursor(text: str) -> tuple[datetime | None, int]:
    """The instant and the number of a cursor. Raises `WrongUse`."""
    moment, _, number = text.partition("~")
    try:
        return None if moment == "none" else datetime.fromisoformat(moment).astimezone(UTC), int(number)
    except ValueError as error:
        raise WrongUse(
            "This link to the next page is broken.", code="page.cursor", remedy="Start at the first page."
        ) from error


def beyond(after: str, order: Order) -> ColumnElement[bool]:
    """Cases after the one that the cursor names. Raises `WrongUse`."""
    instant, row_id = read_cursor(after)
    if order is Order.DUE and instant is None:
        return and_(CaseRow.respond_by.is_(None), CaseRow.id > row_id)
    if instant is None:
        return false()
    match order:
        case Order.DUE:
            return or_(
                CaseRow.respond_by.is_(None),
                CaseRow.respond_by > instant,
                and_(CaseRow.respond_by == instant, CaseRow.id > row_id),
            )
        case Order.OLDEST:
            # the first condition says nothing new, but lets the index jump to its place
            return and_(CaseRow.created_at >= instant, or_(CaseRow.created_at > instant, CaseRow.id > row_id))
        case _:
            key = CaseRow.updated_at if order is Order.CHANGED else CaseRow.created_at
            return and_(key <= instant, or_(key < instant, CaseRow.id < row_id))


def _key(row: CaseRow, order: Order) -> datetime | None:
    match order:
        case Order.DUE:
            return row.respond_by
        case Order.CHANGED:
            return row.updated_at
        case _:
            return row.created_at


def _unsettled(session: Session, wanted: Sequence[int]) -> dict[int, int]:
    if not wanted:
        return {}
    rows = session.execute(
        select(DraftRow.case_id, DraftRow.sentences).where(
            DraftRow.case_id.in_(wanted), DraftRow.state == "ready"
        )
    )
    return {case_id: sum(not s.get("supported", True) for s in listed) for case_id, listed in rows}
