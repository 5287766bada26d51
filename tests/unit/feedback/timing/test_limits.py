"""A company's numbers are laid over the shipped ones; what cannot be meant is refused by its place."""

from datetime import time, timedelta
from typing import Any

import pytest

from agent.errors import SettingError
from agent.feedback.timing.limits import load_limits
from tests.unit.feedback.scenes import LIMITS


def test_the_shipped_caps() -> None:
    assert LIMITS.cap(business=True).gap == timedelta(days=30)
    assert LIMITS.cap(business=False).gap == timedelta(days=14)
    assert LIMITS.complaint.quiet_after == timedelta(days=14)
    assert LIMITS.wait_for_answer == timedelta(days=3)


def test_a_length_of_time_is_replaced_as_a_whole() -> None:
    """Four weeks instead of thirty days, not four weeks and thirty days."""
    assert load_limits({"cap": {"business": {"weeks": 4}}}).cap_business.gap == timedelta(days=28)


def test_a_window_is_changed_in_part_or_added() -> None:
    limits = load_limits(
        {
            "windows": {
                "prompt": {"opens": "09:00"},
                "saturday": {"opens": "10:00", "closes": "12:00", "weekdays": [6]},
            }
        }
    )
    assert limits.windows["prompt"].opens == time(9)
    assert limits.windows["prompt"].closes == LIMITS.windows["prompt"].closes
    assert limits.windows["saturday"].weekdays == {6}


def test_a_companys_own_surveys_and_grades_of_importance() -> None:
    limits = load_limits({"unhappy": {"bad_answer": {"fair": 3}}, "importance": {"urgent": 99}})
    assert limits.unhappy.bad_answer["fair"] == 3
    assert limits.unhappy.bad_answer["nps"] == 6
    assert limits.importance["urgent"] == 99


def test_a_condition_is_replaced_as_a_whole() -> None:
    limits = load_limits({"nps": {"recent_positive": {"event": "praise", "within": {"days": 7}}}})
    assert limits.nps.recent_positive != LIMITS.nps.recent_positive


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"patients": {"days": 1}}, "limits.patients"),
        ({"cap": {"busines": {"days": 1}}}, "limits.cap.busines"),
        ({"cap": {"business": 30}}, "limits.cap.business"),
        ({"cap": {"in_a_year": {"business": "four"}}}, "feedback.limits"),
        ({"also_closed": {"days": ["02-30"]}}, "feedback.limits"),
        ({"windows": {"prompt": {"opens": "25:00"}}}, "windows.prompt"),
        ({"channels": {"pigeon": {"opens": "08:00"}}}, "channels.pigeon"),
        ({"plan": {"most_steps": 0}}, "most_steps"),
        ({"nps": {"window": "never"}}, "nps.window"),
        ({"nps": {"importance": "huge"}}, "feedback.limits"),
    ],
)
def test_what_cannot_be_meant_is_refused(change: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingError, match=named):
        load_limits(change)


def test_the_last_of_february_may_be_closed_too() -> None:
    assert load_limits({"also_closed": {"days": ["02-29"]}}).also_closed == {(2, 29)}
