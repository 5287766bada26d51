"""The preferred channel first, the next after no answer, never two at once; segments give order, window and style."""

from typing import Any

import pytest

from agent.errors import SettingError
from agent.feedback.history import Channel, Customer, History
from agent.feedback.timing.channels import in_order, next_step, usable
from agent.feedback.timing.limits import load_limits
from agent.feedback.timing.segments import Profile, load_segments, profile_of
from tests.unit.feedback.scenes import LIMITS, RULES, TUESDAY, a_customer, asked, at, days

EMAIL, SMS, CHAT, IN_APP, WHATSAPP = (
    Channel.EMAIL,
    Channel.SMS,
    Channel.CHAT,
    Channel.IN_APP,
    Channel.WHATSAPP,
)
ANY = frozenset(Channel)
TWO_DAYS, THREE_DAYS = days(2), days(3)


def profile(since: float | None = None, **attributes: Any) -> Profile:
    country = attributes.pop("country", "")
    begun = None if since is None else TUESDAY - days(since)
    return profile_of(
        History(Customer(country=country, since=begun, attributes=attributes)),
        TUESDAY,
        RULES.segments,
        LIMITS,
    )


@pytest.mark.parametrize(
    ("employees", "name"),
    [(500, "enterprise"), (499, "mid_size"), (50, "mid_size"), (49, "start_up"), (1, "start_up")],
)
def test_sizes_have_their_limits(employees: int, name: str) -> None:
    assert profile(employees=employees).names == (name, "everyone")


@pytest.mark.parametrize(("tenure", "name"), [(731, "long_standing"), (182, "new")])
def test_tenure_makes_a_segment(tenure: int, name: str) -> None:
    assert name in profile(since=tenure).names


@pytest.mark.parametrize("tenure", [730, 183])
def test_the_years_between_make_none(tenure: int) -> None:
    assert profile(since=tenure).names == ("everyone",)


def test_role_industry_and_region_make_segments() -> None:
    mine = profile(role="technician", industry="construction", country="DE", employees=600)
    assert mine.names == ("technician", "field_work", "enterprise", "german_speaking", "everyone")
    assert mine.channels[0] is IN_APP, "the role is the most telling"
    assert mine.style == "technical"
    assert mine.planned.closes == profile(employees=600).planned.closes, (
        "what the role leaves open, size says"
    )


def test_everybody_has_channels_a_window_and_a_style() -> None:
    assert all((profile().channels, profile().planned, profile().style))


def test_a_companys_own_segment_stands_first() -> None:
    segments = load_segments(
        LIMITS, {"vip": {"when": {"customer": "vip", "is": True}, "channels": ["chat"], "style": "warm"}}
    )
    person = History(Customer(attributes={"vip": True, "role": "technician"}))
    mine = profile_of(person, TUESDAY, segments, LIMITS)
    assert (mine.names[0], mine.channels, mine.style) == ("vip", (CHAT,), "warm")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"vip": {"channels": ["chat"]}}, "vip"),
        ({"vip": {"when": {"all": []}, "channels": ["pigeon"]}}, "pigeon"),
        ({"new": {"colour": "red"}}, "new.colour"),
        ({"vip": {"when": {"all": []}, "planned": {"opens": "05:00", "closes": "06:00"}}}, "vip.planned"),
    ],
)
def test_a_segment_that_cannot_be_meant_is_named(change: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingError, match=named):
        load_segments(LIMITS, change)


def order(**customer: Any) -> tuple[Channel, ...]:
    return in_order(a_customer(**customer), profile(country="DK"), TUESDAY, LIMITS)


def test_the_preferred_channel_comes_first_and_none_twice() -> None:
    assert order(reachable=ANY)[:2] == (EMAIL, SMS)
    assert order(reachable=ANY, preferred=CHAT)[:3] == (CHAT, EMAIL, SMS)
    assert sorted(order(reachable=ANY)) == sorted(Channel)


def test_only_channels_that_reach_the_customer_and_are_wanted() -> None:
    assert order(reachable=frozenset({SMS, CHAT})) == (SMS, CHAT)
    assert (
        order(reachable=ANY - {EMAIL}, bounced=frozenset({SMS}), opted_out=frozenset({CHAT}))[0]
        is Channel.LINK
    )
    assert order(preferred=SMS) == (EMAIL,), "a preference without a number"


def test_no_sms_to_somebody_whose_clock_is_not_known() -> None:
    assert usable(a_customer(country="US", reachable=frozenset({EMAIL, SMS, WHATSAPP})), TUESDAY, LIMITS) == {
        EMAIL
    }
    assert SMS in usable(a_customer(country="DK", reachable=frozenset({SMS})), TUESDAY, LIMITS)


class TestNextStep:
    ORDER = (EMAIL, SMS, CHAT)

    def test_begins_with_the_first_channel_now(self) -> None:
        step = next_step([], self.ORDER, TUESDAY, LIMITS)
        assert step is not None
        assert (step.channel, step.not_before) == (EMAIL, TUESDAY)

    def test_the_next_follows_after_three_days_without_an_answer(self) -> None:
        step = next_step([asked(TUESDAY - TWO_DAYS)], self.ORDER, TUESDAY, LIMITS)
        assert step is not None
        assert (step.channel, step.not_before) == (SMS, TUESDAY + days(1))

    def test_not_after_an_answer(self) -> None:
        sent = [asked(TUESDAY - THREE_DAYS, answered_at=TUESDAY - TWO_DAYS)]
        assert next_step(sent, self.ORDER, TUESDAY, LIMITS) is None

    def test_not_more_messages_than_allowed(self) -> None:
        sent = [asked(at("2026-11-10T10:00")), asked(at("2026-11-13T10:00"), channel=SMS)]
        assert next_step(sent, self.ORDER, TUESDAY, LIMITS) is None
        more = load_limits({"plan": {"most_steps": 3}})
        step = next_step(sent, self.ORDER, TUESDAY, more)
        assert step is not None
        assert step.channel is CHAT

    def test_what_came_back_reached_nobody(self) -> None:
        step = next_step([asked(TUESDAY, bounced=True)], self.ORDER, TUESDAY, LIMITS)
        assert step is not None
        assert (step.channel, step.not_before) == (SMS, TUESDAY)

    def test_ends_when_no_channel_is_left(self) -> None:
        assert next_step([asked(TUESDAY)], (EMAIL,), TUESDAY, LIMITS) is None
