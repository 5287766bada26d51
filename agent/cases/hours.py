"""Whose working hours count for a case: those of its team's mailbox, of the customer's country, or the company's.

A company names them in company.toml, each on top of `[priority.hours]`:

    [hours.teams.sweden]
    mailboxes = ["support@firm.se"]
    country = "SE"                    # public holidays, and the hours of [hours.countries.SE] where there are any

    [hours.countries.NO]              # for customers in this country, where no team has their mailbox
    zone = "Europe/Oslo"
    opens = "09:00"
    closed = ["2026-12-24"]           # days off beside the public holidays
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agent.cases.clock_rules import Calendar, calendar
from agent.errors import SettingError

_TIMES = frozenset({"opens", "closes", "weekdays"})
_OWN = _TIMES | {"zone", "country", "subdivision", "closed"}


@dataclass(frozen=True, slots=True)
class Hours:
    """The company's calendar, and those of mailboxes (by address) and countries (ISO 3166) that differ."""

    company: Calendar
    by_mailbox: Mapping[str, Calendar] = field(default_factory=dict)
    by_country: Mapping[str, Calendar] = field(default_factory=dict)

    def of(self, mailbox: str = "", country: str = "") -> Calendar:
        """The calendar for a case that came to `mailbox` from a customer in `country`; both may be unknown."""
        fallback = self.by_country.get(country.strip().upper(), self.company)
        return self.by_mailbox.get(mailbox.strip().lower(), fallback)


def load_hours(
    table: Mapping[str, Any] | None, *, zone: ZoneInfo, country: str, hours: Mapping[str, Any]
) -> Hours:
    """The calendars of a company's table `hours`; `zone`, `country` and `hours` are the company's own.

    Raises `SettingError` naming the table that cannot be meant.
    """
    table = table or {}
    if unknown := sorted(set(table) - {"teams", "countries"}):
        raise SettingError(
            f"hours.{unknown[0]} is not a known table.", remedy="Known tables: hours.teams, hours.countries."
        )
    base = {"zone": zone.key, "country": country, **hours}
    countries = {
        str(code).upper(): {**base, "country": str(code).upper(), **_checked(f"hours.countries.{code}", own)}
        for code, own in table.get("countries", {}).items()
    }
    by_mailbox: dict[str, Calendar] = {}
    for name, team in table.get("teams", {}).items():
        path = f"hours.teams.{name}"
        own = _checked(path, {key: value for key, value in team.items() if key != "mailboxes"})
        where = countries.get(str(own.get("country", "")).upper(), base)
        for address in team.get("mailboxes", ()):
            by_mailbox[str(address).strip().lower()] = _calendar(path, {**where, **own})
    by_country = {code: _calendar(f"hours.countries.{code}", own) for code, own in countries.items()}
    return Hours(_calendar("priority.hours", base), by_mailbox, by_country)


def _checked(path: str, own: Mapping[str, Any]) -> Mapping[str, Any]:
    if unknown := sorted(set(own) - _OWN):
        raise SettingError(
            f"{path}.{unknown[0]} is not a known key.", remedy=f"Known keys: {', '.join(sorted(_OWN))}."
        )
    return own


def _calendar(path: str, own: Mapping[str, Any]) -> Calendar:
    try:
        zone = ZoneInfo(own["zone"])
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingError(
            f"{path}.zone {own['zone']!r} is not a time zone.", remedy="Use a name such as Europe/Oslo."
        ) from error
    try:
        closed = [
            day if isinstance(day, date) else date.fromisoformat(str(day)) for day in own.get("closed", ())
        ]
    except ValueError as error:
        raise SettingError(
            f"{path}.closed is not valid: {error}.", remedy='Write days as "2026-12-24".'
        ) from error
    times = {key: own[key] for key in _TIMES}
    return calendar(zone, str(own["country"]).upper(), times, str(own.get("subdivision", "")), closed)
