"""Hours, weekdays and holidays are the recipient's own."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.company import Company
from agent.errors import SettingError
from agent.feedback.history import Channel
from agent.feedback.timing.hours import Hours, next_allowed, zone_of
from tests.unit.feedback.scenes import COPENHAGEN, LIMITS, TUESDAY, a_customer, at

PLANNED = LIMITS.windows["planned"]
PROMPT = LIMITS.windows["prompt"]
SMS = Hours(time(8), time(20))


def allowed(text: str, hours: Hours, zone: ZoneInfo = COPENHAGEN, **customer: object) -> datetime:
    return next_allowed(
        at(text, zone), hours, a_customer(zone=zone, **customer), Company(), LIMITS.also_closed
    )


def test_the_default_window_for_planned_mail_is_tuesday_to_thursday_ten_to_three() -> None:
    assert (PLANNED.opens, PLANNED.closes, PLANNED.weekdays) == (time(10), time(15), {2, 3, 4})


@pytest.mark.parametrize(
    ("now", "hours", "expected"),
    [
        ("2026-11-17T11:00", PLANNED, "2026-11-17T11:00"),
        ("2026-11-17T09:59", PLANNED, "2026-11-17T10:00"),
        ("2026-11-17T15:00", PLANNED, "2026-11-18T10:00"),
        ("2026-11-19T15:00", PLANNED, "2026-11-24T10:00"),
        ("2026-11-20T18:00", PROMPT, "2026-11-23T08:00"),
        ("2026-11-21T19:59", SMS, "2026-11-21T19:59"),
        ("2026-11-21T20:00", SMS, "2026-11-22T08:00"),
        # Christmas Eve is closed though no public holiday, and the two days after it are.
        ("2026-12-24T09:00", SMS, "2026-12-27T08:00"),
        ("2026-12-31T09:00", SMS, "2027-01-02T08:00"),
        # The night in which the clocks change.
        ("2027-03-27T23:00", SMS, "2027-03-30T08:00"),  # Easter Sunday and Monday too
        ("2026-10-24T23:00", SMS, "2026-10-25T08:00"),
    ],
)
def test_the_next_allowed_instant(now: str, hours: Hours, expected: str) -> None:
    assert allowed(now, hours) == at(expected)


def test_holidays_are_those_of_the_recipients_country_and_state() -> None:
    constitution = "2027-05-17T11:00"  # Norway's day, a Monday
    oslo = ZoneInfo("Europe/Oslo")
    assert allowed(constitution, PROMPT, oslo, country="NO") == at("2027-05-18T08:00", oslo)
    assert allowed(constitution, PROMPT, COPENHAGEN, country="SE") != at("2027-05-18T08:00", oslo)
    berlin = ZoneInfo("Europe/Berlin")
    epiphany = "2027-01-06T11:00"  # a Wednesday; a holiday in Bavaria only
    assert allowed(epiphany, PROMPT, berlin, country="DE") == at(epiphany, berlin)
    bavarian = allowed(epiphany, PROMPT, berlin, country="DE", subdivision="BY")
    assert bavarian == at("2027-01-07T08:00", berlin)


def test_an_unknown_country_or_state_has_the_holidays_that_are_known() -> None:
    christmas = "2026-12-25T11:00"
    assert allowed(christmas, SMS, country="XX") == at("2026-12-27T08:00")
    assert allowed(christmas, SMS, country="DE", subdivision="??") == at("2026-12-27T08:00")


def test_a_company_in_a_country_without_known_holidays_is_told() -> None:
    with pytest.raises(SettingError, match="XQ"):
        next_allowed(TUESDAY, SMS, a_customer(country="XX"), Company(country="XQ"), frozenset())


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("DK", "Europe/Copenhagen"),
        ("se", "Europe/Stockholm"),
        ("DE", "Europe/Berlin"),
        ("US", None),
        ("", None),
    ],
)
def test_the_zone_follows_from_the_country_where_its_clocks_agree(country: str, zone: str | None) -> None:
    found = zone_of(a_customer(country=country), TUESDAY)
    assert (found.key if found else None) == zone


def test_hours_in_common() -> None:
    assert PLANNED.within(SMS) == PLANNED
    assert Hours(time(6), time(9)).within(SMS) == Hours(time(8), time(9))
    assert Hours(time(6), time(8)).within(SMS) is None
    assert Hours(time(9), time(10), frozenset({6})).within(PLANNED) is None


@pytest.mark.parametrize(
    "table",
    [
        {"opens": "20:00", "closes": "08:00"},
        {"opens": "08:00", "closes": "20:00", "weekdays": []},
        {"opens": "08:00", "closes": "20:00", "weekdays": [0]},
        {"opens": "eight", "closes": "20:00"},
        {"opens": "08:00"},
    ],
)
def test_hours_without_time_are_refused(table: dict[str, object]) -> None:
    with pytest.raises(SettingError, match="here"):
        Hours.of(table, "here")


ZONES = (
    "Europe/Copenhagen", "Europe/London", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia",
    "Africa/Cairo", "America/Santiago", "Asia/Kathmandu", "Pacific/Kiritimati", "Etc/GMT+12",
)  # fmt: skip
HOLIDAYS = {
    country: holidays.country_holidays(country, years=range(2025, 2029))
    for country in ("DK", "DE", "US", "CL")
}


@st.composite
def situations(draw: st.DrawFn) -> tuple[datetime, str, ZoneInfo]:
    """A country, a zone, and an instant in a holiday season as often as not."""
    country, zone = draw(st.sampled_from(sorted(HOLIDAYS))), ZoneInfo(draw(st.sampled_from(ZONES)))
    anywhere = st.dates(date(2025, 1, 1), date(2028, 11, 1))
    day = draw(st.one_of(anywhere, st.sampled_from(sorted(HOLIDAYS[country])[:-6])))
    clock = draw(st.times())
    return datetime.combine(day, clock, zone).astimezone(UTC), country, zone


@settings(deadline=None)
@given(situations(), st.sampled_from(sorted(LIMITS.windows)), st.sampled_from(Channel))
def test_no_instant_in_any_zone_is_in_quiet_hours_or_on_a_holiday(
    situation: tuple[datetime, str, ZoneInfo], window: str, channel: Channel
) -> None:
    now, country, zone = situation
    hours = LIMITS.windows[window].within(LIMITS.channels[channel].hours)
    assert hours is not None
    customer = a_customer(country=country, zone=zone)
    found = next_allowed(now, hours, customer, Company(), LIMITS.also_closed)
    local = found.astimezone(zone)
    assert found >= now
    assert hours.opens <= local.time() < hours.closes
    assert local.isoweekday() in hours.weekdays
    assert local.date() not in HOLIDAYS[country]
    assert (local.month, local.day) not in LIMITS.also_closed
    assert next_allowed(found, hours, customer, Company(), LIMITS.also_closed) == found, (
        "an allowed instant stays"
    )
    earlier = next_allowed(now - timedelta(hours=7), hours, customer, Company(), LIMITS.also_closed)
    assert earlier <= found, "who begins to look earlier never asks later"
