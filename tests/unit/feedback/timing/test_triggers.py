"""Which event leads to which request and when: each worked example of the rules, by the shipped data."""

from datetime import timedelta
from typing import Any

import pytest

from agent.errors import SettingError
from agent.feedback.history import CaseFacts, Event, History
from agent.feedback.reasons import Code
from agent.feedback.timing.deciding import decide_event, wish_of
from agent.feedback.timing.triggers import fired, load_triggers
from tests.unit.feedback.scenes import (
    COPENHAGEN,
    LIMITS,
    RULES,
    TUESDAY,
    an_event,
    ask,
    at,
    days,
    history,
    why_not,
)

DONE = an_event("project_successful")
VISIT = an_event("portal_visited", TUESDAY - days(29))


def name_of(event: Event, *before: Event) -> str:
    trigger = fired(event, history(*before, event), RULES.triggers)
    return trigger.name if trigger else ""


class TestASuccessfulProject:
    """Marked successful, no open case in the last 14 days, portal visited in the last 30."""

    def test_is_asked_about(self) -> None:
        decision = ask(decide_event(DONE, history(DONE, VISIT), TUESDAY, RULES))
        assert (decision.survey, decision.wish) == ("nps", "project_successful")
        assert decision.when == TUESDAY + days(1)

    @pytest.mark.parametrize(("closed", "asked"), [(None, False), (13.9, False), (14, True), (15, True)])
    def test_waits_for_cases(self, closed: float | None, asked: bool) -> None:
        case = CaseFacts(TUESDAY - days(20), None if closed is None else TUESDAY - days(closed))
        decision = decide_event(DONE, history(DONE, VISIT, cases=[case]), TUESDAY, RULES)
        if asked:
            assert ask(decision).wish == "project_successful"
        else:
            assert why_not(decision) is Code.CONDITION

    def test_needs_a_visit_to_the_portal(self) -> None:
        old = an_event("portal_visited", TUESDAY - days(30))
        assert why_not(decide_event(DONE, history(DONE, old), TUESDAY, RULES)) is Code.CONDITION
        assert why_not(decide_event(DONE, history(DONE), TUESDAY, RULES)) is Code.CONDITION

    def test_is_looked_at_again_just_before_sending(self) -> None:
        """A case opened between planning and sending holds the request back."""
        past = history(DONE, VISIT)
        planned = ask(decide_event(DONE, past, TUESDAY, RULES)).when
        late = history(DONE, VISIT, cases=[CaseFacts(TUESDAY + timedelta(hours=2))])
        assert why_not(decide_event(DONE, late, planned, RULES)) is Code.CONDITION


class TestLogins:
    """Three in seven days: after the most active day."""

    def test_the_third_login_asks_after_the_busiest_day(self) -> None:
        monday = at("2026-11-16T09:00")
        logins = [
            an_event("login", monday),
            an_event("login", monday + timedelta(hours=1)),
            an_event("login"),
        ]
        past = history(*logins)
        wish = wish_of(logins[2], past, RULES)
        assert wish is not None
        assert wish.wanted_from == TUESDAY, "Monday is over already"
        past = history(
            an_event("login", TUESDAY - days(5)), an_event("login", TUESDAY - timedelta(hours=1)), DONE
        )
        last = an_event("login")
        wish = wish_of(last, History(past.customer, (*past.events, last)), RULES)
        assert wish is not None
        assert wish.wanted_from == at("2026-11-18T00:00"), "today is the busiest: after midnight"

    def test_the_fourth_does_not_ask_again(self) -> None:
        logins = [an_event("login", TUESDAY - timedelta(hours=n)) for n in range(4, 0, -1)]
        assert name_of(logins[2], *logins[:2]) == "logins"
        assert name_of(logins[3], *logins[:3]) == ""

    def test_two_do_not_ask(self) -> None:
        assert name_of(an_event("login"), an_event("login", TUESDAY - days(1))) == ""


@pytest.mark.parametrize(
    ("event", "after", "form", "survey"),
    [
        (an_event("goal_reached"), timedelta(hours=24), "survey", "csat"),
        (an_event("onboarding_done"), timedelta(), "survey", "ces"),
        (an_event("meeting"), timedelta(days=2), "survey", "csat"),
        (an_event("report_read", minutes=10.5), timedelta(days=2), "personal", ""),
        (an_event("feature_used", feature="export", minutes=10), timedelta(hours=24), "survey", "ces"),
    ],
)
def test_what_a_customer_does_is_asked_about_in_time(
    event: Event, after: timedelta, form: str, survey: str
) -> None:
    decision = ask(decide_event(event, history(event), event.at, RULES))
    assert (decision.when, decision.form, decision.survey) == (event.at + after, form, survey)


def test_a_report_read_for_ten_minutes_only_is_not_long_enough() -> None:
    assert name_of(an_event("report_read", minutes=10)) == ""
    assert name_of(an_event("report_read")) == ""


def test_a_feature_is_asked_about_once() -> None:
    first = an_event("feature_used", TUESDAY - days(1), feature="export", minutes=9)
    second = an_event("feature_used", feature="export", minutes=2)
    assert name_of(first) == ""
    assert name_of(second, first) == "new_feature"
    third = an_event("feature_used", TUESDAY + days(1), feature="export", minutes=20)
    assert name_of(third, first, second) == ""
    assert name_of(an_event("feature_used", feature="import", minutes=12), first, second) == "new_feature"


def purchase(product: str | None) -> Event:
    return an_event("purchase", **({"product": product} if product else {}))


@pytest.mark.parametrize(
    ("event", "first", "last"),
    [
        (purchase(None), timedelta(hours=72), timedelta(days=7)),
        (purchase("standard"), timedelta(hours=72), timedelta(days=7)),
        (purchase("consumable"), timedelta(hours=48), timedelta(days=9)),
        (purchase("complex"), timedelta(days=7), timedelta(days=14)),
        (purchase("consulting"), timedelta(hours=24), timedelta(days=8)),
        (an_event("consulting_done"), timedelta(hours=24), timedelta(days=8)),
        (an_event("software_used", product="planner"), timedelta(hours=72), timedelta(days=7)),
        # service, as it was experienced
        (an_event("service_done", first_contact=True), timedelta(), timedelta(hours=2)),
        (an_event("case_closed", minutes=90), timedelta(), timedelta(hours=2)),
        (an_event("service_done", complex=True), timedelta(hours=24), timedelta(hours=48)),
        (an_event("service_done", escalated=True), timedelta(hours=24), timedelta(hours=48)),
        (an_event("case_closed", emotional=True), timedelta(hours=24), timedelta(hours=48)),
        (
            an_event("case_closed", emotional=True, first_contact=True),
            timedelta(hours=24),
            timedelta(hours=48),
        ),
        # the support rating
        (an_event("case_closed"), timedelta(hours=4), timedelta(days=7, hours=4)),
        (an_event("case_closed", technical=True), timedelta(hours=24), timedelta(days=7)),
        (an_event("case_closed", technical=True, complex=True), timedelta(hours=72), timedelta(days=14)),
        (an_event("case_closed", complex=True, escalated=True), timedelta(days=7), timedelta(days=14)),
    ],
)
def test_each_kind_has_its_time(event: Event, first: timedelta, last: timedelta) -> None:
    wish = wish_of(event, history(event), RULES)
    assert wish is not None
    assert (wish.wanted_from - event.at, wish.wanted_until - event.at) == (first, last)


def test_the_purchase_of_software_is_not_reviewed_before_its_use() -> None:
    assert name_of(purchase("software")) == ""
    first = an_event("software_used", product="planner")
    assert name_of(an_event("software_used", TUESDAY + days(1), product="planner"), first) == ""


@pytest.mark.parametrize(
    ("closing", "awaited"),
    [
        (an_event("case_closed", technical=True), "system_used"),
        (an_event("case_closed", complex=True), "use_confirmed"),
        (an_event("case_closed", escalated=True), "personal_follow_up"),
    ],
)
def test_a_rating_waits_until_what_was_solved_has_proved_itself(closing: Event, awaited: str) -> None:
    wish = wish_of(closing, history(closing), RULES)
    assert wish is not None
    due = wish.wanted_from
    assert why_not(decide_event(closing, history(closing), due, RULES)) is Code.CONDITION
    proof = an_event(awaited, TUESDAY + timedelta(hours=1))
    assert ask(decide_event(closing, history(closing, proof), due, RULES)).when == due
    before = an_event(awaited, TUESDAY - timedelta(hours=1))
    assert why_not(decide_event(closing, history(closing, before), due, RULES)) is Code.CONDITION


def test_no_rating_of_a_case_on_which_the_customer_wrote_again() -> None:
    closing = an_event("case_closed")
    again = an_event("customer_wrote", TUESDAY + timedelta(hours=3))
    due = TUESDAY + timedelta(hours=4)
    assert ask(decide_event(closing, history(closing), due, RULES)).survey == "csat"
    assert why_not(decide_event(closing, history(closing, again), due, RULES)) is Code.CONDITION


def test_an_unknown_event_asks_nothing() -> None:
    event = an_event("weather_changed")
    assert why_not(decide_event(event, history(event), TUESDAY, RULES)) is Code.NO_TRIGGER


def test_a_company_changes_adds_and_switches_off() -> None:
    triggers = load_triggers(
        LIMITS,
        {
            "meeting": {"from": {"days": 3}},
            "goal_reached": {"enabled": False},
            "fair_visited": {
                "on": "fair_visited", "from": {"hours": 1}, "window": "planned", "survey": "csat", "importance": "normal",
            },
        },
    )  # fmt: skip
    by_name = {trigger.name: trigger for trigger in triggers}
    assert by_name["meeting"].wanted_from == timedelta(days=3)
    assert "goal_reached" not in by_name
    assert by_name["fair_visited"].on == {"fair_visited"}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"meeting": {"form": {"days": 3}}}, "meeting.form"),
        ({"meeting": {"after": {"days": 3}}}, "meeting.after"),
        ({"meeting": {"to": {"days": 1}}}, "meeting.to"),
        ({"meeting": {"window": "night"}}, "meeting.window"),
        ({"meeting": {"importance": "enormous"}}, "meeting.importance"),
        ({"meeting": {"survey": ""}}, "meeting.survey"),
        ({"logins": {"active": {"customer": "x", "is": 1}}}, "logins.active"),
        ({"mine": {"on": "x"}}, "mine"),
        ({"mine": 3}, "mine"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_named(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingError, match=named):
        load_triggers(LIMITS, changes)


def test_the_busiest_day_is_the_customers_own() -> None:
    """Two logins on either side of midnight UTC are one day in Copenhagen."""
    logins = [
        an_event("login", at(text)) for text in ("2026-11-16T00:30", "2026-11-16T20:00", "2026-11-17T10:00")
    ]
    wish = wish_of(logins[2], history(*logins, zone=COPENHAGEN), RULES)
    assert wish is not None
    assert wish.wanted_from == logins[2].at
