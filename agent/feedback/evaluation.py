"""Evaluates conditions in memory, by the tables of `agent.feedback.conditions`."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol, TypeGuard

from agent.feedback.conditions import (
    COMPARISONS,
    COUNTED,
    About,
    All,
    Any,
    Bound,
    Condition,
    Count,
    Not,
    Rows,
    Side,
    Test,
)
from agent.feedback.history import Event, History, Value


class Row(Protocol):
    """Anything with columns."""

    def column(self, name: str) -> Value: ...


SIDES: Mapping[Side, Callable[[datetime, datetime | None, datetime], bool]] = {
    Side.AFTER_BEGINNING: lambda value, beginning, _: beginning is None or value > beginning,
    Side.UNTIL_END: lambda value, _, end: value <= end,
    Side.AFTER_END: lambda value, _, end: value > end,
}


def holds(condition: Condition, history: History, now: datetime, trigger: Event | None = None) -> bool:
    """Whether `condition` holds at `now`; rows later than `now` do not count.

    A condition that refers to the trigger fails without one.
    """
    match condition:
        case All(parts):
            return all(holds(part, history, now, trigger) for part in parts)
        case Any(parts):
            return any(holds(part, history, now, trigger) for part in parts)
        case Not(part):
            return not holds(part, history, now, trigger)
        case About(test, "customer"):
            return passes(test, history.customer.column(test.column, now))
        case About(test):
            return trigger is not None and passes(test, trigger.column(test.column))
        case Count():
            return _counts(condition, history, now, trigger)


def _counts(count: Count, history: History, now: datetime, trigger: Event | None) -> bool:
    if trigger is None and (count.same or count.since_trigger):
        return False
    amount = float(sum(_worth(row, count) for row in counted(count, history, now, trigger)))
    return (count.at_least is None or amount >= count.at_least) and (
        count.at_most is None or amount <= count.at_most
    )


def counted(count: Count, history: History, now: datetime, trigger: Event | None = None) -> list[Row]:
    """The rows that a count counts, in no order."""
    kind = COUNTED[count.kind]
    rows: dict[Rows, tuple[Row, ...]] = {
        Rows.EVENTS: history.events,
        Rows.CASES: history.cases,
        Rows.ASKED: history.asked,
    }
    beginning = None if count.within is None else now - count.within
    if count.since_trigger and trigger is not None:
        beginning = trigger.at
    return [
        row
        for row in rows[kind.rows]
        if (not count.names or row.column(kind.named) in count.names)
        and all(_inside(bound, row, beginning, now) for bound in kind.bounds)
        and all(passes(test, row.column(test.column)) for test in count.where)
        and all(trigger is not None and _agree(row, trigger, name) for name in count.same)
    ]


def _inside(bound: Bound, row: Row, beginning: datetime | None, end: datetime) -> bool:
    value = row.column(bound.column)
    if not isinstance(value, datetime):
        return bound.if_empty
    return SIDES[bound.side](value, beginning, end)


def passes(test: Test, value: Value) -> bool:
    """Whether a column's value satisfies the test."""
    comparison = COMPARISONS[test.comparison]
    if test.comparison == "known":
        return any(comparison.holds(value, wanted) for wanted in test.wanted)
    if comparison.numbers:
        return is_number(value) and any(comparison.holds(value, wanted) for wanted in test.wanted)
    return any(_equal(value, wanted) for wanted in test.wanted)


def _agree(row: Row, trigger: Event, name: str) -> bool:
    """Equal in a column, or both without a value there."""
    mine, its = row.column(name), trigger.column(name)
    return (mine is None and its is None) or _equal(mine, its)


def _equal(value: Value, wanted: Value) -> bool:
    """Equal and of the same type: `true` is not 1. Nothing equals a missing value."""
    if value is None or wanted is None or isinstance(value, bool) is not isinstance(wanted, bool):
        return False
    return value == wanted


def _worth(row: Row, count: Count) -> float:
    """What a row adds: one, or its number in the summed column; what is no number adds nothing."""
    if not count.sum_of:
        return 1
    value = row.column(count.sum_of)
    return value if is_number(value) else 0


def is_number(value: Value) -> TypeGuard[float]:
    """A number that can be compared by size: truth values are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)
