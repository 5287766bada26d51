"""The promised answer time: the target, or later when the queue is longer; never past knowledge."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from agent.cases.answer_time import Load, promise
from agent.cases.clock_rules import calendar

HOURS = {"opens": "08:00", "closes": "16:00", "weekdays": [1, 2, 3, 4, 5]}
OPEN = calendar(ZoneInfo("Europe/Copenhagen"), "DK", HOURS)
NOON = datetime(2026, 11, 18, 11, tzinfo=UTC)  # Wednesday, 12:00 in Copenhagen


def test_a_short_queue_keeps_the_target() -> None:
    answer = promise(NOON + timedelta(hours=2), Load(2, 2), now=NOON, open_hours=OPEN)
    assert (answer.at, answer.late) == (NOON + timedelta(hours=2), False)


def test_a_long_queue_promises_later_and_says_so() -> None:
    """Twenty cases of twelve minutes before this one, one agent: 252 working minutes, past closing at 16."""
    answer = promise(NOON + timedelta(hours=2), Load(20, 1), now=NOON, open_hours=OPEN)
    assert answer.late
    assert answer.at == datetime(2026, 11, 19, 7, 15, tzinfo=UTC)


def test_nobody_at_work_counts_as_one() -> None:
    answer = promise(NOON, Load(0, 0), now=NOON, open_hours=OPEN)
    assert answer.at == NOON + timedelta(minutes=15)


def test_times_are_rounded_up_to_a_quarter_of_an_hour() -> None:
    answer = promise(NOON + timedelta(minutes=61), Load(0, 3), now=NOON, open_hours=OPEN)
    assert answer.at == NOON + timedelta(minutes=75)


def test_a_critical_case_at_night_is_promised_for_the_night() -> None:
    night = datetime(2026, 11, 21, 22, 50, tzinfo=UTC)
    answer = promise(night + timedelta(minutes=15), Load(9, 1), now=night, open_hours=OPEN)
    assert (answer.at, answer.late) == (datetime(2026, 11, 21, 23, 15, tzinfo=UTC), False)
