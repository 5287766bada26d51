"""Urgency in words and shapes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from api.web.time_left import time_left, urgency_group

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
COPENHAGEN = ZoneInfo("Europe/Copenhagen")


@pytest.mark.parametrize(
    ("left", "waited", "state"),
    [
        (timedelta(hours=3), timedelta(hours=1), "plenty"),
        (timedelta(minutes=29), timedelta(hours=3), "soon"),
        (timedelta(minutes=31), timedelta(hours=9), "plenty"),
        (
            timedelta(minutes=10),
            timedelta(minutes=5),
            "plenty",
        ),  # a target of a quarter: amber under half of it
        (timedelta(minutes=7), timedelta(minutes=8), "soon"),
        (timedelta(0), timedelta(hours=1), "over"),
        (-timedelta(minutes=12), timedelta(hours=1), "over"),
    ],
)
def test_amber_under_half_an_hour_or_half_a_short_target(
    left: timedelta, waited: timedelta, state: str
) -> None:
    assert time_left(NOW + left, NOW - waited, NOW).state == state


def test_the_ring_shows_the_share_that_is_left() -> None:
    assert time_left(NOW + timedelta(hours=1), NOW - timedelta(hours=3), NOW).share == 25
    assert time_left(NOW - timedelta(minutes=12), NOW, NOW).minutes == 12


def test_nothing_runs_while_we_wait_or_before_it_was_judged() -> None:
    assert time_left(NOW, NOW, NOW, state="waiting").state == "paused"
    assert time_left(None, NOW, NOW).state == "unknown"


@pytest.mark.parametrize("state", ["done", "spam"])
def test_what_is_done_has_no_time_left(state: str) -> None:
    assert time_left(NOW, NOW, NOW, state=state).state == "ended"


@pytest.mark.parametrize(
    ("due", "heading"),
    [
        (NOW - timedelta(minutes=1), "Past due"),
        (NOW + timedelta(minutes=59), "Within 1 hour"),
        (NOW + timedelta(hours=8), "Later today"),
        (datetime(2026, 11, 23, 23, 30, tzinfo=UTC), "Tomorrow"),  # past midnight in the company's zone
        (NOW + timedelta(days=4), "Later"),
        (None, "Being read"),
    ],
)
def test_cases_stand_under_the_day_of_the_companys_zone(due: datetime | None, heading: str) -> None:
    assert urgency_group(due, NOW, COPENHAGEN) == heading
