"""Campaigns as values: what each kind starts with, whom rows mean, when it runs, and what may not stand in a step."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agent.feedback.campaigns.audience import Audience, Row, condition_of, problems_of
from agent.feedback.campaigns.campaign import (
    Kind,
    Message,
    Plan,
    as_json,
    defaults,
    message_problems,
    own_words,
    plan_problems,
    ruled_by,
    steps_of,
    warnings_of,
    wish_of,
)
from agent.feedback.campaigns.schedule import Schedule, coming_runs, first_run, next_run
from agent.feedback.campaigns.schedule import problems_of as schedule_problems
from agent.feedback.evaluation import holds
from agent.feedback.history import Channel, History
from agent.feedback.rules import Rules
from agent.feedback.surveys.questions import LANGUAGES
from agent.feedback.timing.deciding import decide
from tests.unit.feedback.scenes import (
    COPENHAGEN,
    LIMITS,
    RULES,
    TUESDAY,
    an_event,
    ask,
    asked,
    at,
    days,
    history,
)


def _is_in(row: Row, who: History, now: datetime = TUESDAY) -> bool:
    audience = Audience(rows=(row,))
    assert problems_of(audience, RULES.segments) == {}
    return holds(condition_of(audience, RULES.segments), who, now)


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_starts_complete_but_for_the_first_day(kind: Kind) -> None:
    steps = defaults(kind)
    assert steps_of(as_json(steps)) == steps
    assert problems_of(steps.audience, RULES.segments) == {}
    assert message_problems(steps.message, RULES) == {}
    assert plan_problems(steps.plan, RULES) == {}
    assert warnings_of(steps, RULES) == ()


@pytest.mark.parametrize(
    ("row", "who", "is_in"),
    [
        (Row("customer", "country", "is", "DK, SE"), history(country="SE"), True),
        (Row("customer", "country", "not", "DK"), history(country="DK"), False),
        (Row("customer", "tier", "is", "1"), history(attributes={"tier": "1"}), True),
        (Row("customer", "employees", "is", "50"), history(attributes={"employees": 50}), True),
        (Row("customer", "business", "is", "no"), history(business=False), True),
        (Row("customer", "employees", "at_least", "500"), history(attributes={"employees": 499}), False),
        (Row("customer", "role", "unknown"), history(), True),
        (Row("event", "login", "at_least", "2", "7"), history(an_event("login")), False),
        (Row("event", "login", "at_most", "0", "7"), history(an_event("login", TUESDAY - days(8))), True),
        (
            Row("purchase", "software", "at_least", "1"),
            history(an_event("purchase", product="software")),
            True,
        ),
        (
            Row("asked", "nps", "at_most", "0", "90"),
            history(asked=[asked(TUESDAY - days(5), survey="nps")]),
            False,
        ),
        (
            Row("answered", "csat", "at_most", "2"),
            history(an_event("answered", survey="csat", score=2)),
            True,
        ),
        (
            Row("answered", "csat", "at_most", "2"),
            history(an_event("answered", survey="csat", score=3)),
            False,
        ),
    ],
)
def test_a_row_means_what_it_says(row: Row, who: History, is_in: bool) -> None:
    assert _is_in(row, who) is is_in


def test_segments_are_alternatives_and_rows_come_on_top() -> None:
    audience = Audience(("enterprise", "start_up"), "all", (Row("customer", "country", "is", "DK"),))
    condition = condition_of(audience, RULES.segments)
    assert holds(condition, history(attributes={"employees": 10}), TUESDAY)
    assert not holds(condition, history(attributes={"employees": 100}), TUESDAY)
    assert not holds(condition, history(attributes={"employees": 10}, country="SE"), TUESDAY)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (Row("weather"), "about"),
        (Row("customer", "", "is", "DK"), "name"),
        (Row("customer", "employees", "at_least", "many"), "value"),
        (Row("event", "login", "is", "3"), "test"),
        (Row("event", "", "at_least", "3"), "name"),
        (Row("event", "login", "at_least", "-1"), "value"),
        (Row("event", "login", "at_least", "nan"), "value"),
        (Row("event", "login", "at_least", "1", "0"), "days"),
    ],
)
def test_what_cannot_be_meant_is_named_by_its_field(row: Row, field: str) -> None:
    assert list(problems_of(Audience(rows=(row,)), RULES.segments)) == [f"audience.rows.0.{field}"]


def test_a_campaign_never_loosens_the_follow_up_rules() -> None:
    greedy = Plan(order=("email", "sms"), messages=9, wait_days=0)
    assert set(plan_problems(greedy, RULES)) == {"plan.messages", "plan.wait_days"}
    ruled = ruled_by(greedy, RULES).limits
    assert (ruled.most_steps, ruled.wait_for_answer) == (LIMITS.most_steps, LIMITS.wait_for_answer)


def test_only_the_chosen_channels_are_used_in_their_order() -> None:
    who = history(reachable=frozenset({Channel.EMAIL, Channel.SMS, Channel.WHATSAPP}))
    steps = replace(defaults(Kind.TARGETED), plan=Plan(order=("sms", "email"), messages=2))
    rules: Rules = ruled_by(steps.plan, RULES)
    decision = ask(decide(wish_of("x", steps, rules, TUESDAY), who, TUESDAY, rules))
    assert (decision.channel, decision.then) == (Channel.SMS, (Channel.EMAIL,))


def test_a_wish_after_an_event_counts_from_the_event() -> None:
    wish = wish_of("x", defaults(Kind.TRANSACTIONAL), RULES, TUESDAY, occasion=TUESDAY - days(1))
    assert wish.wanted_from == TUESDAY + days(2)


def test_words_are_the_campaigns_own_and_unknown_places_in_them_are_refused() -> None:
    message = defaults(Kind.LOYALTY).message
    texts = own_words({"subject": {"default": "a"}, "lead": {"default": "b"}}, message, "sv", "Spring")
    assert texts["subject"]["nps"] == message.subject["sv"]
    assert texts["lead"]["Spring"] == message.lead["sv"]
    bad = Message("nps", dict.fromkeys(LANGUAGES, "{topic}"), dict.fromkeys(LANGUAGES, "a } b"))
    assert len(message_problems(bad, RULES)) == 10


def test_a_month_without_a_31st_runs_on_its_last_day_at_the_same_hour_summer_and_winter() -> None:
    schedule = Schedule("recurring", day="2027-01-31", at="09:00", every="monthly", interval=1)
    moment, found = at("2027-01-01T00:00"), []
    for _ in range(4):
        following = next_run(schedule, moment, COPENHAGEN)
        assert following is not None
        moment = following
        found.append(moment.astimezone(COPENHAGEN).strftime("%m-%d %H:%M"))
    assert found == ["01-31 09:00", "02-28 09:00", "03-31 09:00", "04-30 09:00"]


def test_a_run_ends_with_its_last_day_and_a_moment_that_has_passed_never_comes() -> None:
    zone = ZoneInfo("Europe/Berlin")
    weekly = Schedule("recurring", day="2026-11-02", every="weekly", interval=1, until="2026-11-09")
    assert next_run(weekly, at("2026-11-03T00:00"), zone) == at("2026-11-09T09:00")
    assert next_run(weekly, at("2026-11-10T00:00"), zone) is None
    assert schedule_problems(weekly, TUESDAY, zone) != {}
    once = Schedule("date", day="2026-11-16")
    assert first_run(once, TUESDAY, zone) is None
    assert list(schedule_problems(once, TUESDAY, zone)) == ["schedule.day"]
    assert first_run(Schedule(), TUESDAY, zone) == TUESDAY
    assert timedelta(0) < (first_run(replace(once, day="2026-11-20"), TUESDAY, zone) or TUESDAY) - TUESDAY


def test_weekdays_of_a_weekly_campaign_and_its_next_runs_over_a_change_of_the_clocks() -> None:
    schedule = Schedule(
        "recurring",
        day="2027-03-22",
        at="02:30",
        every="weekly",
        interval=1,
        weekdays=(4, 7),
        until="2027-04-04",
    )
    runs = coming_runs(schedule, at("2027-03-22T00:00"), COPENHAGEN, 9)
    assert [run.isoformat() for run in runs] == [
        "2027-03-25T01:30:00+00:00",
        "2027-03-28T01:30:00+00:00",  # half past two does not exist that night: half past three
        "2027-04-01T00:30:00+00:00",
        "2027-04-04T00:30:00+00:00",
    ]


def test_every_second_week_counts_from_the_week_of_the_first_day() -> None:
    schedule = Schedule(
        "recurring", day="2027-01-06", at="09:00", every="weekly", interval=2, weekdays=(1, 3)
    )
    runs = coming_runs(schedule, at("2027-01-01T00:00"), COPENHAGEN, 4)
    assert [run.date().isoformat() for run in runs] == [
        "2027-01-06",
        "2027-01-18",
        "2027-01-20",
        "2027-02-01",
    ]


@pytest.mark.parametrize(
    ("schedule", "number"),
    [(Schedule("now"), 1), (Schedule("event", event="purchase"), 0), (Schedule("date", day="2020-01-01"), 0)],
)
def test_what_does_not_run_again_has_no_further_runs(schedule: Schedule, number: int) -> None:
    assert len(coming_runs(schedule, at("2027-01-01T00:00"), COPENHAGEN, 5)) == number


def test_a_weekday_that_does_not_exist_is_refused() -> None:
    schedule = Schedule("recurring", day="2027-03-22", every="weekly", interval=1, weekdays=(8,))
    assert "schedule.weekdays" in schedule_problems(schedule, at("2027-01-01T00:00"), COPENHAGEN)
