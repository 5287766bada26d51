"""The lists of the desk: which cases a view holds, and in which order."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, func, select, text
from sqlalchemy.orm import Session

from agent.store.queries.case_pages import (
    PAGE_SIZE,
    CaseLine,
    CaseList,
    Order,
    as_lines,
    cursor,
    lines,
    numbers_in_order,
    page,
)
from agent.store.tables import CaseRow

DECIDABLE = ("ready", "unsettled", "unanswerable")
"""States of a draft in which a person's decision is what the case waits for."""
UNFINISHED = text("cases.state IN ('open', 'waiting')")
"""Spelt as in the partial index: a bound value would hide from SQLite that it may be used."""


class View(StrEnum):
    """The lists that everybody has."""

    APPROVAL = "approval"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    CRITICAL = "critical"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    SORTING = "sorting"
    DONE = "done"
    SPAM = "spam"

    @property
    def by_urgency(self) -> bool:
        """Whether the most urgent comes first; otherwise the one that changed last does."""
        return self not in {View.WAITING, View.DONE, View.SPAM}

    @property
    def order(self) -> Order:
        """The order that nobody chose otherwise."""
        return Order.DUE if self.by_urgency else Order.CHANGED


def list_cases(
    session: Session,
    view: View,
    *,
    person_id: int,
    after: str = "",
    limit: int = PAGE_SIZE,
    order: Order | None = None,
) -> CaseList:
    """A page of a view. Raises `WrongUse` for a cursor that we did not give out."""
    order = _possible(view, order)
    return page(session, _numbers(view, person_id, order), order=order, after=after, limit=limit)


def _possible(view: View, order: Order | None) -> Order:
    if order is None or (order is Order.DUE and not view.by_urgency):
        return view.order  # where nobody waits for an answer, nothing is due
    return order


def _numbers(view: View, person_id: int, order: Order) -> Select[int]:
    condition = _in_view(view, person_id)
    if view is View.DONE and order is not view.order:
        # most cases are done: reading along the order is faster than collecting them all and sorting
        condition = and_(func.coalesce(CaseRow.state, "") == "done", CaseRow.merged_into_id.is_(None))
    return select(CaseRow.id).where(condition)


def count_cases(session: Session, *, person_id: int) -> dict[View, int]:
    """How many cases each view holds. Done and spam are not counted: they grow for ever and nobody waits."""
    of_open = [view for view in View if view not in {View.WAITING, View.DONE, View.SPAM}]
    waiting = select(func.count()).where(UNFINISHED, _in_view(View.WAITING, person_id)).scalar_subquery()
    row = session.execute(
        select(waiting, *(func.count().filter(_in_view(view, person_id)) for view in of_open)).where(
            UNFINISHED, CaseRow.state == "open"
        )
    ).one()
    return dict(zip([View.WAITING, *of_open], row, strict=True))


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
    rows = session.execute(lines().where(CaseRow.id.in_(shown), CaseRow.updated_at > since)).all()
    return as_lines(session, rows)


def next_in_view(
    session: Session, view: View, *, person_id: int, left: CaseRow, order: Order | None = None
) -> int | None:
    """The case to look at after `left`: the one below it in the view, or else the first."""
    order = _possible(view, order)
    numbers = _numbers(view, person_id, order)
    for after in (cursor(left, order), ""):
        for number in numbers_in_order(session, numbers, order, after=after, limit=2):
            if number != left.id:
                return number
    return None


def _in_view(view: View, person_id: int) -> ColumnElement[bool]:
    is_open = CaseRow.state == "open"
    awake = and_(is_open, CaseRow.snoozed_until.is_(None))
    conditions = {
        View.APPROVAL: and_(awake, CaseRow.draft_state.in_(DECIDABLE)),
        View.MINE: and_(awake, CaseRow.assignee_id == person_id),
        View.UNASSIGNED: and_(awake, CaseRow.assignee_id.is_(None)),
        View.CRITICAL: and_(awake, CaseRow.priority == "critical"),
        View.SORTING: and_(awake, CaseRow.needs_review.is_(True)),
        View.SNOOZED: and_(is_open, CaseRow.snoozed_until.is_not(None)),
        View.DONE: and_(CaseRow.state == "done", CaseRow.merged_into_id.is_(None)),
    }
    return conditions.get(view, CaseRow.state == view.value)
