"""Whose working hours count for a case: those of the team that looks after it, of the customer's country, or the company's.

A company names them in company.toml or at the desk, each on top of `[priority.hours]`:

    [hours]
    closed = ["2026-12-24"]           # days off beside the public holidays, for everybody …
    also_open = ["2026-12-05"]        # … days of work that would be off …
    half_days = { 2026-12-23 = "12:00" }  # … and days that end earlier

    [hours.teams.sweden]
    name = "Sverige"
    mailboxes = ["support@firm.se"]   # what it looks after: mailboxes, categories, or categories in its mailboxes
    categories = []
    members = ["ida@firm.se"]         # who is given its cases; anybody where nobody is named
    country = "SE"                    # public holidays, and the hours of [hours.countries.SE] where there are any

    [hours.countries.NO]              # for customers in this country whom no team looks after
    zone = "Europe/Oslo"
    opens = "09:00"
    closed = ["2026-05-18"]
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agent.cases.clock_rules import Calendar, calendar
from agent.errors import SettingError

_TIMES = frozenset({"opens", "closes", "weekdays"})
_DAYS = frozenset({"closed", "also_open", "half_days"})
_OWN = _TIMES | _DAYS | {"zone", "country", "subdivision"}
_TEAM = frozenset({"name", "mailboxes", "categories", "members"})


@dataclass(frozen=True, slots=True)
class Team:
    """Colleagues who look after some of the mail, and when they work. Addresses are in small letters.

    A team that names both mailboxes and categories looks after those categories in those mailboxes.
    """

    key: str
    name: str
    calendar: Calendar
    mailboxes: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()

    def looks_after(self, mailbox: str, category: str) -> int:
        """How closely a case is this team's: 0 not at all, 1 by mailbox, 2 by category, 3 by both."""
        if not (self.mailboxes or self.categories):
            return 0
        if (self.mailboxes and mailbox not in self.mailboxes) or (
            self.categories and category not in self.categories
        ):
            return 0
        return bool(self.mailboxes) + 2 * bool(self.categories)


@dataclass(frozen=True, slots=True)
class Hours:
    """The company's calendar, its teams, and the calendars of countries (ISO 3166) that differ."""

    company: Calendar
    teams: tuple[Team, ...] = ()
    by_country: Mapping[str, Calendar] = field(default_factory=dict)

    def team_of(self, mailbox: str, category: str = "") -> Team | None:
        """The team that looks after a case the most closely, the first by its key among equals; None if none does."""
        mailbox = mailbox.strip().lower()
        ranked = [(team.looks_after(mailbox, category), team) for team in self.teams]
        rank, team = max(ranked, key=lambda one: one[0], default=(0, None))
        return team if rank else None

    def teams_with(self, member: str) -> tuple[Team, ...]:
        """The teams that a person, by address, belongs to."""
        return tuple(team for team in self.teams if member.strip().lower() in team.members)

    def of(self, mailbox: str = "", country: str = "", category: str = "") -> Calendar:
        """The calendar for a case that came to `mailbox` from a customer in `country`; all may be unknown."""
        team = self.team_of(mailbox, category)
        return team.calendar if team else self.by_country.get(country.strip().upper(), self.company)


def load_hours(
    table: Mapping[str, Any] | None, *, zone: ZoneInfo, country: str, hours: Mapping[str, Any]
) -> Hours:
    """The calendars of a company's table `hours`; `zone`, `country` and `hours` are the company's own.

    Raises `SettingError` naming the table that cannot be meant.
    """
    table = table or {}
    if unknown := sorted(set(table) - {"teams", "countries"} - _DAYS):
        raise SettingError(
            f"hours.{unknown[0]} is not a known table.",
            remedy="Known are hours.teams, hours.countries, and closed, also_open and half_days.",
        )
    base = {"zone": zone.key, "country": country, **hours, **{key: table[key] for key in _DAYS & set(table)}}
    countries = {
        str(code).upper(): _laid_over(
            base, {"country": str(code).upper(), **_checked(f"hours.countries.{code}", own, _OWN)}
        )
        for code, own in table.get("countries", {}).items()
        if own is not None
    }
    teams = []
    for key, found in sorted(table.get("teams", {}).items()):
        if found is None:  # removed at the desk
            continue
        path = f"hours.teams.{key}"
        own = {name: value for name, value in _checked(path, found, _OWN | _TEAM).items() if name in _OWN}
        where = countries.get(str(own.get("country", "")).upper(), base)
        teams.append(_team(key, found, _calendar(path, _laid_over(where, own))))
    by_country = {code: _calendar(f"hours.countries.{code}", own) for code, own in countries.items()}
    return Hours(_calendar("priority.hours", base), tuple(teams), by_country)


def _team(key: str, found: Mapping[str, Any], own_calendar: Calendar) -> Team:
    def addresses(name: str) -> frozenset[str]:
        return frozenset(str(one).strip().lower() for one in found.get(name, ()))

    return Team(
        key,
        str(found.get("name", "")).strip() or key,
        own_calendar,
        addresses("mailboxes"),
        frozenset(str(one) for one in found.get("categories", ())),
        addresses("members"),
    )


def _laid_over(where: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Own hours take the place of the wider ones; own days are added to them."""
    days: dict[str, Any] = {
        name: [*where.get(name, ()), *own.get(name, ())] for name in ("closed", "also_open")
    }
    return {**where, **own, **days, "half_days": {**where.get("half_days", {}), **own.get("half_days", {})}}


def _checked(path: str, own: Mapping[str, Any], known: frozenset[str]) -> Mapping[str, Any]:
    if unknown := sorted(set(own) - known):
        raise SettingError(
            f"{path}.{unknown[0]} is not a known key.", remedy=f"Known keys: {', '.join(sorted(known))}."
        )
    return own


def _calendar(path: str, own: Mapping[str, Any]) -> Calendar:
    try:
        zone = ZoneInfo(own["zone"])
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingError(
            f"{path}.zone {own['zone']!r} is not a time zone.", remedy="Use a name such as Europe/Oslo."
        ) from error
    closed, also_open = (_days(path, name, own.get(name, ())) for name in ("closed", "also_open"))
    times = {key: own[key] for key in _TIMES}
    found = calendar(zone, str(own["country"]).upper(), times, str(own.get("subdivision", "")), closed)
    halves = own.get("half_days", {})
    ends = zip(_days(path, "half_days", halves), _times(path, halves), strict=True)
    half_days = dict(ends)
    if any(end <= found.opens for end in half_days.values()):
        raise SettingError(
            f"{path}.half_days has a day that ends before it begins.",
            remedy="Write an end after opening, or make it a closed day.",
        )
    return replace(found, also_open=frozenset(also_open), half_days=half_days)


def _days(path: str, name: str, written: Iterable[Any]) -> list[date]:
    try:
        return [day if isinstance(day, date) else date.fromisoformat(str(day)) for day in written]
    except ValueError as error:
        raise SettingError(
            f"{path}.{name} is not valid: {error}.", remedy='Write days as "2026-12-24".'
        ) from error


def _times(path: str, halves: Mapping[Any, Any]) -> list[time]:
    try:
        return [time.fromisoformat(str(end)) for end in halves.values()]
    except ValueError as error:
        raise SettingError(
            f"{path}.half_days is not valid: {error}.", remedy='Write the end of a day as "12:00".'
        ) from error
