"""The reports that people steer by: of a day, a week, a month, a quarter and a half-year, and when each is due.

The same value is a page of the desk and a mail: what it tells is put together by `agent.desk.boards`, and how it reads
in a mail is in `report_letter`, beside.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

SHOW_AFTER = timedelta(days=10)
"""A report that could not be sent for so long is left out: the next one says more."""


class Kind(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"


MONTHS: Mapping[Kind, int] = {Kind.MONTHLY: 1, Kind.QUARTERLY: 3, Kind.HALF_YEARLY: 6}


@dataclass(frozen=True, slots=True)
class Span:
    """The days a report is about, both included."""

    first: date
    last: date

    @property
    def before(self) -> "Span":
        """The time it is compared with: as many days before it; for a single day the same one of the week before."""
        if self.first == self.last:
            return Span(self.first - timedelta(days=7), self.last - timedelta(days=7))
        return Span(self.first - (self.last - self.first) - timedelta(days=1), self.first - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Line:
    """A figure: the name of its words, its value in words, and that of the time before (empty where not compared).

    `note` says what it rests on; `path` is the page of the desk that holds its parts. A line that no word is kept for
    has its own `title`.
    """

    name: str
    value: str
    before: str = ""
    note: str = ""
    path: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: what it is about, its cells in words, and the page that it opens to."""

    title: str
    cells: Sequence[str]
    path: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report under the name of its words: figures, or a table whose columns are names of words, too.

    A table without rows says so in the words named by `nothing`.
    """

    name: str
    lines: Sequence[Line] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Row] = ()
    nothing: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """`advice` are names of words: what to do, the most pressing first."""

    kind: Kind
    span: Span
    sections: Sequence[Section]
    advice: Sequence[str]


def span_of(kind: Kind, day: date) -> Span:
    """The day, week (from Monday), month, quarter or half-year that `day` lies in."""
    if kind is Kind.DAILY:
        return Span(day, day)
    if kind is Kind.WEEKLY:
        monday = day - timedelta(days=day.weekday())
        return Span(monday, monday + timedelta(days=6))
    months = MONTHS[kind]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    following = first
    for _ in range(months):
        following = (following + timedelta(days=31)).replace(day=1)
    return Span(first, following - timedelta(days=1))


def last_span(kind: Kind, today: date) -> Span:
    """The last one that is over on `today`."""
    return span_of(kind, span_of(kind, today).first - timedelta(days=1))


def is_due(span: Span, today: date, *, working: bool) -> bool:
    """Whether the report of `span` may leave on `today`: on a working day, and while it is news."""
    return working and timedelta() < today - span.last <= SHOW_AFTER
