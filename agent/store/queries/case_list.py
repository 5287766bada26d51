"""The lists of the desk: which cases a view holds, in which order, a page at a time.

Pages are found by key, not by offset: a page costs the same at the beginning and at the end, and a case that
arrives meanwhile neither repeats nor hides another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import Session

from agent.errors import WrongUse
from agent.store.tables import CaseRow, CustomerRow, DraftRow, MessageRow, PersonRow

PAGE_SIZE = 40
_Lines = Select[Any, Any, Any, Any]
_Found = Sequence[Row[Any, Any, Any, Any]]
"""A case, the customer's company, who has it, and when the newest mail came; the last three may be missing."""

DECIDABLE = ("ready", "unsettled", "unanswerable")
"""States of a draft in which a person's decision is what the case waits for."""


class View(StrEnum):
    """The lists that everybody has."""

    APPROVAL = "approval"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    CRITICAL = "critical"
    WAITING = "waiting"
    SORTING = "sorting"
    DONE = "done"
    SPAM = "spam"

    @property
    def by_urgency(self) -> bool:
        """Whether the most urgent comes first; otherwise the one that changed last does."""
        return self not in {View.WAITING, View.DONE, View.SPAM}


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case as a list shows it. `clock_from` is when the customer's newest mail came."""

    case: CaseRow
    company: str
    assignee: PersonRow | None
    clock_from: datetime
    unsettled: int  # sentences of the open draft that have no source

    @property
    def id(self) -> int:
        return self.case.id


@dataclass(frozen=True, slots=True)
class CaseList:
    """One page. `following` is the cursor of the next, empty on the last."""

    lines: tuple[CaseLine, ...]
    following: str = ""


def list_cases(
    session: Session, view: View, *, person_id: int, after: str = "", limit: int = PAGE_SIZE
) -> CaseList:
    """A page of a view. Raises `WrongUse` for a cursor that we did not give out."""
    query = _lines().where(_in_view(view, person_id))
    return _page(session, query, by_urgency=view.by_urgency, after=after, limit=limit)


def search_cases(session: Session, words: str, *, after: str = "", limit: int = PAGE_SIZE) -> CaseList:
    """Cases of any state whose number, subject, summary or customer holds `words`, the latest change first."""
    query = _lines().where(_holds(words.strip()))
    return _page(session, query, by_urgency=False, after=after, limit=limit)


def count_cases(session: Session, *, person_id: int) -> dict[View, int]:
    """How many cases each view holds. Done and spam are not counted: they grow for ever and nobody waits."""
    views = [view for view in View if view not in {View.DONE, View.SPAM}]
    row = session.execute(
        select(*(func.sum(case((_in_view(view, person_id), 1), else_=0)) for view in views)).where(
            CaseRow.state.in_(("open", "waiting"))
        )
    ).one()
    return {view: int(count or 0) for view, count in zip(views, row, strict=True)}


def count_new(session: Session, view: View, *, person_id: int, since: datetime, shown: Sequence[int]) -> int:
    """How many cases came into a view since it was drawn with the cases `shown`."""
    query = (
        select(func.count()).select_from(CaseRow).where(_in_view(view, person_id), CaseRow.updated_at > since)
    )
    if shown:
        query = query.where(CaseRow.id.not_in(shown))
    return session.scalar(query) or 0


def changed_lines(session: Session, *, shown: Sequence[int], since: datetime) -> tuple[CaseLine, ...]:
    """Those of the cases shown that have changed since, in no order."""
    if not shown:
        return ()
    rows = session.execute(_lines().where(CaseRow.id.in_(shown), CaseRow.updated_at > since)).all()
    return _as_lines(session, rows)


def next_in_view(session: Session, view: View, *, person_id: int, left: CaseRow) -> int | None:
    """The case to look at after `left`: the one below it in the view, or else the first."""
    for after in (_cursor(left, by_urgency=view.by_urgency), ""):
        page = list_cases(session, view, person_id=person_id, after=after, limit=2)
        for line in page.lines:
            if line.id != left.id:
                return line.id
    return None


def _lines() -> _Lines:
    return (
        select(CaseRow, CustomerRow.company, PersonRow, MessageRow.received_at)
        .outerjoin(CustomerRow, CustomerRow.id == CaseRow.customer_id)
        .outerjoin(PersonRow, PersonRow.id == CaseRow.assignee_id)
        .outerjoin(MessageRow, MessageRow.id == CaseRow.latest_in_id)
    )


def _in_view(view: View, person_id: int) -> ColumnElement[bool]:
    is_open = CaseRow.state == "open"
    match view:
        case View.APPROVAL:
            return and_(is_open, CaseRow.draft_state.in_(DECIDABLE))
        case View.MINE:
            return and_(is_open, CaseRow.assignee_id == person_id)
        case View.UNASSIGNED:
            return and_(is_open, CaseRow.assignee_id.is_(None))
        case View.CRITICAL:
            return and_(is_open, CaseRow.priority == "critical")
        case View.SORTING:
            return and_(is_open, CaseRow.needs_review.is_(True))
        case _:
            return CaseRow.state == view.value


def _holds(words: str) -> ColumnElement[bool]:
    number = words.removeprefix("#")
    if number.isdecimal() and len(number) < 12:
        return or_(CaseRow.id == int(number), CaseRow.subject.icontains(words, autoescape=True))
    if not words:
        return false()
    # SQLite folds ASCII letters only: »Ærø« is also looked for as »ærø« and »ÆRØ«
    spellings = {words, words.lower(), words.upper(), words.capitalize()}
    fields = (
        CaseRow.subject,
        CaseRow.summary,
        CaseRow.customer_name,
        CaseRow.customer_email,
        CustomerRow.company,
    )
    return or_(
        *(field.icontains(spelling, autoescape=True) for field in fields for spelling in sorted(spellings))
    )


def _page(
    session: Session,
    query: _Lines,
    *,
    by_urgency: bool,
    after: str,
    limit: int,
) -> CaseList:
    if after:
        query = query.where(_beyond(after, by_urgency=by_urgency))
    if by_urgency:
        query = query.order_by(CaseRow.respond_by.is_(None), CaseRow.respond_by, CaseRow.id)
    else:
        query = query.order_by(CaseRow.updated_at.desc(), CaseRow.id.desc())
    rows = session.execute(query.limit(limit + 1)).all()
    lines = _as_lines(session, rows[:limit])
    following = _cursor(lines[-1].case, by_urgency=by_urgency) if len(rows) > limit else ""
    return CaseList(lines, following)


def _as_lines(session: Session, rows: _Found) -> tuple[CaseLine, ...]:
    wanted = [row[0].id for row in rows if row[0].draft_state == "unsettled"]
    sentences = (
        session.execute(
            select(DraftRow.case_id, DraftRow.sentences).where(
                DraftRow.case_id.in_(wanted), DraftRow.state == "ready"
            )
        ).all()
        if wanted
        else []
    )
    unsettled = {case_id: sum(not s.get("supported", True) for s in listed) for case_id, listed in sentences}
    return tuple(
        CaseLine(row, company or "", assignee, received or row.created_at, unsettled.get(row.id, 0))
        for row, company, assignee, received in rows
    )


def _cursor(row: CaseRow, *, by_urgency: bool) -> str:
    instant = row.respond_by if by_urgency else row.updated_at
    return f"{instant.isoformat() if instant else 'none'}~{row.id}"


def _beyond(cursor: str, *, by_urgency: bool) -> ColumnElement[bool]:
    moment, _, number = cursor.partition("~")
    try:
        row_id = int(number)
        instant = None if moment == "none" else datetime.fromisoformat(moment).astimezone(UTC)
    except ValueError as error:
        raise WrongUse(
            "This link to the next page is broken.", code="page.cursor", remedy="Start at the first page."
        ) from error
    if not by_urgency:
        if instant is None:
            return false()
        return or_(CaseRow.updated_at < instant, and_(CaseRow.updated_at == instant, CaseRow.id < row_id))
    if instant is None:
        return and_(CaseRow.respond_by.is_(None), CaseRow.id > row_id)
    return or_(
        CaseRow.respond_by.is_(None),
        CaseRow.respond_by > instant,
        and_(CaseRow.respond_by == instant, CaseRow.id > row_id),
    )
