"""Days, weeks and months of the company's calendar, and as much of the time before to compare with."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import WrongUse
from agent.insight.period import Grain, Span, period_of

ZONE = ZoneInfo("Europe/Copenhagen")
FRIDAY = datetime(2026, 11, 20, 9, 36, tzinfo=UTC)


def test_a_running_week_is_compared_with_the_week_before_up_to_the_same_moment() -> None:
    week = period_of(Span.WEEK, FRIDAY, ZONE)
    assert (week.first, week.last, week.running) == (date(2026, 11, 16), date(2026, 11, 22), True)
    assert week.before_end == FRIDAY - timedelta(days=7)
    assert week.grain is Grain.DAY
    assert len(week.parts) == 7


def test_a_month_is_compared_with_the_month_before() -> None:
    month = period_of(Span.MONTH, datetime(2026, 3, 31, 12, tzinfo=UTC), ZONE)
    assert (month.before_first, month.before_last) == (date(2026, 2, 1), date(2026, 2, 28))
    assert month.before_end == month.start  # February has no 31st


def test_a_day_on_which_the_clock_is_set_back_has_25_hours() -> None:
    day = period_of(Span.CUSTOM, FRIDAY, ZONE, date(2026, 10, 25), date(2026, 10, 25))
    assert day.end.astimezone(UTC) - day.start.astimezone(UTC) == timedelta(hours=25)


def test_a_long_period_has_one_part_a_week() -> None:
    period = period_of(Span.CUSTOM, FRIDAY, ZONE, date(2026, 8, 1), date(2026, 10, 31))
    assert period.grain is Grain.WEEK


@pytest.mark.parametrize("days", [-1, 366])
def test_days_that_cannot_be_meant_are_refused(days: int) -> None:
    with pytest.raises(WrongUse):
        period_of(Span.CUSTOM, FRIDAY, ZONE, date(2025, 1, 1), date(2025, 1, 1) + timedelta(days=days))


def test_any_week_or_month_can_be_looked_at_and_left_for_its_neighbours() -> None:
    week = period_of(Span.WEEK, FRIDAY, ZONE, at=date(2026, 11, 4))
    assert (week.first, week.last, week.running) == (date(2026, 11, 2), date(2026, 11, 8), False)
    assert week.before_end == week.start
    assert week.earlier == (date(2026, 10, 26), date(2026, 11, 1))
    assert week.later == (date(2026, 11, 9), date(2026, 11, 15))
    month = period_of(Span.MONTH, FRIDAY, ZONE, at=date(2026, 1, 31))
    assert month.earlier == (date(2025, 12, 1), date(2025, 12, 31))
    assert month.later == (date(2026, 2, 1), date(2026, 2, 28))
    assert period_of(Span.CUSTOM, FRIDAY, ZONE, date(2026, 11, 3), date(2026, 11, 5)).later == (
        date(2026, 11, 6),
        date(2026, 11, 8),
    )


@pytest.mark.parametrize("at", [date(2026, 11, 21), date(1999, 12, 31)])
def test_a_day_that_has_not_begun_or_is_long_gone_has_no_figures(at: date) -> None:
    with pytest.raises(WrongUse):
        period_of(Span.WEEK, FRIDAY, ZONE, at=at)


@given(
    st.integers(0, 6 * 365 * 24 * 60).map(lambda m: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=m)),
    st.sampled_from([Span.TODAY, Span.WEEK, Span.MONTH]),
)
def test_the_parts_of_a_period_are_the_period(now: datetime, span: Span) -> None:
    period = period_of(span, now, ZONE)
    assert period.start <= now < period.end
    assert (period.parts[0].start, period.parts[-1].end) == (period.start, period.end)
    assert all(a.end == b.start for a, b in zip(period.parts, period.parts[1:], strict=False))
    assert period.before_start <= period.before_end <= period.start
