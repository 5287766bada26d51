"""What holds a request back, for how long, and the light that shows it."""

from datetime import datetime
from typing import Any

import pytest

from agent.feedback.history import Channel, History
from agent.feedback.reasons import Code
from agent.feedback.timing.light import Colour, light_of
from agent.feedback.timing.limits import load_limits
from agent.feedback.timing.suppression import holds_on, is_complaint
from tests.unit.feedback.scenes import LIMITS, TUESDAY, a_complaint, an_event, asked, days, history

EMAIL = Channel.EMAIL


def codes(past: History, **more: Any) -> list[Code]:
    return [hold.reason.code for hold in holds_on(past, TUESDAY, LIMITS, **more)]


def test_a_customer_nobody_asked_and_nothing_troubles_is_green() -> None:
    light = light_of(history(), TUESDAY, LIMITS)
    assert (light.colour, light.reason.code, light.from_when) == (Colour.GREEN, Code.FREE, TUESDAY)


@pytest.mark.parametrize(
    ("past", "code"),
    [
        (history(objected=True), Code.OBJECTED),
        (history(opted_out=frozenset({"all"})), Code.OPTED_OUT),
        (history(opted_out=frozenset({EMAIL})), Code.OPTED_OUT),
        (history(bounced=frozenset({EMAIL})), Code.BOUNCED),
        (history(reachable=frozenset()), Code.NO_CHANNEL),
        (history(cases=[a_complaint(TUESDAY - days(40))]), Code.OPEN_COMPLAINT),
        (history(cases=[a_complaint(TUESDAY - days(2), TUESDAY + days(1))]), Code.OPEN_COMPLAINT),
        (history(an_event("answered", TUESDAY - days(9), survey="nps", score=6)), Code.UNHAPPY),
        (history(an_event("complained", TUESDAY - days(300))), Code.UNHAPPY),
    ],
)
def test_red_until_somebody_acts(past: History, code: Code) -> None:
    light = light_of(past, TUESDAY, LIMITS)
    assert (light.colour, light.reason.code, light.from_when) == (Colour.RED, code, None)


@pytest.mark.parametrize(
    ("past", "code", "until"),
    [
        (history(cases=[a_complaint(TUESDAY - days(20), TUESDAY - days(5))]), Code.RECENT_COMPLAINT, 9),
        (history(asked=[asked(TUESDAY - days(10))]), Code.ASKED_LATELY, 20),
        (history(asked=[asked(TUESDAY - days(10))], business=False), Code.ASKED_LATELY, 4),
        (
            history(asked=[asked(TUESDAY - days(n), str(n)) for n in (360, 200, 100, 40)]),
            Code.ASKED_OFTEN,
            5,
        ),
    ],
)
def test_yellow_until_a_day(past: History, code: Code, until: float) -> None:
    light = light_of(past, TUESDAY, LIMITS)
    assert (light.colour, light.reason.code) == (Colour.YELLOW, code)
    assert light.from_when == TUESDAY + days(until)
    assert light_of(past, light.from_when, LIMITS).colour is Colour.GREEN, "the first free instant is free"


@pytest.mark.parametrize(("business", "gap"), [(True, 30), (False, 14)])
def test_the_cap_counts_all_channels_and_surveys(business: bool, gap: int) -> None:
    for channel in Channel:
        for survey in ("nps", "csat", "", "a campaign of ours"):
            before = history(
                asked=[asked(TUESDAY - days(gap - 0.01), channel=channel, survey=survey)], business=business
            )
            assert codes(before, survey="ces") == [Code.ASKED_LATELY]
            after = history(
                asked=[asked(TUESDAY - days(gap), channel=channel, survey=survey)], business=business
            )
            assert codes(after, survey="ces") == []


def test_a_request_is_not_in_its_own_way() -> None:
    past = history(asked=[asked(TUESDAY - days(3), "mine")])
    assert codes(past, request="mine") == []
    assert codes(past, request="another") == [Code.ASKED_LATELY]


def test_the_steps_of_one_request_count_once_in_a_year() -> None:
    steps = [asked(TUESDAY - days(n), f"r{n // 100}") for n in (300, 303, 200, 203, 100, 103)]
    assert codes(history(asked=steps)) == []


def test_the_light_is_red_for_two_reasons_and_says_both() -> None:
    past = history(cases=[a_complaint(TUESDAY - days(1))], asked=[asked(TUESDAY - days(1))], objected=True)
    light = light_of(past, TUESDAY, LIMITS)
    assert light.reason.code is Code.OBJECTED
    assert [reason.code for reason in light.others] == [Code.OPEN_COMPLAINT, Code.ASKED_LATELY]


def test_of_two_waits_the_longer_one_is_shown() -> None:
    past = history(
        cases=[a_complaint(TUESDAY - days(20), TUESDAY - days(5))], asked=[asked(TUESDAY - days(1))]
    )
    light = light_of(past, TUESDAY, LIMITS)
    assert light.from_when == TUESDAY + days(29)
    assert [reason.code for reason in light.others] == [Code.RECENT_COMPLAINT]


def test_how_a_complaint_was_handled_may_be_asked_but_nothing_else() -> None:
    past = history(cases=[a_complaint(TUESDAY - days(8), TUESDAY - days(1), id="17")])
    assert codes(past, case="17") == []
    assert codes(past, case="18") == codes(past) == [Code.RECENT_COMPLAINT]
    assert codes(history(cases=[a_complaint(TUESDAY - days(8), id="17")]), case="17") == [Code.OPEN_COMPLAINT]


def test_an_ordinary_open_case_holds_nothing_back() -> None:
    case = a_complaint(TUESDAY - days(1))
    assert codes(history(cases=[type(case)(case.opened_at)])) == []


def test_the_opt_out_of_one_survey_or_channel_leaves_the_others() -> None:
    past = history(opted_out=frozenset({"nps"}))
    assert codes(past, survey="nps") == [Code.OPTED_OUT]
    assert codes(past, survey="csat") == codes(past) == []
    past = history(opted_out=frozenset({EMAIL}), reachable=frozenset({EMAIL, Channel.SMS}))
    assert codes(past) == []


class TestUnhappy:
    @pytest.mark.parametrize(
        ("survey", "score", "unhappy"),
        [
            ("nps", 6, True), ("nps", 7, False), ("csat", 2, True), ("csat", 3, False),
            ("ces", 3, True), ("ces", 4, False), ("own", 1, False),
        ],
    )  # fmt: skip
    def test_by_a_bad_answer(self, survey: str, score: int, unhappy: bool) -> None:
        answer = an_event("answered", TUESDAY - days(1), survey=survey, score=score)
        assert (codes(history(answer)) == [Code.UNHAPPY]) is unhappy

    def test_by_a_very_angry_case_even_when_it_is_closed_for_long(self) -> None:
        case = a_complaint(TUESDAY - days(60), TUESDAY - days(50), sentiment="very_negative")
        assert codes(history(cases=[case])) == [Code.UNHAPPY]

    @pytest.mark.parametrize(("followed_up", "unhappy"), [(6, True), (5, False), (1, False)])
    def test_until_a_person_has_followed_up(self, followed_up: float, unhappy: bool) -> None:
        past = history(
            an_event("complained", TUESDAY - days(5)),
            an_event("personal_follow_up", TUESDAY - days(followed_up)),
        )
        assert (Code.UNHAPPY in codes(past)) is unhappy

    def test_not_by_what_is_yet_to_come(self) -> None:
        assert codes(history(an_event("complained", TUESDAY + days(1)))) == []


@pytest.mark.parametrize(
    ("sentiment", "priority", "complaint"),
    [("negative", "low", True), ("neutral", "critical", True), ("positive", "high", False), ("", "", False)],
)
def test_a_complaint_shows_in_mood_or_priority(sentiment: str, priority: str, complaint: bool) -> None:
    assert is_complaint(sentiment, priority, LIMITS.complaint) is complaint


def test_a_company_sets_its_own_caps() -> None:
    limits = load_limits({"cap": {"business": {"days": 7}, "in_a_year": {"business": 0}}})
    past = history(asked=[asked(TUESDAY - days(8 * n), str(n)) for n in range(1, 9)])
    assert light_of(past, TUESDAY, limits).colour is Colour.GREEN


def test_until_is_an_instant_in_the_future() -> None:
    past = history(asked=[asked(TUESDAY - days(10))])
    assert all(
        isinstance(hold.until, datetime) and hold.until > TUESDAY for hold in holds_on(past, TUESDAY, LIMITS)
    )
