"""When a campaign runs: now, on a day, whenever something happens, or again and again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule

from agent.feedback.campaigns.audience import Problems

HOWS = ("now", "date", "event", "recurring")
EVERY: Mapping[str, Literal[0, 1, 2, 3]] = {
    "daily": DAILY,
    "weekly": WEEKLY,
    "monthly": MONTHLY,
    "yearly": YEARLY,
}
LONGEST_INTERVAL = 60
LONGEST_AFTER = 24 * 365
_LAST_COMMON_DAY = 28
_TIME_OF_DAY = "09:00"


@dataclass(frozen=True, slots=True)
class Schedule:
    """`day` and `at` are in the company's zone: when it runs, or when it first runs of many; `until` its last day.

    `event` is the kind of event after which people are asked, `after_hours` how long after it. `weekdays` (ISO, 1
    Monday) are those of a weekly campaign; empty: that of its first day.
    """

    how: str = "now"
    day: str = ""
    at: str = _TIME_OF_DAY
    event: str = ""
    after_hours: int = 24
    every: str = "monthly"
    interval: int = 3
    until: str = ""
    weekdays: tuple[int, ...] = ()

    @property
    def first_day(self) -> date | None:
        return _day(self.day)

    @property
    def last_day(self) -> date | None:
        return _day(self.until)


def problems_of(schedule: Schedule, now: datetime, zone: ZoneInfo) -> Problems:
    """What is wrong, by field: `schedule.day` …"""
    match schedule.how:
        case "now":
            return {}
        case "event":
            return _event_problems(schedule)
        case "date":
            passed = {"schedule.day": "This moment has passed; choose a later one."}
        case "recurring":
            passed = {"schedule.until": "It would never run; choose a later last day."}
        case _:
            return {"schedule.how": "Choose when the campaign runs."}
    found = _moment_problems(schedule)
    if schedule.how == "recurring":
        found |= _repeating_problems(schedule)
    return found or ({} if first_run(schedule, now, zone) is not None else passed)


def _event_problems(schedule: Schedule) -> Problems:
    found: Problems = {}
    if not schedule.event:
        found["schedule.event"] = "Name the event, for example purchase."
    if not 0 <= schedule.after_hours <= LONGEST_AFTER:
        found["schedule.after_hours"] = "Write a number of hours from 0 to 8760."
    return found


def _moment_problems(schedule: Schedule) -> Problems:
    found: Problems = {}
    if _day(schedule.day) is None:
        found["schedule.day"] = "Choose a day."
    if _time(schedule.at) is None:
        found["schedule.at"] = "Write a time of day such as 09:00."
    return found


def _repeating_problems(schedule: Schedule) -> Problems:
    found: Problems = {}
    if schedule.every not in EVERY:
        found["schedule.every"] = "Choose how often."
    if not 1 <= schedule.interval <= LONGEST_INTERVAL:
        found["schedule.interval"] = "Write a whole number from 1 to 60."
    if set(schedule.weekdays) - set(range(1, 8)):
        found["schedule.weekdays"] = "Choose days of the week."
    if schedule.until and _day(schedule.until) is None:
        found["schedule.until"] = "Choose a day, or leave it empty."
    return found


def first_run(schedule: Schedule, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When it runs first (UTC), `now` at the earliest; None for a moment that has passed."""
    if schedule.how in {"now", "event"}:
        return now.astimezone(UTC)
    if schedule.how == "date":
        moment = _instant(schedule, zone)
        return moment if moment is not None and moment > now else None
    return next_run(schedule, now, zone)


def next_run(schedule: Schedule, after: datetime, zone: ZoneInfo) -> datetime | None:
    """When it runs next after an instant (UTC); None when it does not run again.

    Counted on the company's own clocks, so that nine o'clock stays nine o'clock when these change. A month that has
    no 31st runs on its last day.
    """
    day, at = _day(schedule.day), _time(schedule.at)
    if schedule.how != "recurring" or day is None or at is None:
        return None
    last = _day(schedule.until)
    weekdays = [day - 1 for day in schedule.weekdays] if schedule.every == "weekly" else []
    monthly = schedule.every in {"monthly", "yearly"} and day.day > _LAST_COMMON_DAY
    rule = rrule(
        EVERY[schedule.every],
        dtstart=datetime.combine(day, at),
        interval=schedule.interval,
        until=datetime.combine(last, time.max) if last is not None else None,
        bymonthday=range(_LAST_COMMON_DAY, day.day + 1) if monthly else None,
        bymonth=day.month if monthly and schedule.every == "yearly" else None,
        bysetpos=-1 if monthly else None,
        byweekday=weekdays or None,
    )
    local = rule.after(after.astimezone(zone).replace(tzinfo=None))
    return None if local is None else local.replace(tzinfo=zone).astimezone(UTC)


def coming_runs(schedule: Schedule, now: datetime, zone: ZoneInfo, most: int) -> list[datetime]:
    """The next runs (UTC) as things stand, at most so many; none of a campaign that waits for events."""
    found: list[datetime] = []
    moment = None if schedule.how == "event" else first_run(schedule, now, zone)
    while moment is not None and len(found) < most:
        found.append(moment)
        moment = next_run(schedule, moment, zone)
    return found


def _instant(schedule: Schedule, zone: ZoneInfo) -> datetime | None:
    day, at = _day(schedule.day), _time(schedule.at)
    if day is None or at is None:
        return None
    return datetime.combine(day, at, zone).astimezone(UTC)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None
