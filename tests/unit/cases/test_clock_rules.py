"""When an answer is due, at any date, in any zone, over holidays and clock changes."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from agent.cases.clock_rules import Calendar, Target, calendar, due
from agent.errors import SettingError

HOURS = {"opens": "08:00", "closes": "16:00", "weekdays": [1, 2, 3, 4, 5]}
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
DANISH = calendar(COPENHAGEN, "DK", HOURS)


def at(text: str, zone: ZoneInfo = COPENHAGEN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("received", "target", "expected"),
    [
        # Round the clock: a quarter of an hour is a quarter of an hour, on a Saturday night too.
        ("2026-11-21T23:50", Target(minutes=15, round_the_clock=True), "2026-11-22T00:05"),
        # Two working hours within the day, over closing time, and from before opening.
        ("2026-11-18T10:00", Target(minutes=120), "2026-11-18T12:00"),
        ("2026-11-18T15:00", Target(minutes=120), "2026-11-19T09:00"),
        ("2026-11-18T05:00", Target(minutes=120), "2026-11-18T10:00"),
        # Exactly at closing nobody works any more.
        ("2026-11-18T16:00", Target(minutes=60), "2026-11-19T09:00"),
        # Friday afternoon: the weekend does not count.
        ("2026-11-20T15:30", Target(minutes=60), "2026-11-23T08:30"),
        ("2026-11-20T10:00", Target(business_days=1), "2026-11-23T10:00"),
        ("2026-11-20T10:00", Target(business_days=3), "2026-11-25T10:00"),
        # Saturday counts from Monday's opening.
        ("2026-11-21T12:00", Target(business_days=1), "2026-11-24T08:00"),
        # Maundy Thursday to Easter Monday 2026 are closed in Denmark.
        ("2026-04-01T14:00", Target(business_days=1), "2026-04-07T14:00"),
        # Christmas, which falls on Friday and Saturday in 2026.
        ("2026-12-24T10:00", Target(business_days=1), "2026-12-28T10:00"),
    ],
)
def test_due(received: str, target: Target, expected: str) -> None:
    assert due(at(received), target, DANISH) == at(expected)


def test_the_clock_change_does_not_move_opening_hours() -> None:
    """On 29 March 2026 Denmark turns to summer time: Monday opens at 8 local time, 6 UTC."""
    assert due(at("2026-03-27T15:00"), Target(minutes=120), DANISH) == datetime(2026, 3, 30, 7, tzinfo=UTC)


def test_each_country_has_its_own_holidays() -> None:
    norwegian = calendar(ZoneInfo("Europe/Oslo"), "NO", HOURS)
    eve = at("2027-05-14T10:00")  # the Friday before 17 May 2027, a Monday
    assert due(eve, Target(business_days=1), norwegian) == at("2027-05-18T10:00")
    assert due(eve, Target(business_days=1), calendar(COPENHAGEN, "SE", HOURS)) == at("2027-05-18T10:00") - (
        at("2027-05-18T10:00") - at("2027-05-17T10:00")
    )


def test_the_result_is_in_utc() -> None:
    assert due(at("2026-11-18T10:00"), Target(minutes=5), DANISH).tzinfo is UTC


@pytest.mark.parametrize(
    "hours",
    [
        {"opens": "16:00", "closes": "08:00", "weekdays": [1]},
        {"opens": "08:00", "closes": "16:00", "weekdays": []},
        {"opens": "08:00", "closes": "16:00", "weekdays": [8]},
        {"opens": "eight", "closes": "16:00", "weekdays": [1]},
        {"closes": "16:00", "weekdays": [1]},
    ],
)
def test_hours_without_working_time_are_refused(hours: dict[str, object]) -> None:
    with pytest.raises(SettingError, match=r"priority\.hours"):
        calendar(COPENHAGEN, "DK", hours)


def test_an_unknown_country_is_named() -> None:
    with pytest.raises(SettingError, match="XQ"):
        calendar(COPENHAGEN, "XQ", HOURS)


def test_a_calendar_that_never_opens_is_refused_instead_of_counted_for_ever() -> None:
    class Always:
        def __contains__(self, _day: object) -> bool:
            return True

    with pytest.raises(SettingError, match="no working day"):
        due(at("2026-11-18T10:00"), Target(minutes=5), Calendar(COPENHAGEN, closed=Always()))
