"""Cases by what people type: words over everything said, and filters over the facts.

Words come newest or oldest case first straight from the full-text index, which is kept by number. In other orders a
few hits are sorted; where there are many, the cases are read along the order and each is asked for the words.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, false, func, not_, or_, select, true
from sqlalchemy.orm import Session

from agent.cases.query import Query, Term
from agent.store.queries.case_pages import (
    PAGE_SIZE,
    CaseLine,
    CaseList,
    Order,
    cursor,
    numbers_in_order,
    read_cursor,
    read_lines,
    with_snippet,
)
from agent.store.queries.full_text import Sought, matches, matching, matching_by_number, sought
from agent.store.queries.snippets import snippets
from agent.store.tables import CaseRow, CaseTagRow, EscalationRow, PersonRow, TagRow
from agent.store.words import fold, words_of

FEW = 3_000
"""So many hits are sorted sooner than as many cases are read along an order until a page is full."""
SAMPLED, MANY = 300, 0.05
"""Of the newest cases, so many are asked, and such a share tells that a page is soon full along the order."""
COUNTED_AT_MOST = 100
"""A number beside a view is read on every page: beyond this it says »100+«."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, when and where: what `is:mine`, `is:overdue` and `before:` mean."""

    person_id: int
    now: datetime
    zone: ZoneInfo


def search(
    session: Session, query: Query, asker: Asker, *, after: str = "", limit: int = PAGE_SIZE
) -> CaseList:
    """A page of the cases that a query finds; none for an empty query. Raises `WrongUse` for a broken cursor."""
    if not query:
        return CaseList(())
    order, wanted = Order(query.sort), sought(query.terms)
    has_words = any(not one.negated for one in wanted)
    if has_words and order in {Order.NEWEST, Order.OLDEST}:
        return _by_number(session, query, asker, wanted, after=after, limit=limit)
    if has_words:
        ids = select(CaseRow.id).where(*_facts(session, query, asker), _held(session, wanted))
    else:
        ids = _found(session, query, asker)
    found = numbers_in_order(session, ids, order, after=after, limit=limit + 1)
    shown = _read(session, found[:limit], wanted)
    return CaseList(shown, cursor(shown[-1].case, order) if len(found) > limit else "")


def count(session: Session, query: Query, asker: Asker, *, most: int = COUNTED_AT_MOST) -> int:
    """How many cases a query finds, counted up to `most`."""
    if not query:
        return 0
    some = _found(session, query, asker).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def finds(session: Session, query: Query, asker: Asker, case_ids: Sequence[int]) -> set[int]:
    """Which of these cases a query finds."""
    return set(session.scalars(_found(session, query, asker).where(CaseRow.id.in_(case_ids))))


def _by_number(
    session: Session, query: Query, asker: Asker, wanted: Sequence[Sought], *, after: str, limit: int
) -> CaseList:
    """Newest or oldest case first. A number alone is also a case: that one stands at the top of the first page."""
    last = read_cursor(after)[1] if after else None
    newest_first = Order(query.sort) is Order.NEWEST
    facts = _facts(session, query, asker)
    named = _named_case(query)
    if session.get_bind().dialect.name == "sqlite":
        ids = matching_by_number(session, wanted, after=last, newest_first=newest_first).where(*facts)
    else:
        ids = select(CaseRow.id).where(*facts, _held(session, wanted))
        if last is not None:
            ids = ids.where(CaseRow.id < last if newest_first else CaseRow.id > last)
        ids = ids.order_by(CaseRow.id.desc() if newest_first else CaseRow.id)
    if named is not None:
        ids = ids.where(CaseRow.id != named)
    found: list[int] = list(session.scalars(ids.limit(limit + 1)))
    following = f"none~{found[limit - 1]}" if len(found) > limit else ""
    first = [named] if named is not None and not after and session.get(CaseRow, named) is not None else []
    return CaseList(_read(session, [*first, *found[:limit]], wanted), following)


def _held(session: Session, wanted: Sequence[Sought]) -> ColumnElement[bool]:
    """Whether a case holds the words: many hits are met along the order, few are collected first.

    PostgreSQL does not choose between the two by itself: it takes every beginning of a word for a common one.
    """
    if _are_many(session, wanted):
        return matches(session, wanted)
    hits = matching(session, wanted)
    if session.get_bind().dialect.name == "postgresql":
        hits = select(hits.cte("hits").prefix_with("MATERIALIZED").c.case_id)
    return CaseRow.id.in_(hits)


def _are_many(session: Session, wanted: Sequence[Sought]) -> bool:
    """Whether more than a few cases hold the words.

    Where others must be missing, the index finds all that have the first before it leaves any out: so the newest
    cases are asked first, and if enough of them are hits there is no need to count.
    """
    if any(one.negated for one in wanted):
        newest = select(CaseRow.id).order_by(CaseRow.id.desc()).limit(SAMPLED).subquery()
        met = select(func.count()).select_from(CaseRow).join(newest, newest.c.id == CaseRow.id)
        if (session.scalar(met.where(matches(session, wanted))) or 0) >= SAMPLED * MANY:
            return True
    hits = matching(session, wanted).limit(FEW + 1).subquery()
    return (session.scalar(select(func.count()).select_from(hits)) or 0) > FEW


def _named_case(query: Query) -> int | None:
    texts = [term for term in query.terms if not term.field]
    if len(query.terms) != 1 or len(texts) != 1:
        return None
    number = texts[0].value.removeprefix("#")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 12 else None


def _read(session: Session, ids: Sequence[int], wanted: Sequence[Sought]) -> tuple[CaseLine, ...]:
    """The lines of these cases in this order, with where the words stand."""
    if not ids:
        return ()
    where = snippets(session, ids, [one for one in wanted if not one.negated])
    return tuple(with_snippet(line, where.get(line.id, ())) for line in read_lines(session, ids))


def _found(session: Session, query: Query, asker: Asker) -> Select[int]:
    wanted = sought(query.terms)
    ids = select(CaseRow.id).where(*_facts(session, query, asker))
    if [one for one in wanted if not one.negated]:
        return ids.where(CaseRow.id.in_(matching(session, wanted)))
    if wanted:  # what has none of them is most cases: each is asked, a page is soon full (NOT IN would gather the others)
        ids = ids.where(func.coalesce(matches(session, wanted), true()))
    return ids


def _facts(session: Session, query: Query, asker: Asker) -> list[ColumnElement[bool]]:
    """The filters over facts. A case that was merged into another is found as that other alone."""
    conditions: list[ColumnElement[bool]] = [CaseRow.merged_into_id.is_(None)]
    for term in query.terms:
        if term.field == "sort":
            continue
        if term.field in {"", "from"}:
            if not words_of(term.value) and not term.negated:
                conditions.append(false())  # signs alone are in no index
            continue
        if term.field == "tag" and term.negated:
            conditions.append(_without_tag(term.value))
            continue
        condition = _fact(session, term, asker)
        conditions.append(not_(condition) if term.negated else condition)
    return conditions


def _fact(session: Session, term: Term, asker: Asker) -> ColumnElement[bool]:
    facts: dict[str, Callable[[str], ColumnElement[bool]]] = {
        "is": lambda value: _is(value, asker),
        # few values, each of many cases: reading along the order is faster than collecting and sorting
        "lang": lambda value: func.coalesce(CaseRow.language, "") == value,
        "category": lambda value: CaseRow.category == value,
        "before": lambda value: CaseRow.created_at < _midnight(value, asker.zone),
        "after": lambda value: CaseRow.created_at >= _midnight(value, asker.zone, days=1),
        "tag": _tagged,
        "assignee": lambda value: _has_it(session, value, asker),
    }
    return facts[term.field](term.value)


def _is(value: str, asker: Asker) -> ColumnElement[bool]:
    awake = and_(CaseRow.state == "open", CaseRow.snoozed_until.is_(None))
    escalated = select(EscalationRow.case_id).where(EscalationRow.acknowledged_at.is_(None))
    meant = {
        "open": awake,
        "waiting": CaseRow.state == "waiting",
        "done": func.coalesce(CaseRow.state, "") == "done",  # most cases are: see `lang`
        "spam": CaseRow.state == "spam",
        "snoozed": and_(CaseRow.state == "open", CaseRow.snoozed_until.is_not(None)),
        "unassigned": and_(CaseRow.assignee_id.is_(None), CaseRow.state.in_(("open", "waiting"))),
        "mine": CaseRow.assignee_id == asker.person_id,
        "overdue": and_(awake, CaseRow.respond_by <= asker.now),
        "escalated": CaseRow.id.in_(escalated),
        "unsorted": and_(awake, CaseRow.needs_review.is_(True)),
    }
    return meant.get(value, CaseRow.priority == value)


def _tagged(name: str) -> ColumnElement[bool]:
    return CaseRow.id.in_(select(CaseTagRow.case_id).where(CaseTagRow.tag_id == _tag(name)))


def _without_tag(name: str) -> ColumnElement[bool]:
    """Asked of each case: NOT IN gathers all that have the tag, and PostgreSQL goes through many of them each time."""
    return ~exists().where(CaseTagRow.case_id == CaseRow.id, CaseTagRow.tag_id == _tag(name))


def _tag(name: str) -> ScalarSelect[int]:
    return select(TagRow.id).where(TagRow.folded == fold(name)).scalar_subquery()


def _midnight(day: str, zone: ZoneInfo, *, days: int = 0) -> datetime:
    """The beginning of a day, or of one some days later, where the company is."""
    return datetime.combine(date.fromisoformat(day) + timedelta(days=days), time(), zone)


def _has_it(session: Session, who: str, asker: Asker) -> ColumnElement[bool]:
    """A part of the name or address, `me` or `nobody`."""
    if fold(who) == "me":
        return CaseRow.assignee_id == asker.person_id
    if fold(who) == "nobody":
        return CaseRow.assignee_id.is_(None)
    people = session.execute(select(PersonRow.id, PersonRow.name, PersonRow.email)).all()
    found = [row.id for row in people if fold(who) in fold(f"{row.name} {row.email}")]
    return or_(*(CaseRow.assignee_id == one for one in found)) if found else false()
