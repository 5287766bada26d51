"""When a case that was put out of sight comes back: at an hour when somebody works, exactly once."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import select

from agent.cases.clock_rules import Calendar, days_from
from agent.desk.audit import SYSTEM, record
from agent.desk.casework.cases import touch
from agent.desk.house import House
from agent.errors import WrongUse
from agent.store.session import Unit
from agent.store.tables import CaseRow

LATER = timedelta(hours=3)
WOKEN_AT_MOST = 200  # cases a sweep


class Until(StrEnum):
    """The moments that are offered."""

    TODAY = "today"
    TOMORROW = "tomorrow"
    MONDAY = "monday"


def moments(now: datetime, open_hours: Calendar) -> dict[Until, datetime]:
    """The instants (UTC) that are offered now, by the hours of those who will see the case again.

    Later today is in three hours, at the latest an hour before closing; it is not offered where that is too soon.
    Tomorrow and Monday are the opening of that day, or of the next on which somebody works.
    """
    today = now.astimezone(open_hours.zone).date()
    offered: dict[Until, datetime] = {}
    if open_hours.is_open(today):
        later = min(
            max(now, open_hours.opening(today)) + LATER, open_hours.closing(today) - timedelta(hours=1)
        )
        if later >= now + timedelta(minutes=30):
            offered[Until.TODAY] = later
    tomorrow = next(days_from(today + timedelta(days=1), open_hours))
    monday = next(days_from(today + timedelta(days=8 - today.isoweekday()), open_hours))
    offered[Until.TOMORROW] = open_hours.opening(tomorrow)
    if monday != tomorrow:
        offered[Until.MONDAY] = open_hours.opening(monday)
    return offered


def chosen(choice: str, now: datetime, open_hours: Calendar) -> datetime:
    """The instant (UTC) of a choice: one of `Until`, a day (its opening) or a local time. Raises `WrongUse`."""
    offered = moments(now, open_hours)
    if choice in set(Until):
        if Until(choice) not in offered:
            raise WrongUse(
                "Today is nearly over.", code="snooze.today", remedy="Choose tomorrow or another day."
            )
        return offered[Until(choice)]
    try:
        if "T" in choice:
            return datetime.fromisoformat(choice).replace(tzinfo=open_hours.zone).astimezone(UTC)
        return datetime.combine(date.fromisoformat(choice), time(), open_hours.zone).replace(
            hour=open_hours.opens.hour, minute=open_hours.opens.minute
        ).astimezone(UTC)  # fmt: skip
    except ValueError as error:
        raise WrongUse(
            "This is not a day.", code="snooze.day", remedy="Choose a day in the calendar."
        ) from error


def wake_due(unit: Unit, house: House) -> None:
    """Bring back every case whose time has come. A case that is locked is met by the next sweep."""
    now = house.clock()
    due = (
        select(CaseRow)
        .where(CaseRow.snoozed_until.is_not(None), CaseRow.snoozed_until <= now)
        .order_by(CaseRow.snoozed_until, CaseRow.id)
        .limit(WOKEN_AT_MOST)
        .with_for_update(skip_locked=True)
    )
    for case in unit.session.scalars(due):
        wake_case(unit, case, now, cause="time")


def wake_case(unit: Unit, case: CaseRow, now: datetime, *, cause: str) -> None:
    """The case is in sight again; nothing happens to one that is awake."""
    if case.snoozed_until is None:
        return
    case.snoozed_until = None
    touch(case, now)
    record(unit, "case.woken", actor=SYSTEM, now=now, case_id=case.id, cause=cause)
