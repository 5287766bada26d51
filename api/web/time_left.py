"""How much time a case has left, in the words and shapes of the desk. Urgency sorts; colour only confirms."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from agent.store.queries.case_pages import CaseLine, Order
from api.web.language import marked

SOON = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """`state` is `plenty`, `soon`, `over`, `paused`, `ended` or `unknown`; `share` what is left of the whole, 0..100.

    `minutes` are those left, or those past when it is over. A page that stays open counts on by `due`, the moment
    at which it is over, from the `whole` time; it is soon when less than `soon` is left.
    """

    state: str
    minutes: int = 0
    share: int = 100
    due: datetime | None = None
    whole: timedelta = timedelta()

    @property
    def soon(self) -> timedelta:
        return min(SOON, self.whole / 2)

    @property
    def days(self) -> int:
        return self.minutes // 1440

    @property
    def hours(self) -> int:
        return self.minutes // 60


def time_left(
    respond_by: datetime | None, clock_from: datetime, now: datetime, *, state: str = "open"
) -> TimeLeft:
    """Of a case in this state. Amber under half an hour, or under half of a target that is shorter than an hour."""
    if state != "open":
        return TimeLeft("paused" if state == "waiting" else "ended")
    if respond_by is None:
        return TimeLeft("unknown")
    left = respond_by - now
    whole = max(respond_by - clock_from, left)
    if left <= timedelta():
        return TimeLeft("over", int(-left.total_seconds() // 60), 0, respond_by, whole)
    running = TimeLeft(
        "plenty", int(left.total_seconds() // 60), round(100 * (left / whole)), respond_by, whole
    )
    return replace(running, state="soon") if left < running.soon else running


def urgency_group(respond_by: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    """The heading a case stands under."""
    if respond_by is None:
        return marked("Being read")
    if respond_by <= now:
        return marked("Past due")
    if respond_by - now <= timedelta(hours=1):
        return marked("Within 1 hour")
    days = (respond_by.astimezone(zone).date() - now.astimezone(zone).date()).days
    return {0: marked("Later today"), 1: marked("Tomorrow")}.get(days, marked("Later"))


def grouped(
    lines: Iterable[CaseLine], now: datetime, zone: ZoneInfo, *, order: Order
) -> list[tuple[str, list[CaseLine]]]:
    """Lines under their headings, in the order they came in."""

    def heading(line: CaseLine) -> str:
        if order is Order.DUE:
            return urgency_group(line.case.respond_by, now, zone)
        instant = line.case.updated_at if order is Order.CHANGED else line.case.created_at
        days = (now.astimezone(zone).date() - instant.astimezone(zone).date()).days
        return {0: marked("Today"), 1: marked("Yesterday")}.get(max(0, days), marked("Earlier"))

    return [(name, list(group)) for name, group in groupby(lines, key=heading)]
