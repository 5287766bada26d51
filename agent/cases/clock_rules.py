"""When an answer is due: business hours, time zones and public holidays decide the clock.

Instants go in and come out in UTC; hours and days are those of the company's zone and country. Public holidays
come from the `holidays` package, so that Easter and the states' own days are somebody else's well-kept work.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agent.errors import SettingError

FURTHEST_DAYS = 400
"""A calendar that is closed for longer than this is a mistake in the settings."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """When the company works. `weekdays` are ISO numbers (1 Monday); `closed` holds dates without work.

    `also_open` holds dates with work although they would have none; on `half_days` it ends earlier than usual.
    """

    zone: ZoneInfo
    opens: time = time(8)
    closes: time = time(16)
    weekdays: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    closed: Container[date] = field(default=frozenset())
    also_open: Container[date] = field(default=frozenset())
    half_days: Mapping[date, time] = field(default_factory=dict)
    _met: dict[date, tuple[bool, datetime, datetime]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )  # days worked out before: figures ask for the same few days thousands of times

    def is_open(self, day: date) -> bool:
        return self._day(day)[0]

    def opening(self, day: date) -> datetime:
        """The instant (UTC) of opening on `day`."""
        return self._day(day)[1]

    def closing(self, day: date) -> datetime:
        """The instant (UTC) of closing on `day`."""
        return self._day(day)[2]

    def _day(self, day: date) -> tuple[bool, datetime, datetime]:
        """Whether there is work, and from when to when there would be."""
        found = self._met.get(day)
        if found is None:
            works = day in self.also_open or (day.isoweekday() in self.weekdays and day not in self.closed)
            closes = self.half_days.get(day, self.closes)
            opening, closing = (
                datetime.combine(day, at, self.zone).astimezone(UTC) for at in (self.opens, closes)
            )
            found = self._met[day] = works, opening, closing
        return found


@dataclass(frozen=True, slots=True)
class Target:
    """The promised time to an answer: working minutes, or business days; round the clock where it says so."""

    minutes: int = 0
    business_days: int = 0
    round_the_clock: bool = False

    def whole(self, open_hours: Calendar) -> timedelta:
        """The time that may pass in all; a business day is as long as the company is open."""
        day = timedelta(days=1)
        if not self.round_the_clock:
            day = timedelta(
                hours=open_hours.closes.hour - open_hours.opens.hour,
                minutes=open_hours.closes.minute - open_hours.opens.minute,
            )
        return self.business_days * day + timedelta(minutes=self.minutes)


def calendar(
    zone: ZoneInfo,
    country: str,
    hours: Mapping[str, Any],
    subdivision: str = "",
    also_closed: Iterable[date] = (),
) -> Calendar:
    """The calendar of a company in `country` (ISO 3166, `DK`); `hours` as in `priority.toml`.

    `also_closed` are days off of its own, beside the public holidays. Raises `SettingError` for hours that cannot
    be meant or a country whose holidays are not known.
    """
    import holidays

    try:
        closed = holidays.country_holidays(country, subdiv=subdivision or None)
    except NotImplementedError as error:
        raise SettingError(
            f"The public holidays of {country!r} are not known.",
            remedy="Set company.country to an ISO code such as DK, NO, SE or DE.",
        ) from error
    for day in also_closed:
        closed[day] = "closed"
    try:
        opens, closes = time.fromisoformat(hours["opens"]), time.fromisoformat(hours["closes"])
        weekdays = frozenset(int(day) for day in hours["weekdays"])
    except (KeyError, TypeError, ValueError) as error:
        raise SettingError(
            f"priority.hours is not valid: {error}.",
            remedy='Write opens = "08:00", closes = "16:00", weekdays = [1, 2, 3, 4, 5].',
        ) from error
    if opens >= closes or not weekdays or not weekdays <= set(range(1, 8)):
        raise SettingError(
            "priority.hours leaves no working time.",
            remedy="Let the day close after it opens, on weekdays from 1 (Monday) to 7.",
        )
    return Calendar(zone, opens, closes, weekdays, closed)


def due(received_at: datetime, target: Target, open_hours: Calendar) -> datetime:
    """The instant (UTC) by which an answer is due.

    Minutes run in working time (or around the clock); one business day ends at the same time of the next working
    day. What arrives while closed counts from the next opening.
    """
    if target.round_the_clock:
        return received_at.astimezone(UTC) + timedelta(minutes=target.minutes, days=target.business_days)
    start = next_open(received_at, open_hours)
    if target.business_days:
        start = later_day(start, target.business_days, open_hours)
    return after_minutes(start, target.minutes, open_hours)


def due_after(start: datetime, left: timedelta, target: Target, open_hours: Calendar) -> datetime:
    """The instant (UTC) at which `left` of a target's time is used up, counted from `start`."""
    if target.round_the_clock:
        return start.astimezone(UTC) + left
    return after(next_open(start, open_hours), left, open_hours)


def passed(start: datetime, end: datetime, target: Target, open_hours: Calendar) -> timedelta:
    """How much of a target's time passes from `start` to `end`: working time, or all of it round the clock."""
    if target.round_the_clock:
        return max(end - start, timedelta())
    return worked(start, end, open_hours)


def worked(start: datetime, end: datetime, open_hours: Calendar) -> timedelta:
    """The working time between two instants; none where `end` is not later."""
    done = timedelta()
    if end <= start:
        return done
    for day in days_from(start.astimezone(open_hours.zone).date(), open_hours):
        opening = open_hours.opening(day)
        if opening >= end:
            break
        done += max(min(end, open_hours.closing(day)) - max(start, opening), timedelta())
    return done


def next_open(instant: datetime, open_hours: Calendar) -> datetime:
    """`instant` itself (UTC) in working time, else the next opening."""
    local_day = instant.astimezone(open_hours.zone).date()
    instant = instant.astimezone(UTC)
    for day in days_from(local_day, open_hours):
        if instant < open_hours.closing(day):
            return max(instant, open_hours.opening(day))
    raise AssertionError("days_from always gives a later day or raises")


def after_minutes(start: datetime, minutes: int, open_hours: Calendar) -> datetime:
    """`minutes` of working time after `start`, which is in working time itself."""
    return after(start, timedelta(minutes=minutes), open_hours)


def after(start: datetime, left: timedelta, open_hours: Calendar) -> datetime:
    """`left` of working time after `start`, which is in working time itself."""
    for day in days_from(start.astimezone(open_hours.zone).date(), open_hours):
        begin = max(start, open_hours.opening(day))
        room = open_hours.closing(day) - begin
        if left <= room:
            return begin + left
        left -= max(room, timedelta())
    raise AssertionError("days_from always gives a later day or raises")


def later_day(start: datetime, count: int, open_hours: Calendar) -> datetime:
    """The same local time `count` working days later (UTC)."""
    local = start.astimezone(open_hours.zone)
    following = days_from(local.date() + timedelta(days=1), open_hours)
    day = [next(following) for _ in range(count)][-1]
    return datetime.combine(day, local.time(), open_hours.zone).astimezone(UTC)


def days_from(first: date, open_hours: Calendar) -> Iterator[date]:
    """The working days from `first` on, in order. Raises `SettingError` when there are none for a year."""
    closed_for = 0
    day = first
    while closed_for < FURTHEST_DAYS:
        if open_hours.is_open(day):
            closed_for = 0
            yield day
        else:
            closed_for += 1
        day += timedelta(days=1)
    raise SettingError(
        "The calendar has no working day for more than a year.",
        remedy="Check priority.hours.weekdays and company.country.",
    )
