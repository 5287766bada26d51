"""A case's clock: time spent waiting for the customer never counts, and working it out anew changes nothing."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.cases.answer_clock import AnswerClock, Promise, load_clock_rules, respond_by, tell_delay_at
from agent.cases.case import Priority
from agent.cases.clock_rules import Calendar, passed, worked
from agent.cases.hours import load_hours
from agent.cases.priority import load_rules
from agent.errors import SettingError

PRIORITY = load_rules()
RULES = load_clock_rules(PRIORITY.targets)
ZONES = {"DK": "Europe/Copenhagen", "NO": "Europe/Oslo", "SE": "Europe/Stockholm", "DE": "Europe/Berlin",
         "GB": "Europe/London"}  # fmt: skip
CALENDARS = {
    country: load_hours({}, zone=ZoneInfo(zone), country=country, hours=PRIORITY.hours).company
    for country, zone in ZONES.items()
}
DK = CALENDARS["DK"]
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # 9:00 in Copenhagen

instants = st.datetimes(
    min_value=datetime(2025, 1, 1),  # noqa: DTZ001 - Hypothesis wants them naive, and adds the zone
    max_value=datetime(2027, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
).map(lambda instant: instant.replace(second=0, microsecond=0))
calendars = st.sampled_from(list(CALENDARS.values()))
levels = st.sampled_from(list(Priority))
minutes = st.integers(min_value=0, max_value=60 * 24 * 20)


def due_of(clock: AnswerClock, calendar: Calendar) -> datetime:
    instant = respond_by(clock, RULES, calendar)
    assert instant is not None
    return instant


@settings(deadline=None, max_examples=150)
@given(calendar=calendars, level=levels, start=instants, run=minutes, pause=minutes)
def test_the_time_of_a_pause_never_counts(
    calendar: Calendar, level: Priority, start: datetime, run: int, pause: int
) -> None:
    """Run before the pause and what is left after it make up the target, or the least share where it was used up."""
    target = RULES.targets[level]
    stopped = start + timedelta(minutes=run)
    again = stopped + timedelta(minutes=pause)
    clock = AnswerClock((Promise(level, start),)).paused(stopped, RULES, calendar).resumed(again)
    used = passed(start, stopped, target, calendar)
    left = passed(again, due_of(clock, calendar), target, calendar)
    whole = target.whole(calendar)
    if used:
        assert left == max(whole - used, whole * RULES.least_share)
    else:
        assert due_of(clock, calendar) >= again


@settings(deadline=None, max_examples=100)
@given(calendar=calendars, level=levels, start=instants, run=minutes, first=minutes, second=minutes)
def test_a_longer_pause_leaves_as_much_time(
    calendar: Calendar, level: Priority, start: datetime, run: int, first: int, second: int
) -> None:
    target = RULES.targets[level]
    stopped = start + timedelta(minutes=run)
    clock = AnswerClock((Promise(level, start),)).paused(stopped, RULES, calendar)
    if not clock.used:
        return
    left = set()
    for pause in (first, second):
        again = stopped + timedelta(minutes=pause)
        left.add(passed(again, due_of(clock.resumed(again), calendar), target, calendar))
    assert len(left) == 1


@settings(deadline=None, max_examples=100)
@given(calendar=calendars, start=instants, a=minutes, b=minutes)
def test_working_time_adds_up(calendar: Calendar, start: datetime, a: int, b: int) -> None:
    middle = start + timedelta(minutes=a)
    end = middle + timedelta(minutes=b)
    assert worked(start, middle, calendar) + worked(middle, end, calendar) == worked(start, end, calendar)


@settings(deadline=None, max_examples=100)
@given(calendar=calendars, level=levels, start=instants)
def test_an_answer_is_due_in_working_time_on_no_holiday(
    calendar: Calendar, level: Priority, start: datetime
) -> None:
    due = due_of(AnswerClock((Promise(level, start),)), calendar)
    if not RULES.targets[level].round_the_clock:
        local = due.astimezone(calendar.zone)
        assert calendar.is_open(local.date())
        assert calendar.opens <= local.time() <= calendar.closes


def test_what_was_left_is_left_when_the_customer_writes_again() -> None:
    clock = AnswerClock((Promise(Priority.HIGH, MONDAY),))
    clock = clock.paused(MONDAY + timedelta(minutes=90), RULES, DK)
    assert respond_by(clock, RULES, DK) is None
    again = MONDAY + timedelta(days=2)
    assert due_of(clock.resumed(again), DK) == again + timedelta(minutes=30)


def test_a_target_that_was_used_up_leaves_its_least_share() -> None:
    clock = AnswerClock((Promise(Priority.HIGH, MONDAY),))
    clock = clock.paused(MONDAY + timedelta(hours=4), RULES, DK)
    again = MONDAY + timedelta(days=1)
    assert due_of(clock.resumed(again), DK) == again + timedelta(minutes=30)


def test_a_more_urgent_promise_counts_from_its_own_instant_and_a_calmer_one_not_at_all() -> None:
    clock = AnswerClock((Promise(Priority.LOW, MONDAY),))
    later = MONDAY + timedelta(hours=1)
    assert clock.promising(Priority.LOW, later) == clock
    assert due_of(clock.promising(Priority.HIGH, later), DK) == later + timedelta(hours=2)


def test_the_customers_own_deadline_comes_first() -> None:
    deadline = MONDAY + timedelta(minutes=40)
    clock = AnswerClock((Promise(Priority.HIGH, MONDAY),), deadline=deadline)
    assert due_of(clock, DK) == deadline


def test_pausing_twice_and_resuming_twice_change_nothing() -> None:
    clock = AnswerClock((Promise(Priority.HIGH, MONDAY),))
    once = clock.paused(MONDAY + timedelta(minutes=10), RULES, DK)
    assert once.paused(MONDAY + timedelta(minutes=50), RULES, DK) == once
    resumed = once.resumed(MONDAY + timedelta(hours=3))
    assert resumed.resumed(MONDAY + timedelta(hours=5)) == resumed


def test_a_delay_is_told_a_quarter_before_the_time_and_at_most_half_an_hour() -> None:
    assert tell_delay_at(MONDAY + timedelta(minutes=20), MONDAY, RULES) == MONDAY + timedelta(minutes=15)
    assert tell_delay_at(MONDAY + timedelta(days=1), MONDAY, RULES) == MONDAY + timedelta(
        hours=23, minutes=30
    )


HOURS = {
    "teams": {"sweden": {"mailboxes": ["Support@Firm.se"], "country": "SE", "opens": "07:00"}},
    "countries": {"no": {"zone": "Europe/Oslo", "opens": "09:00", "closed": ["2026-11-24"]}},
}


class TestHours:
    hours = load_hours(HOURS, zone=ZoneInfo("Europe/Copenhagen"), country="DK", hours=PRIORITY.hours)

    def test_the_team_of_the_mailbox_comes_before_the_customers_country_and_the_company(self) -> None:
        assert self.hours.of("support@firm.se", "NO").opens.hour == 7
        assert self.hours.of("other@firm.dk", "no").opens.hour == 9
        assert self.hours.of("other@firm.dk", "DE") is self.hours.company

    def test_holidays_are_those_of_the_country_and_days_off_ones_own(self) -> None:
        national_day = date(2026, 6, 6)  # of Sweden
        epiphany, maundy_thursday = date(2026, 1, 6), date(2026, 4, 2)
        assert national_day in self.hours.of("support@firm.se").closed
        assert not self.hours.of("support@firm.se").is_open(epiphany)
        assert self.hours.company.is_open(epiphany)
        assert not self.hours.company.is_open(maundy_thursday)  # a holiday in Denmark …
        assert self.hours.of("support@firm.se").is_open(maundy_thursday)  # … and none in Sweden
        assert not self.hours.of("", "NO").is_open(date(2026, 11, 24))
        assert self.hours.company.is_open(date(2026, 11, 24))

    @pytest.mark.parametrize(
        ("table", "named"),
        [
            ({"team": {}}, "hours.team"),
            ({"teams": {"a": {"open": "08:00"}}}, "hours.teams.a.open"),
            ({"countries": {"SE": {"zone": "Mars/North"}}}, "hours.countries.SE.zone"),
            ({"countries": {"SE": {"closed": ["Christmas"]}}}, "hours.countries.SE.closed"),
        ],
    )
    def test_what_cannot_be_meant_is_named(self, table: dict[str, object], named: str) -> None:
        with pytest.raises(SettingError, match=named):
            load_hours(table, zone=ZoneInfo("Europe/Copenhagen"), country="DK", hours=PRIORITY.hours)
