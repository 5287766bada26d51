"""When a message may reach a person: hours and weekdays in the recipient's own zone, never on a holiday there."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.core import get_global

from agent.cases.clock_rules import Calendar, calendar, next_open
from agent.company import Company
from agent.errors import SettingError
from agent.feedback.history import Customer

ALL_WEEK = frozenset(range(1, 8))


@dataclass(frozen=True, slots=True)
class Hours:
    """From `opens` until just before `closes`, local time, on ISO weekdays (1 Monday)."""

    opens: time
    closes: time
    weekdays: frozenset[int] = ALL_WEEK

    @classmethod
    def of(cls, table: Mapping[str, Any], place: str) -> "Hours":
        """Read `{ opens = "08:00", closes = "18:00", weekdays = [1, 2] }`; without weekdays every day."""
        try:
            hours = cls(
                time.fromisoformat(table["opens"]),
                time.fromisoformat(table["closes"]),
                frozenset(int(day) for day in table.get("weekdays", ALL_WEEK)),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise SettingError(
                f"{place} is not valid: {error}.", remedy='Write opens = "08:00" and closes = "18:00".'
            ) from error
        if hours.opens >= hours.closes or not hours.weekdays or not hours.weekdays <= ALL_WEEK:
            raise SettingError(
                f"{place} leaves no time to ask.",
                remedy="Let it close after it opens, on weekdays from 1 to 7.",
            )
        return hours

    def within(self, other: "Hours") -> "Hours | None":
        """The hours that both allow; None where there are none."""
        opens, closes = max(self.opens, other.opens), min(self.closes, other.closes)
        weekdays = self.weekdays & other.weekdays
        return Hours(opens, closes, weekdays) if opens < closes and weekdays else None


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """Public holidays, and days of the year (month, day) that are no holidays but closed for requests too."""

    public: Container[date]
    yearly: frozenset[tuple[int, int]] = frozenset()

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and ((day.month, day.day) in self.yearly or day in self.public)


def zone_of(customer: Customer, at: datetime) -> ZoneInfo | None:
    """The customer's zone by record, else the country's where its clocks agree; None where it is not known."""
    if customer.zone is not None:
        return customer.zone
    return _zone_of_country(customer.country.upper(), at.year)


@lru_cache(maxsize=512)
def _zone_of_country(country: str, year: int) -> ZoneInfo | None:
    zones = [ZoneInfo(name) for name in get_global("territory_zones").get(country, ())]
    winter, summer = datetime(year, 1, 1, tzinfo=UTC), datetime(year, 7, 1, tzinfo=UTC)
    clocks = {(winter.astimezone(zone).utcoffset(), summer.astimezone(zone).utcoffset()) for zone in zones}
    return zones[0] if len(clocks) == 1 else None


def next_allowed(
    instant: datetime, hours: Hours, customer: Customer, company: Company, yearly: frozenset[tuple[int, int]]
) -> datetime:
    """`instant` (UTC) if a message may reach the customer then, else the next instant at which it may.

    Zone and country are the customer's, and the company's where they are not known.
    """
    zone = zone_of(customer, instant) or company.zone
    return next_open(
        instant, _calendar(zone, customer.country, customer.subdivision, company.country, hours, yearly)
    )


@lru_cache(maxsize=512)
def _calendar(
    zone: ZoneInfo,
    country: str,
    subdivision: str,
    home: str,
    hours: Hours,
    yearly: frozenset[tuple[int, int]],
) -> Calendar:
    table = {
        "opens": hours.opens.isoformat(),
        "closes": hours.closes.isoformat(),
        "weekdays": sorted(hours.weekdays),
    }
    for place, part in ((country, subdivision), (country, ""), (home, "")):
        try:
            open_hours = calendar(zone, place.upper(), table, part)
        except SettingError:
            continue  # a country or state whose holidays nobody knows is no reason not to ask its people
        return replace(open_hours, closed=ClosedDays(open_hours.closed, yearly))
    raise SettingError(
        f"The public holidays of {home!r} are not known.",
        remedy="Set company.country to an ISO code such as DK, NO, SE or DE.",
    )
