"""When an answer is due: business hours, the company's zone, and the public holidays of its country."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from agent.cases.rules import PriorityRules, Target

_LONGEST_CLOSURE_DAYS = 60  # beyond this the hours say that nobody ever works


@dataclass(frozen=True, slots=True)
class Calendar:
    """Whose hours count: the rules' weekdays in a zone, without the public holidays of a country (ISO 3166)."""

    rules: PriorityRules
    zone: ZoneInfo
    country: str = ""

    def opening(self, day: date) -> tuple[datetime, datetime] | None:
        """When the desk opens and closes on `day`, in the company's zone; None on a closed day."""
        hours = self.rules.hours[day.weekday()]
        if hours is None or is_holiday(self.country, day):
            return None
        return datetime.combine(day, hours[0], self.zone), datetime.combine(day, hours[1], self.zone)


@cache
def _holidays_of(country: str, year: int) -> frozenset[date]:
    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()


def is_holiday(country: str, day: date) -> bool:
    """Whether `day` is a public holiday of the whole country; never for a country we know nothing of."""
    # Swedish law counts every Sunday as a holiday; weekends are the business of the hours, so this does no harm.
    return bool(country) and day in _holidays_of(country, day.year)


def due(received_at: datetime, target: Target, calendar: Calendar) -> datetime:
    """The instant (UTC) by which a mail that came at `received_at` is to be answered."""
    if target.around_the_clock:
        return received_at + timedelta(minutes=target.minutes)
    if target.minutes:
        return _after_open_time(received_at, timedelta(minutes=target.minutes), calendar).astimezone(UTC)
    return _after_open_days(received_at, target.business_days, calendar).astimezone(UTC)


def _after_open_time(start: datetime, left: timedelta, calendar: Calendar) -> datetime:
    """`left` of open time after `start`."""
    local = start.astimezone(calendar.zone)
    for offset in range(_LONGEST_CLOSURE_DAYS):
        opening = calendar.opening(local.date() + timedelta(days=offset))
        if opening is None:
            continue
        begin, end = max(opening[0], local), opening[1]
        # Compared and added in UTC: an hour is an hour, also in the night when the clocks change.
        available = end.astimezone(UTC) - begin.astimezone(UTC)
        if begin < end and available >= left:
            return begin.astimezone(UTC) + left
        left -= max(available, timedelta())
    return start + left


def _after_open_days(start: datetime, days: int, calendar: Calendar) -> datetime:
    """The same time of day `days` working days later, no earlier than opening and no later than closing."""
    local = start.astimezone(calendar.zone)
    opening = calendar.opening(local.date())
    # What comes on a closed day or after hours counts as having come when the desk next opens.
    counted_from_today = opening is not None and local < opening[1]
    wanted, found = (days if counted_from_today else days + 1), 0
    for offset in range(1, _LONGEST_CLOSURE_DAYS):
        opening = calendar.opening(local.date() + timedelta(days=offset))
        if opening is None:
            continue
        found += 1
        if found == wanted:
            same_time = datetime.combine(opening[0].date(), local.time(), calendar.zone)
            moment = opening[0] if not counted_from_today else same_time
            return min(max(moment, opening[0]), opening[1])
    return start + timedelta(days=days)
