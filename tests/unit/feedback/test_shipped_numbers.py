"""The numbers that the product promises, one by one as they are shipped; behaviour is tested where the rules are."""

from datetime import time, timedelta
from typing import Any

import pytest

from agent.company import Company
from agent.feedback.evaluation import holds
from agent.feedback.history import CaseFacts, Channel, Customer, History
from agent.feedback.learning.numbers import load_learning
from agent.feedback.timing.deciding import wish_of
from agent.feedback.timing.hours import Hours
from agent.feedback.timing.segments import profile_of
from agent.feedback.timing.triggers import fired
from tests.unit.feedback.scenes import LIMITS, RULES, TUESDAY, a_customer, an_event, at, days, history

HOUR = timedelta(hours=1)


class TestTriggers:
    """When which event asks."""

    @pytest.mark.parametrize(("ago", "fires"), [(6.9, True), (7, False), (8, False)])
    def test_three_logins_count_within_seven_days(self, ago: float, fires: bool) -> None:
        last = an_event("login")
        past = history(an_event("login", TUESDAY - days(ago)), an_event("login", TUESDAY - days(1)), last)
        found = fired(last, past, RULES.triggers)
        assert (found is not None and found.name == "logins") is fires

    def test_the_most_active_day_is_one_of_the_last_seven(self) -> None:
        """Four logins eight days ago make no busiest day: two of today do, and it is over at midnight."""
        long_ago = [an_event("login", TUESDAY - days(7.5) - HOUR * n) for n in range(4)]
        lately = [an_event("login", TUESDAY - days(1)), an_event("login", TUESDAY - HOUR), an_event("login")]
        wish = wish_of(lately[-1], history(*long_ago, *lately), RULES)
        assert wish is not None
        assert wish.wanted_from == at("2026-11-18T00:00")

    @pytest.mark.parametrize(("minutes", "fires"), [(9.9, False), (10, True)])
    def test_a_new_feature_counts_from_ten_active_minutes_on(self, minutes: float, fires: bool) -> None:
        event = an_event("feature_used", feature="export", minutes=minutes)
        assert (fired(event, history(event), RULES.triggers) is not None) is fires

    @pytest.mark.parametrize(("minutes", "first"), [(120, timedelta()), (121, 4 * HOUR)])
    def test_quick_is_what_took_two_hours_at_most(self, minutes: int, first: timedelta) -> None:
        event = an_event("case_closed", minutes=minutes)
        wish = wish_of(event, history(event), RULES)
        assert wish is not None
        assert wish.wanted_from - TUESDAY == first

    @pytest.mark.parametrize(
        ("name", "begin", "end"),
        [
            ("logins", timedelta(), days(7)),
            ("new_feature", 24 * HOUR, days(8)),
            ("report_read", days(2), days(9)),
            ("project_successful", 24 * HOUR, days(8)),
            ("goal_reached", 24 * HOUR, days(8)),
            ("onboarding_done", timedelta(), days(7)),
            ("meeting", days(2), days(9)),
            ("product", 72 * HOUR, days(7)),
            ("product_standard", 72 * HOUR, days(7)),
            ("product_consumable", 48 * HOUR, days(9)),
            ("product_complex", days(7), days(14)),
            ("product_consulting", 24 * HOUR, days(8)),
            ("product_software", 72 * HOUR, days(7)),
            ("service_quick", timedelta(), 2 * HOUR),
            ("service_careful", 24 * HOUR, 48 * HOUR),
            ("support_standard", 4 * HOUR, days(7) + 4 * HOUR),
            ("support_technical", 24 * HOUR, days(7)),
            ("support_complex", 72 * HOUR, days(14)),
            ("support_escalated", days(7), days(14)),
        ],
    )
    def test_each_rule_asks_in_its_time(self, name: str, begin: timedelta, end: timedelta) -> None:
        (rule,) = (each for each in RULES.triggers if each.name == name)
        assert (rule.wanted_from, rule.wanted_until) == (begin, end)

    def test_there_is_no_rule_beside_these(self) -> None:
        assert len(RULES.triggers) == 19

    def test_only_the_long_read_report_gets_a_personal_mail(self) -> None:
        assert [each.name for each in RULES.triggers if each.form == "personal"] == ["report_read"]


class TestLimits:
    """Caps, quiet, and the regular survey."""

    def test_the_frequency_cap(self) -> None:
        assert (LIMITS.cap_business.gap, LIMITS.cap_private.gap) == (days(30), days(14))
        assert (LIMITS.cap_business.in_a_year, LIMITS.cap_private.in_a_year) == (4, 0)

    def test_nobody_is_asked_for_two_weeks_after_a_complaint(self) -> None:
        assert LIMITS.complaint.quiet_after == days(14)
        assert LIMITS.complaint.sentiments == {"negative", "very_negative"}
        assert LIMITS.complaint.priorities == {"critical"}

    def test_the_highest_scores_that_are_bad(self) -> None:
        assert LIMITS.unhappy.bad_answer == {"nps": 6, "csat": 2, "ces": 3, "product": 2, "service": 2}

    def test_important_events_stand_above_routine(self) -> None:
        order = [
            "routine",
            "normal",
            "support",
            "service",
            "support_complex",
            "support_escalated",
            "important",
        ]
        assert sorted(LIMITS.importance, key=LIMITS.importance.__getitem__) == order
        important = {
            each.name for each in RULES.triggers if each.importance == LIMITS.importance["important"]
        }
        assert important == {"project_successful", "goal_reached", "onboarding_done"}
        assert LIMITS.nps.importance == LIMITS.importance["routine"]

    def test_the_regular_survey_is_hybrid_and_comes_once_a_quarter(self) -> None:
        assert (LIMITS.nps.mode, LIMITS.nps.every, LIMITS.nps.first_after) == ("hybrid", days(91), days(90))

    @pytest.mark.parametrize(
        ("kind", "data", "positive"),
        [
            ("praise", {}, True),
            ("goal_reached", {}, True),
            ("project_successful", {}, True),
            ("onboarding_done", {}, True),
            ("positive_contact", {}, True),
            ("login", {}, False),
            *(("answered", {"survey": one, "score": 4}, True) for one in ("csat", "product", "service")),
            *(("answered", {"survey": one, "score": 3}, False) for one in ("csat", "product", "service")),
            ("answered", {"survey": "ces", "score": 6}, True),
            ("answered", {"survey": "ces", "score": 5}, False),
            ("answered", {"survey": "nps", "score": 9}, True),
            ("answered", {"survey": "nps", "score": 8}, False),
        ],
    )
    def test_what_is_a_positive_contact_and_for_how_long(
        self, kind: str, data: dict[str, Any], positive: bool
    ) -> None:
        for ago, counts in ((29.9, positive), (30, False)):
            past = history(an_event(kind, TUESDAY - days(ago), **data))
            assert holds(LIMITS.nps.recent_positive, past, TUESDAY) is counts

    @pytest.mark.parametrize(("ago", "positive"), [(29.9, True), (30, False)])
    def test_a_case_closed_in_a_good_mood_is_one_too(self, ago: float, positive: bool) -> None:
        closed = CaseFacts(TUESDAY - days(40), TUESDAY - days(ago), sentiment="positive")
        assert holds(LIMITS.nps.recent_positive, history(cases=[closed]), TUESDAY) is positive


class TestHours:
    """When a message may reach somebody, in their own time."""

    def test_planned_mail_goes_out_tuesday_to_thursday_from_ten_to_three(self) -> None:
        assert LIMITS.windows["planned"] == Hours(time(10), time(15), frozenset({2, 3, 4}))
        assert LIMITS.windows["prompt"] == Hours(time(8), time(18), frozenset({1, 2, 3, 4, 5}))
        assert LIMITS.also_closed == {(12, 24), (12, 31)}

    def test_text_messages_keep_to_eight_and_twenty_and_to_known_zones(self) -> None:
        for channel in (Channel.SMS, Channel.WHATSAPP):
            rule = LIMITS.channels[channel]
            assert (rule.hours.opens, rule.hours.closes, rule.needs_zone) == (time(8), time(20), True)

    def test_every_channel_has_its_hours(self) -> None:
        hours = {
            str(name): (rule.hours.opens.hour, rule.hours.closes.hour)
            for name, rule in LIMITS.channels.items()
        }
        assert hours == {
            "email": (7, 21), "sms": (8, 20), "whatsapp": (8, 20), "chat": (8, 20), "in_app": (7, 22),
            "widget": (7, 22), "link": (7, 22),
        }  # fmt: skip

    def test_the_next_channel_follows_after_three_days_and_there_are_two(self) -> None:
        assert (LIMITS.wait_for_answer, LIMITS.most_steps) == (days(3), 2)
        assert (LIMITS.usual_width, LIMITS.patience, LIMITS.look_again) == (days(7), days(1), days(1))


class TestSegments:
    """Timing, channels and style by size, tenure, role, industry and region."""

    @pytest.mark.parametrize(
        ("attributes", "name", "first", "style", "hours", "weekdays"),
        [
            ({"role": "technician"}, "technician", "in_app", "technical", (10, 15), {2, 3, 4}),
            ({"role": "executive"}, "management", "email", "brief", (10, 12), {2, 3, 4}),
            ({"role": "purchaser"}, "purchaser", "email", "factual", (10, 15), {2, 3, 4}),
            ({"industry": "construction"}, "field_work", "sms", "plain", (10, 15), {2, 3, 4}),
            ({"industry": "retail"}, "retail", "email", "plain", (10, 12), {2, 3}),
            ({"employees": 500}, "enterprise", "email", "formal", (10, 15), {2, 3, 4}),
            ({"employees": 499}, "mid_size", "email", "personal", (10, 15), {2, 3, 4}),
            ({"employees": 50}, "mid_size", "email", "personal", (10, 15), {2, 3, 4}),
            ({"employees": 49}, "start_up", "chat", "casual", (10, 17), {2, 3, 4}),
        ],
    )
    def test_by_size_role_and_industry(
        self,
        attributes: dict[str, Any],
        name: str,
        first: str,
        style: str,
        hours: tuple[int, int],
        weekdays: set[int],
    ) -> None:
        profile = profile_of(
            History(Customer(attributes=attributes), (), (), ()), TUESDAY, RULES.segments, LIMITS
        )
        assert (profile.names[0], str(profile.channels[0]), profile.style) == (name, first, style)
        assert (profile.planned.opens.hour, profile.planned.closes.hour) == hours
        assert profile.planned.weekdays == weekdays

    @pytest.mark.parametrize(
        ("tenure", "name", "style"),
        [
            (731, "long_standing", "familiar"),
            (730, "nordic", "casual"),
            (183, "nordic", "casual"),
            (182, "new", "guiding"),
        ],
    )
    def test_by_tenure_and_region(self, tenure: int, name: str, style: str) -> None:
        whose = a_customer(since=TUESDAY - days(tenure))
        profile = profile_of(History(whose, (), (), ()), TUESDAY, RULES.segments, LIMITS)
        assert (profile.names[0], profile.style) == (name, style)

    def test_german_speaking_customers_are_asked_formally(self) -> None:
        profile = profile_of(history(country="AT"), TUESDAY, RULES.segments, LIMITS)
        assert (profile.names[0], profile.style) == ("german_speaking", "formal")


def test_somebody_is_asked_from_a_chance_of_seventy_per_cent_on() -> None:
    learning = load_learning(Company())
    assert (learning.threshold, learning.exploring) == (0.70, 0.05)
    assert (learning.least_own, learning.least_of_all) == (3, 200)
