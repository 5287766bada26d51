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
DAYS = ("closed", "half_days", "also_open")
MOST_LOOKED_AT = 2_000
MAX_NAME = 60  # characters
EXAMPLES = 5

_ROW = re.compile(r"([a-z_]+)\.([0-9]{1,3})")


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
    """One field for each day, `closed.0`; half days with the time at which they end, `half_days.0.end`."""
    typed = {
        f"{name}.{row}": day
        for name in DAYS
        for row, day in enumerate(sorted(str(day) for day in own.get(name, ())))
    }
    ends = {str(day): str(end) for day, end in own.get("half_days", {}).items()}
    return typed | {f"half_days.{row}.end": ends[day] for row, day in enumerate(sorted(ends))}


def place_as_typed(own: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a team's or a country's form as they stand; empty ones are those of the company."""
    typed = {name: str(own.get(name, "")) for name in ("name", "country", "zone", "opens", "closes")}
    typed |= {f"day.{day}": "yes" for day in own.get("weekdays", ())}
    for name in ("mailboxes", "categories", "members"):
        typed |= {f"{name}.{str(one).lower()}": "yes" for one in own.get(name, ())}
    return typed | days_as_typed(own)


def read_days(typed: Mapping[str, str], problems: Problems) -> dict[str, Any]:
    """The three lists of days without the rows that are to be removed; what is wrong is named beside its field."""
    fields = {
        name: {
            _day(typed, field, problems): field
            for field in (f"{name}.{row}" for row in range(rows_of(typed, name)))
            if _is_filled(typed, field) and not typed.get(f"{field}.remove")
        }
        for name in DAYS
    }
    for day in fields["closed"].keys() & fields["also_open"].keys() - {""}:
        problems[fields["also_open"][day]] = f"{day} is among the days off, too."
    ends = {
        day: time_of_day(typed.get(f"{field}.end", ""), f"{field}.end", problems)
        for day, field in fields["half_days"].items()
    }
    return {name: sorted(fields[name]) for name in ("closed", "also_open")} | {"half_days": ends}


def rows_of(typed: Mapping[str, str], name: str, *, empty: bool = False) -> int:
    """How many rows a list of days has up to the last one with something in it, or with `empty` to the last one."""
    found = [_ROW.fullmatch(field) for field in typed]
    rows = [int(one[2]) for one in found if one and one[1] == name and (empty or _is_filled(typed, one[0]))]
    return max(rows, default=-1) + 1


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
        problems["country"] = "Choose one of the countries in the list."
    if kind == COUNTRIES:
        key = key or country
        if not country and not key:
            problems["country"] = "Choose one of the countries in the list."
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


def _is_filled(typed: Mapping[str, str], field: str) -> bool:
    return bool(typed.get(field, "").strip() or typed.get(f"{field}.end", "").strip())


def _day(typed: Mapping[str, str], field: str, problems: Problems) -> str:
    try:
        return date.fromisoformat(typed.get(field, "").strip()).isoformat()
    except ValueError:
        problems[field] = "Choose a day in the calendar."
        return ""
