"""Conditions over events, cases, requests and attributes, as data.

`COUNTED` and `COMPARISONS` define what conditions mean. Every evaluator reads these two tables, so that counting in
memory and counting in the database cannot drift apart. Logic is two-valued: a value that is missing, or of another
type than the one it is compared with, fails every comparison but `known = false`.

As written in TOML:

    { event = "login", at_least = 3, within = { days = 7 } }
    { event = "feature_used", sum = "minutes", at_least = 10, same = ["feature"] }
    { case_open = "any", where = { complaint = true }, at_most = 0, within = { days = 14 } }
    { event = "system_used", since = "trigger" }
    { customer = "employees", at_least = 500 }
    { trigger = "minutes", above = 10 }
    { all = [ … ] }    { any = [ … ] }    { not = { … } }
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Literal

from agent.feedback.history import Value


class Rows(StrEnum):
    """What is counted."""

    EVENTS = "events"
    CASES = "cases"
    ASKED = "asked"


class Side(StrEnum):
    """Where a column has to lie. A period without a beginning has no lower bound."""

    AFTER_BEGINNING = "column > beginning"
    UNTIL_END = "column <= end"
    AFTER_END = "column > end"


@dataclass(frozen=True, slots=True)
class Bound:
    """One comparison of a column with an edge of the period; `if_empty` is its outcome without a value."""

    column: str
    side: Side
    if_empty: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """One kind of counting condition: which rows, which column bears the name, when a row lies in the period.

    A period is open at its beginning and closed at its end: (now - within, now], or (trigger, now].
    """

    rows: Rows
    named: str
    bounds: tuple[Bound, ...]
    meaning: str


BEGUN_BY_END = Bound("opened_at", Side.UNTIL_END)

COUNTED: Mapping[str, Counted] = {
    "event": Counted(
        Rows.EVENTS,
        "kind",
        (Bound("at", Side.AFTER_BEGINNING), Bound("at", Side.UNTIL_END)),
        "it happened in the period",
    ),
    "case_opened": Counted(
        Rows.CASES,
        "category",
        (Bound("opened_at", Side.AFTER_BEGINNING), BEGUN_BY_END),
        "the case was opened in the period",
    ),
    "case_closed": Counted(
        Rows.CASES,
        "category",
        (Bound("closed_at", Side.AFTER_BEGINNING), Bound("closed_at", Side.UNTIL_END)),
        "the case was closed in the period",
    ),
    "case_open": Counted(
        Rows.CASES,
        "category",
        (BEGUN_BY_END, Bound("closed_at", Side.AFTER_BEGINNING, if_empty=True)),
        "the case was open at some instant of the period",
    ),
    "case_open_now": Counted(
        Rows.CASES,
        "category",
        (BEGUN_BY_END, Bound("closed_at", Side.AFTER_END, if_empty=True)),
        "the case is open at the end of the period",
    ),
    "asked": Counted(
        Rows.ASKED,
        "survey",
        (Bound("at", Side.AFTER_BEGINNING), Bound("at", Side.UNTIL_END)),
        "the customer was asked in the period",
    ),
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a comparison accepts (`numbers`: both sides are numbers; truth values are none) and what it means."""

    holds: Callable[[Value, Value], bool]
    numbers: bool
    meaning: str


COMPARISONS: Mapping[str, Comparison] = {
    "is": Comparison(lambda value, wanted: value == wanted, numbers=False, meaning="equal, case counts"),
    "at_least": Comparison(lambda value, wanted: value >= wanted, numbers=True, meaning="≥"),  # type: ignore[operator]
    "at_most": Comparison(lambda value, wanted: value <= wanted, numbers=True, meaning="≤"),  # type: ignore[operator]
    "above": Comparison(lambda value, wanted: value > wanted, numbers=True, meaning=">"),  # type: ignore[operator]
    "below": Comparison(lambda value, wanted: value < wanted, numbers=True, meaning="<"),  # type: ignore[operator]
    "known": Comparison(
        lambda value, wanted: (value is not None) is wanted, numbers=False, meaning="has a value, or has none"
    ),
}


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison of one column. `wanted` holds alternatives: one of them suffices."""

    column: str
    comparison: str
    wanted: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows of a kind lie in the period, or what one of their columns sums up to.

    `names` are alternatives, empty for any; all of `where` must hold; rows agree with the trigger in the columns
    `same` (equal, or both without a value). `within` is None for a period without a beginning, unless it begins at the trigger.
    """

    kind: str
    names: tuple[str, ...] = ()
    where: tuple[Test, ...] = ()
    same: tuple[str, ...] = ()
    within: timedelta | None = None
    since_trigger: bool = False
    sum_of: str = ""
    at_least: float | None = 1
    at_most: float | None = None


@dataclass(frozen=True, slots=True)
class About:
    """A comparison of one attribute of the customer, or of the event that fired."""

    test: Test
    subject: Literal["customer", "trigger"] = "customer"


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; holds when there is none."""

    parts: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True)
class Any:
    """One part holds; fails when there is none."""

    parts: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    part: "Condition"


Condition = Count | About | All | Any | Not

ALWAYS = All()
