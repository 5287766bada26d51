"""Working hours, days off and teams as forms, and what a change would do to the answer times of open cases."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.cases.answer_clock import respond_by
from agent.cases.case import CaseState
from agent.company import Company
from agent.desk.casework.answer_time import clock_of
from agent.desk.house import House
from agent.desk.settings.changing import changed
from agent.desk.settings.form import Problems, time_of_day
from agent.desk.settings.rules import clock_rules_of, hours_of
from agent.store.queries.team import members
from agent.store.tables import CaseRow, CustomerRow, MailboxRow
from agent.triage import taxonomy

AREA = "hours"
TEAMS, COUNTRIES = "teams", "countries"
KINDS = (TEAMS, COUNTRIES)
DAYS = ("closed", "also_open", "half_days")
MOST_LOOKED_AT = 2_000
MAX_NAME = 60  # characters
EXAMPLES = 5

_DAY = re.compile(r"^(\d{4}-\d{2}-\d{2})$")
_HALF = re.compile(r"^(\d{4}-\d{2}-\d{2})\s+(\d{1,2}[:.]\d{2})$")


@dataclass(frozen=True, slots=True)
class Effect:
    """How many open cases would be due earlier or later, with examples, and how many would be over at once."""

    looked_at: int
    earlier: tuple[int, ...]
    later: tuple[int, ...]
    over: int

    @property
    def figures(self) -> dict[str, int]:
        """For keeping with the change."""
        return {"cases": self.looked_at, "changed": len(self.earlier) + len(self.later), "over": self.over}


def table_of(company: Company) -> dict[str, Any]:
    """The company's table `hours`, with all its parts."""
    return {TEAMS: {}, COUNTRIES: {}, **company.overrides.get("hours", {})}


def places_of(company: Company, kind: str) -> dict[str, Mapping[str, Any]]:
    """Teams or countries with hours of their own, by key; removed ones are left out."""
    return {key: own for key, own in sorted(table_of(company)[kind].items()) if own is not None}


def days_as_typed(own: Mapping[str, Any]) -> dict[str, str]:
    """Days one a line, half days with the time at which they end."""
    halves = sorted((str(day), str(end)) for day, end in own.get("half_days", {}).items())
    return {
        "closed": "\n".join(sorted(str(day) for day in own.get("closed", ()))),
        "also_open": "\n".join(sorted(str(day) for day in own.get("also_open", ()))),
        "half_days": "\n".join(f"{day} {end}" for day, end in halves),
    }


def place_as_typed(own: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a team's or a country's form as they stand; empty ones are those of the company."""
    typed = {name: str(own.get(name, "")) for name in ("name", "country", "zone", "opens", "closes")}
    typed |= {f"day.{day}": "yes" for day in own.get("weekdays", ())}
    for name in ("mailboxes", "categories", "members"):
        typed |= {f"{name}.{str(one).lower()}": "yes" for one in own.get(name, ())}
    return typed | days_as_typed(own)


def read_days(typed: Mapping[str, str], problems: Problems) -> dict[str, Any]:
    """The three lists of days; a day that is no day is named beside its field."""
    found: dict[str, Any] = {}
    for name in ("closed", "also_open"):
        days = [_day(line, name, problems) for line in _lines(typed, name)]
        found[name] = sorted(dict.fromkeys(day for day in days if day))
    found["half_days"] = {}
    for line in _lines(typed, "half_days"):
        matched = _HALF.match(line)
        day = _day(matched[1], "half_days", problems) if matched else ""
        if matched is None:
            problems["half_days"] = f"{line!r} is no day with an end. Write 2026-12-23 12:00."
        elif day and (end := time_of_day(matched[2].replace(".", ":"), "half_days", problems)):
            found["half_days"][day] = end
    if both := set(found["closed"]) & set(found["also_open"]):
        problems["also_open"] = f"{min(both)} is among the days off, too."
    return found


def read_company(typed: Mapping[str, str]) -> tuple[dict[str, Any], Problems]:
    """The company's own days by key path, and what is wrong by field."""
    problems: Problems = {}
    return {f"hours.{name}": value for name, value in read_days(typed, problems).items()}, problems


def read_place(
    session: Session, company: Company, kind: str, key: str, typed: Mapping[str, str]
) -> tuple[str, dict[str, Any], Problems]:
    """The key of a team or country, its table, and what is wrong by field. `key` is empty for a new one."""
    problems: Problems = {}
    own = _own_hours(typed, problems)
    own |= {name: one for name, one in places_of(company, kind).get(key, {}).items() if name == "subdivision"}
    country = typed.get("country", "").strip().upper()
    if country and (len(country) != 2 or not country.isalpha()):
        problems["country"] = "Write the two letters of the country, such as DK."
    if kind == COUNTRIES:
        key = key or country
        if not country and not key:
            problems["country"] = "Write the two letters of the country, such as DK."
    else:
        key = _team(session, company, key, typed, own, problems)
        if country:
            own["country"] = country
    if key and not typed.get("known") and key in places_of(company, kind):
        problems["country" if kind == COUNTRIES else "name"] = "There is one already; change that one."
    return key, own, problems


def _own_hours(typed: Mapping[str, str], problems: Problems) -> dict[str, Any]:
    """What differs from the company's hours; what was left empty is not in it."""
    own: dict[str, Any] = {name: value for name, value in read_days(typed, problems).items() if value}
    for name in ("opens", "closes"):
        if typed.get(name, "").strip():
            own[name] = time_of_day(typed[name], name, problems)
    if own.get("opens") and own.get("closes") and own["opens"] >= own["closes"]:
        problems["closes"] = "Close later than you open."
    weekdays = [day for day in range(1, 8) if typed.get(f"day.{day}")]
    if weekdays:
        own["weekdays"] = weekdays
    if zone := typed.get("zone", "").strip():
        own["zone"] = zone
    return own


def _team(
    session: Session,
    company: Company,
    key: str,
    typed: Mapping[str, str],
    own: dict[str, Any],
    problems: Problems,
) -> str:
    """Name, members and what the team looks after, into `own`; its key, made from the name for a new one."""
    name = " ".join(typed.get("name", "").split())
    if not name or len(name) > MAX_NAME:
        problems["name"] = f"Write a name of at most {MAX_NAME} letters."
    own["name"] = name
    choices = {
        "mailboxes": [one.lower() for one in session.scalars(select(MailboxRow.address))],
        "categories": list(taxonomy.load(company.overrides.get("taxonomy")).slugs),
        "members": [one.person.email.lower() for one in members(session)],
    }
    for field, known in choices.items():
        own[field] = [one for one in known if typed.get(f"{field}.{one}")]
    if not own["mailboxes"] and not own["categories"]:
        problems["mailboxes"] = "Choose at least one mailbox or category that the team looks after."
    return key or re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "team"


def effect_of(session: Session, house: House, values: Mapping[str, Any]) -> Effect:
    """What `values` (key paths) would do to open cases. Raises `WrongUse` where they cannot be meant."""
    then = changed(house.company, values)
    rows = session.execute(
        select(CaseRow, MailboxRow.address, CustomerRow.country)
        .join(MailboxRow, MailboxRow.id == CaseRow.mailbox_id)
        .outerjoin(CustomerRow, CustomerRow.id == CaseRow.customer_id)
        .where(CaseRow.state == CaseState.OPEN, CaseRow.respond_by.is_not(None))
        .order_by(CaseRow.respond_by, CaseRow.id)
        .limit(MOST_LOOKED_AT)
    ).all()
    now, over = house.clock(), 0
    earlier: list[int] = []
    later: list[int] = []
    for case, mailbox, country in rows:
        before, after = (_due(one, case, mailbox, country or "") for one in (house.company, then))
        if before is None or after is None or before == after:
            continue
        (earlier if after < before else later).append(case.id)
        over += after <= now < before
    return Effect(len(rows), tuple(earlier), tuple(later), over)


def _due(company: Company, case: CaseRow, mailbox: str, country: str) -> datetime | None:
    calendar = hours_of(company).of(mailbox, country, case.category)
    return respond_by(clock_of(case), clock_rules_of(company), calendar)


def _lines(typed: Mapping[str, str], name: str) -> list[str]:
    return [line.strip() for line in re.split(r"[\n,;]+", typed.get(name, "")) if line.strip()]


def _day(line: str, name: str, problems: Problems) -> str:
    try:
        return date.fromisoformat(_DAY.fullmatch(line)[1]).isoformat()  # type: ignore[index]
    except (TypeError, ValueError):
        problems[name] = f"{line!r} is no day. Write one a line, such as 2026-12-24."
        return ""
