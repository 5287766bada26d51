"""Customers: the list with its search, and everything that one customer's page shows.

Pages are found by key, as in `agent.store.queries.case_list`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from agent.errors import NotFound
from agent.store.tables import (
    CaseRow,
    CustomerRow,
    CustomerStyleRow,
    ErasureRequestRow,
    MessageRow,
    OutboxRow,
    PersonRow,
    TriageRow,
)

PAGE_SIZE = 50
CASES_ON_PAGE = 20
MOST_JUDGED = 500
"""Newest cases that figures are made from; no customer's page gets slower than that."""
MOODS_SHOWN = 24


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """One customer as the list shows them. `last_at` is when something last happened in a case of theirs."""

    row: CustomerRow
    cases: int = 0
    waiting: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CustomerList:
    """One page. `following` is the cursor of the next, empty on the last."""

    lines: tuple[CustomerLine, ...]
    following: str = ""


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """What the customer's newest cases add up to. `judged` is how many of them; spam is left out."""

    judged: int = 0
    unfinished: int = 0
    critical: int = 0
    solved: int = 0
    solved_at_once: int = 0
    first_answer: timedelta | None = None  # median, by the clock on the wall
    answered: int = 0


@dataclass(frozen=True, slots=True)
class MoodPoint:
    """The mood of one mail, as triage read it."""

    at: datetime
    sentiment: str


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """A customer with all that surrounds them. `cases` are newest first, `moods` oldest first."""

    customer: CustomerRow
    style: CustomerStyleRow | None
    cases: tuple[CaseRow, ...]
    older: int | None  # the case number below which the next page begins
    judged: tuple[CaseRow, ...]
    figures: CaseFigures
    moods: tuple[MoodPoint, ...]
    erasure: ErasureRequestRow | None
    people: Mapping[int, PersonRow]


def list_customers(
    session: Session, words: str = "", *, after: str = "", limit: int = PAGE_SIZE
) -> CustomerList:
    """Customers by address, or those whose name, address or company holds `words`. `after` is an address."""
    query = select(CustomerRow).order_by(CustomerRow.email).limit(limit + 1)
    if words.strip():
        query = query.where(_holds(words.strip()))
    if after:
        query = query.where(CustomerRow.email > after)
    rows = session.scalars(query).all()
    shown = rows[:limit]
    counted = _counted(session, [row.email for row in shown])
    lines = tuple(CustomerLine(row, *counted.get(row.email, (0, 0, None))) for row in shown)
    return CustomerList(lines, shown[-1].email if len(rows) > limit else "")


def load_customer(session: Session, customer_id: int, *, before: int | None = None) -> CustomerPage:
    """The page of one customer, with the cases below number `before`. Raises `NotFound`."""
    customer = session.get(CustomerRow, customer_id)
    if customer is None:
        raise NotFound(
            "There is no such customer.",
            code="customer.unknown",
            remedy="Look for them by name or address; they may have been erased.",
        )
    theirs = (
        select(CaseRow)
        .where(CaseRow.customer_email == customer.email, CaseRow.state != "spam")
        .order_by(CaseRow.id.desc())
    )
    listed = theirs if before is None else theirs.where(CaseRow.id < before)
    cases = session.scalars(listed.limit(CASES_ON_PAGE + 1)).all()
    judged = session.scalars(theirs.limit(MOST_JUDGED)).all()
    return CustomerPage(
        customer=customer,
        style=session.get(CustomerStyleRow, customer_id),
        cases=tuple(cases[:CASES_ON_PAGE]),
        older=cases[CASES_ON_PAGE - 1].id if len(cases) > CASES_ON_PAGE else None,
        judged=tuple(judged),
        figures=_figures(judged, _replies(session, [row.id for row in judged])),
        moods=_moods(session, customer.email),
        erasure=session.get(ErasureRequestRow, customer_id),
        people={person.id: person for person in session.scalars(select(PersonRow))},
    )


def _holds(words: str) -> ColumnElement[bool]:
    """Name, address or company, looked through as one text: three comparisons a row would take three times as long."""
    text = CustomerRow.name + "\n" + CustomerRow.email + "\n" + CustomerRow.company
    return or_(*(text.icontains(spelling, autoescape=True) for spelling in sorted(_spellings(words))))


def _spellings(words: str) -> set[str]:
    """SQLite folds ASCII letters only: »Ærø« is also looked for as »ærø« and »ÆRØ«."""
    variants = (words, words.lower(), words.upper(), words.capitalize())
    return {"".join(letter.lower() if letter.isascii() else letter for letter in one) for one in variants}


def _counted(session: Session, emails: Sequence[str]) -> dict[str, tuple[int, int, datetime | None]]:
    rows = session.execute(
        select(
            CaseRow.customer_email,
            func.count(),
            func.sum(case((CaseRow.state == "open", 1), else_=0)),
            func.max(CaseRow.updated_at),
        )
        .where(CaseRow.customer_email.in_(emails), CaseRow.state != "spam")
        .group_by(CaseRow.customer_email)
    )
    return {email: (total, int(waiting or 0), last) for email, total, waiting, last in rows}


def _replies(session: Session, case_ids: Sequence[int]) -> dict[int, int]:
    rows = session.execute(
        select(OutboxRow.case_id, func.count())
        .where(OutboxRow.case_id.in_(case_ids), OutboxRow.kind == "reply", OutboxRow.state == "sent")
        .group_by(OutboxRow.case_id)
    )
    return {case_id: count for case_id, count in rows if case_id is not None}


def _figures(cases: Iterable[CaseRow], replies: Mapping[int, int]) -> CaseFigures:
    listed = list(cases)
    unfinished = [row for row in listed if row.state != "done"]
    solved = [row for row in listed if row.state == "done"]
    waits = [
        (row.first_answer_at - row.created_at).total_seconds()
        for row in listed
        if row.first_answer_at is not None
    ]
    return CaseFigures(
        judged=len(listed),
        unfinished=len(unfinished),
        critical=sum(row.priority == "critical" for row in unfinished),
        solved=len(solved),
        solved_at_once=sum(replies.get(row.id) == 1 for row in solved),
        first_answer=timedelta(seconds=median(waits)) if waits else None,
        answered=len(waits),
    )


def _moods(session: Session, email: str) -> tuple[MoodPoint, ...]:
    rows = session.execute(
        select(MessageRow.received_at, TriageRow.reading["sentiment"]["value"].as_string())
        .join(TriageRow, TriageRow.message_id == MessageRow.id)
        .where(MessageRow.from_email == email)
        .order_by(MessageRow.received_at.desc())
        .limit(MOODS_SHOWN)
    ).all()
    return tuple(MoodPoint(at, sentiment) for at, sentiment in reversed(rows) if sentiment)
