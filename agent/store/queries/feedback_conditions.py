"""Conditions of `agent.feedback.conditions` in SQL: all customers for whom one holds, on SQLite and PostgreSQL.

The tables `COUNTED` and `COMPARISONS` say what conditions mean; here stands only where the columns lie. Logic is
two-valued as there: every test is closed against NULL. A condition that refers to a trigger fails, for there is none.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil, floor
from typing import Any as Anything

from sqlalchemy import (
    ColumnElement,
    Float,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from agent.feedback.conditions import (
    COUNTED,
    About,
    All,
    Any,
    Bound,
    Condition,
    Count,
    Counted,
    Not,
    Rows,
    Side,
    Test,
)
from agent.feedback.evaluation import is_number
from agent.feedback.history import Value
from agent.feedback.timing.limits import Limits
from agent.store.queries import json_values
from agent.store.queries.feedback_facts import (
    COUNTED_STATES,
    answered_at,
    asked_at,
    is_their_case,
    mood_column,
)
from agent.store.tables import (
    CaseRow,
    CustomerRow,
    FeedbackEventRow,
    FeedbackMessageRow,
    FeedbackRequestRow,
    SurveyAnswerRow,
)

Sql = ColumnElement[Anything]


def customers_where(condition: Condition, now: datetime, limits: Limits, dialect: str) -> Select[int]:
    """The ids of the customers for whom the condition holds at `now`; narrow, order and bound it as needed."""
    return select(CustomerRow.id).where(in_sql(condition, now, limits, dialect))


def find_customers(session: Session, condition: Condition, now: datetime, limits: Limits) -> Sequence[int]:
    """The same, found, by id."""
    wanted = customers_where(condition, now, limits, session.get_bind().dialect.name)
    return session.scalars(wanted.order_by(CustomerRow.id)).all()


def in_sql(condition: Condition, now: datetime, limits: Limits, dialect: str) -> ColumnElement[bool]:
    """The condition about the customer of the enclosing query's `CustomerRow`."""
    return _Sql(now, limits, dialect).of(condition)


@dataclass(frozen=True, slots=True)
class _Column:
    """One column by the types that its values may have; None for a type that none has."""

    known: Sql
    text: Sql | None = None
    boolean: Sql | None = None
    number: Sql | None = None
    instant: Sql | None = None


@dataclass(frozen=True, slots=True)
class _Sql:
    """Writes conditions for one instant and one kind of database."""

    now: datetime
    limits: Limits
    dialect: str

    def of(self, condition: Condition) -> ColumnElement[bool]:
        match condition:
            case All(parts):
                return and_(true(), *map(self.of, parts))
            case Any(parts):
                return or_(false(), *map(self.of, parts))
            case Not(part):
                return not_(self.of(part))
            case About(test, "customer"):
                return self._about_customer(test)
            case About():
                return false()
            case Count():
                return false() if condition.same or condition.since_trigger else self._count(condition)

    def _count(self, count: Count) -> ColumnElement[bool]:
        kind = COUNTED[count.kind]
        source, columns = self._rows(kind.rows)
        beginning = None if count.within is None else self.now - count.within
        source = source.where(
            *(self._inside(bound, columns(bound.column), beginning) for bound in kind.bounds),
            *(self._passes(test, columns(test.column)) for test in count.where),
        )
        if count.names:
            source = source.where(self._named(kind, columns, count.names))
        if not count.sum_of and count.at_least == 1 and count.at_most is None:
            return exists(source)
        worth: Sql = func.count()
        if count.sum_of:
            number = columns(count.sum_of).number
            worth = func.coalesce(func.sum(number), 0.0) if number is not None else func.count() * 0
        amount = cast(
            source.with_only_columns(worth, maintain_column_froms=True).scalar_subquery(), Float(53)
        )
        return and_(
            true() if count.at_least is None else amount >= count.at_least,
            true() if count.at_most is None else amount <= count.at_most,
        )

    def _rows(self, rows: Rows) -> tuple[Select[Anything], Callable[[str], _Column]]:
        match rows:
            case Rows.EVENTS:
                events = select(FeedbackEventRow.id).where(FeedbackEventRow.customer_id == CustomerRow.id)
                return events.correlate(CustomerRow), self._event_column
            case Rows.CASES:
                cases = select(CaseRow.id).where(CaseRow.customer_email == CustomerRow.email, is_their_case())
                return cases.correlate(CustomerRow), self._case_column
            case Rows.ASKED:
                asked = (
                    select(FeedbackMessageRow.id)
                    .join(FeedbackRequestRow, FeedbackRequestRow.id == FeedbackMessageRow.request_id)
                    .outerjoin(SurveyAnswerRow, SurveyAnswerRow.request_id == FeedbackMessageRow.request_id)
                    .where(
                        FeedbackMessageRow.customer_id == CustomerRow.id,
                        FeedbackMessageRow.state.in_(COUNTED_STATES),
                    )
                )
                return asked.correlate(CustomerRow), self._asked_column

    def _event_column(self, name: str) -> _Column:
        if name == "kind":
            return _text(FeedbackEventRow.kind)
        if name == "at":
            return _instant(FeedbackEventRow.at)
        data = FeedbackEventRow.data.expression
        return _Column(
            json_values.known_in(data, name, self.dialect),
            json_values.text_in(data, name, self.dialect),
            json_values.bool_in(data, name, self.dialect),
            json_values.number_in(data, name, self.dialect),
        )

    def _case_column(self, name: str) -> _Column:
        rule = self.limits.complaint
        mood = mood_column()
        complaint = or_(mood.in_(sorted(rule.sentiments)), CaseRow.priority.in_(sorted(rule.priorities)))
        known: Mapping[str, _Column] = {
            "opened_at": _instant(CaseRow.created_at),
            "closed_at": _instant(CaseRow.closed_at),
            "id": _text(cast(CaseRow.id, String)),
            "category": _text(CaseRow.category),
            "sentiment": _text(mood),
            "priority": _text(CaseRow.priority),
            "complaint": _boolean(complaint),
        }
        return known.get(name, NOTHING)

    def _asked_column(self, name: str) -> _Column:
        known: Mapping[str, _Column] = {
            "at": _instant(asked_at()),
            "request": _text(cast(FeedbackMessageRow.request_id, String)),
            "survey": _text(FeedbackRequestRow.survey),
            "channel": _text(FeedbackMessageRow.channel),
            "answered_at": _instant(answered_at()),
            "bounced": _boolean(FeedbackMessageRow.bounced_at.is_not(None)),
        }
        return known.get(name, NOTHING)

    def _about_customer(self, test: Test) -> ColumnElement[bool]:
        if test.column == "customer_days":
            return self._days(test)
        row = CustomerRow
        known: Mapping[str, _Column] = {
            "business": _boolean(row.company != ""),
            "country": _text(func.upper(row.country)),
            "language": _text(row.language),
            "tier": _text(row.tier),
            "segment": _text(row.segment),
            "owner": _text(row.owner),
            "company": _text(row.company),
            "annual_revenue_eur": _Column(
                row.annual_revenue_eur.is_not(None), number=row.annual_revenue_eur.expression
            ),
        }
        return self._passes(test, known.get(test.column) or self._attribute(test.column))

    def _attribute(self, name: str) -> _Column:
        data = CustomerRow.attributes.expression
        text, boolean = json_values.plain_text_in, json_values.bool_in
        number = json_values.number_in(data, name, self.dialect, from_text=True)
        found_text, found_bool = text(data, name, self.dialect), boolean(data, name, self.dialect)
        known = or_(found_text.is_not(None), found_bool.is_not(None), number.is_not(None))
        return _Column(known, found_text, found_bool, number)

    def _days(self, test: Test) -> ColumnElement[bool]:
        """Whole days since the relationship began: `days >= n` when it began at `now - n days` or before."""
        since = func.coalesce(CustomerRow.since, CustomerRow.created_at)

        def at_least(days: int) -> ColumnElement[bool]:
            try:
                return since <= self.now.astimezone(UTC) - timedelta(days=days)
            except OverflowError:
                return false() if days > 0 else true()

        compared: Mapping[str, Callable[[float], ColumnElement[bool]]] = {
            "at_least": lambda days: at_least(ceil(days)),
            "above": lambda days: at_least(floor(days) + 1),
            "at_most": lambda days: not_(at_least(floor(days) + 1)),
            "below": lambda days: not_(at_least(ceil(days))),
            "is": lambda days: (
                and_(at_least(int(days)), not_(at_least(int(days) + 1))) if days == int(days) else false()
            ),
        }
        if test.comparison == "known":
            return _known(true(), test.wanted)
        numbers = [wanted for wanted in test.wanted if is_number(wanted)]
        return or_(false(), *(compared[test.comparison](number) for number in numbers))

    def _named(self, kind: Counted, columns: Callable[[str], _Column], names: Sequence[str]) -> Sql:
        return _equals_one_of(columns(kind.named).text, list(names))

    def _inside(self, bound: Bound, column: _Column, beginning: datetime | None) -> ColumnElement[bool]:
        instant = column.instant
        assert instant is not None, "bounds are about instants"
        match bound.side:
            case Side.AFTER_BEGINNING:
                lies = instant.is_not(None) if beginning is None else instant > beginning
            case Side.UNTIL_END:
                lies = instant <= self.now
            case Side.AFTER_END:
                lies = instant > self.now
        return func.coalesce(case((instant.is_(None), bound.if_empty), else_=lies), False)

    def _passes(self, test: Test, column: _Column) -> ColumnElement[bool]:
        if test.comparison == "known":
            return _known(column.known, test.wanted)
        if test.comparison == "is":
            return or_(false(), *(_equal(column, wanted) for wanted in test.wanted))
        number = column.number
        if number is None:
            return false()
        compared: Mapping[str, Callable[[Value], ColumnElement[bool]]] = {
            "at_least": lambda wanted: number >= wanted,
            "at_most": lambda wanted: number <= wanted,
            "above": lambda wanted: number > wanted,
            "below": lambda wanted: number < wanted,
        }
        return or_(
            false(), *(func.coalesce(compared[test.comparison](wanted), False) for wanted in test.wanted)
        )


def _text(column: Anything) -> _Column:
    return _Column(column.is_not(None), text=column)


def _boolean(column: Anything) -> _Column:
    return _Column(true(), boolean=column)


def _instant(column: Anything) -> _Column:
    return _Column(column.is_not(None), instant=column)


NOTHING = _Column(false())


def _known(known: Sql, wanted: Sequence[Value]) -> ColumnElement[bool]:
    """`known = true` or `false`; a list of both holds always."""
    return or_(false(), *(known if each else not_(known) for each in wanted if isinstance(each, bool)))


def _equal(column: _Column, wanted: Value) -> ColumnElement[bool]:
    if isinstance(wanted, bool):
        return _equals_one_of(column.boolean, [wanted])
    if isinstance(wanted, int | float):
        return _equals_one_of(column.number, [wanted])
    if isinstance(wanted, datetime):
        return _equals_one_of(column.instant, [wanted])
    return _equals_one_of(column.text, [wanted]) if isinstance(wanted, str) else false()


def _equals_one_of(column: Sql | None, values: Sequence[Anything]) -> ColumnElement[bool]:
    return false() if column is None else func.coalesce(column.in_(values), False)
