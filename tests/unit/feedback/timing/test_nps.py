"""The recommendation question by calendar, by event, and by both."""

from typing import Any

import pytest

from agent.company import Company
from agent.errors import SettingError
from agent.feedback.history import Event, History
from agent.feedback.reasons import Code
from agent.feedback.rules import Rules, load_rules
from agent.feedback.timing.deciding import NotAsked, Wish, decide
from agent.feedback.timing.nps import nps_wish
from tests.unit.feedback.scenes import RULES, TUESDAY, an_event, ask, asked, at, days, history, why_not

PRAISE = an_event("praise", TUESDAY - days(29))


def with_mode(mode: str) -> Rules:
    return load_rules(Company(overrides={"feedback": {"limits": {"nps": {"mode": mode}}}}))


def outcome(past: History, rules: Rules = RULES, event: Event | None = None) -> Code | str:
    found = nps_wish(past, TUESDAY, rules, event)
    return found.reason.code if isinstance(found, NotAsked) else found.survey


def test_hybrid_asks_those_with_a_recent_positive_contact() -> None:
    assert outcome(history(PRAISE)) == "nps"
    assert outcome(history()) is Code.WAITS_FOR_EVENT
    assert outcome(history(an_event("praise", TUESDAY - days(30)))) is Code.WAITS_FOR_EVENT


@pytest.mark.parametrize(
    ("data", "positive"),
    [
        ({"survey": "csat", "score": 4}, True),
        ({"survey": "csat", "score": 3}, False),
        ({"survey": "nps", "score": 8}, False),
        ({"survey": "ces", "score": 6}, True),
    ],
)
def test_a_good_answer_is_a_positive_contact(data: dict[str, Any], positive: bool) -> None:
    assert (outcome(history(an_event("answered", TUESDAY - days(2), **data))) == "nps") is positive


def test_those_who_wait_are_woken_by_an_event() -> None:
    event = an_event("goal_reached")
    assert outcome(history(event), event=event) == "nps"
    assert outcome(history(event), with_mode("event"), event=event) == "nps"


def test_by_event_the_calendar_alone_asks_nobody() -> None:
    assert outcome(history(PRAISE), with_mode("event")) is Code.WAITS_FOR_EVENT


def test_by_calendar_everybody_is_asked() -> None:
    assert outcome(history(), with_mode("calendar")) == "nps"


@pytest.mark.parametrize("mode", ["calendar", "event", "hybrid"])
@pytest.mark.parametrize(("ago", "due"), [(90, False), (91, True)])
def test_not_more_than_once_a_quarter(mode: str, ago: int, due: bool) -> None:
    event = an_event("praise")
    past = history(event, asked=[asked(TUESDAY - days(ago), survey="nps")])
    assert (outcome(past, with_mode(mode), event=event) == "nps") is due
    other = history(event, asked=[asked(TUESDAY - days(ago), survey="csat")])
    assert outcome(other, with_mode(mode), event=event) == "nps"


def test_not_in_the_first_three_months() -> None:
    past = history(PRAISE, since=TUESDAY - days(60))
    found = nps_wish(past, TUESDAY, RULES)
    assert isinstance(found, NotAsked)
    assert (found.reason.code, found.again_at) == (Code.NOT_YET_DUE, TUESDAY + days(30))


def test_the_wish_goes_to_the_planned_window_and_is_checked_again() -> None:
    friday = at("2026-11-20T11:00")
    past = history(PRAISE)
    wish = nps_wish(past, TUESDAY - days(4), RULES)
    assert isinstance(wish, Wish)
    assert ask(decide(wish, past, at("2026-11-13T11:00"), RULES)).when == at("2026-11-17T10:00")
    assert why_not(decide(wish, past, friday, RULES)) is Code.CONDITION, (
        "the positive contact is too old by then"
    )


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(SettingError, match=r"nps\.mode"):
        with_mode("always")
