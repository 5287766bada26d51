"""The span of time that figures are about, the one before it to compare with, and its parts for a chart."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from agent.errors import WrongUse

LONGEST = 366  # days
OLDEST = date(2000, 1, 1)
_BY_WEEK_FROM = 45  # days from which on a chart has one bar a week


class Span(StrEnum):
    TODAY = "today"
    WEEK = "week"
    MONTH = "month"
    CUSTOM = "custom"


class Grain(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a period, and the piece of the period before that it is compared with."""

    start: datetime
    end: datetime
    before_start: datetime
    before_end: datetime


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to, not with, `end`. What is still running is compared with as much of the time before."""

    span: Span
    first: date
    last: date
    start: datetime
    end: datetime
    before_first: date
    before_start: datetime
    before_end: datetime
    zone: ZoneInfo
    running: bool

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before_last(self) -> date:
        """The last day of the time before that is compared with."""
        return (self.before_end - timedelta(microseconds=1)).astimezone(self.zone).date()

    @property
    def earlier(self) -> tuple[date, date]:
        """The first and last day of the period before."""
        return self.before_first, self.first - timedelta(days=1)

    @property
    def later(self) -> tuple[date, date]:
        """The first and last day of the period after, which may not have begun."""
        begin = self.last + timedelta(days=1)
        if self.span is Span.MONTH:
            return begin, (begin + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return begin, self.last + timedelta(days=self.days)

    @property
    def grain(self) -> Grain:
        if self.days == 1:
            return Grain.HOUR
        return Grain.DAY if self.days < _BY_WEEK_FROM else Grain.WEEK

    @property
    def parts(self) -> tuple[Part, ...]:
        """The period in hours, days or weeks; each with the same piece of the time before, cut at its end."""
        found = []
        for start, end in self._edges():
            here, there = _instant(start, self.zone), _instant(end, self.zone)
            shift = _local(self.first) - _local(self.before_first)
            before = _instant(start - shift, self.zone), _instant(end - shift, self.zone)
            found.append(Part(here, there, before[0], min(before[1], max(before[0], self.before_end))))
        return tuple(found)

    def _edges(self) -> list[tuple[datetime, datetime]]:
        """In local time, so that a day of 23 or 25 hours is one day."""
        begin, end = _local(self.first), _local(self.last + timedelta(days=1))
        step = {Grain.HOUR: timedelta(hours=1), Grain.DAY: timedelta(days=1), Grain.WEEK: timedelta(days=7)}
        edges = []
        while begin < end:
            edges.append((begin, min(begin + step[self.grain], end)))
            begin += step[self.grain]
        return edges


def period_of(
    span: Span,
    now: datetime,
    zone: ZoneInfo,
    first: date | None = None,
    last: date | None = None,
    *,
    at: date | None = None,
) -> Period:
    """The day, week (from Monday) or month of `at`, or else of today; or the days from `first` to `last`.

    Raises `WrongUse` for days that cannot be meant.
    """
    today = now.astimezone(zone).date()
    if at is not None and not OLDEST <= at <= today:
        raise WrongUse(
            "There are no figures of this day.",
            code="insight.day",
            remedy="Choose a day that has begun.",
        )
    today = at or today
    if span is Span.CUSTOM:
        begin, end = first or today, last or today
        if (
            not OLDEST <= begin <= end
            or (end - begin).days >= LONGEST
            or end > today + timedelta(days=LONGEST)
        ):
            raise WrongUse(
                "These days are no period.",
                code="insight.period",
                remedy="Let the last day follow the first, at most a year later.",
            )
    elif span is Span.WEEK:
        begin = today - timedelta(days=today.weekday())
        end = begin + timedelta(days=6)
    elif span is Span.MONTH:
        begin = today.replace(day=1)
        end = (begin + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    else:
        begin = end = today
    before = begin - timedelta(days=(end - begin).days + 1)
    if span is Span.MONTH:
        before = (begin - timedelta(days=1)).replace(day=1)
    start, finish = _instant(_local(begin), zone), _instant(_local(end + timedelta(days=1)), zone)
    before_start = _instant(_local(before), zone)
    running = start <= now < finish
    passed = now.astimezone(zone).replace(tzinfo=None) - _local(begin)
    before_end = min(_instant(_local(before) + passed, zone), start) if running else start
    return Period(span, begin, end, start, finish, before, before_start, before_end, zone, running)


def _local(day: date) -> datetime:
    return datetime.combine(day, time())


def _instant(local: datetime, zone: ZoneInfo) -> datetime:
    return local.replace(tzinfo=zone)
