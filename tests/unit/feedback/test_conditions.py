"""Conditions mean what the tables say, at the edges of their periods and for missing and mistyped values."""

from typing import Any

import pytest

from agent.errors import SettingError
from agent.feedback.conditions import COMPARISONS, COUNTED
from agent.feedback.evaluation import holds
from agent.feedback.history import CaseFacts, Event, History
from agent.feedback.notation import condition
from tests.unit.feedback.scenes import TUESDAY, a_complaint, a_customer, an_event, asked, days, history


def true(table: dict[str, Any], past: History, trigger: Event | None = None) -> bool:
    return holds(condition(table, "here"), past, TUESDAY, trigger)


def ago(number: float, kind: str = "login", **data: Any) -> Event:
    return an_event(kind, TUESDAY - days(number), **data)


LOGINS = {"event": "login", "at_least": 3, "within": {"days": 7}}


def test_events_are_counted_within_the_period() -> None:
    assert true(LOGINS, history(ago(0), ago(3), ago(6.9)))
    assert not true(LOGINS, history(ago(0), ago(3), ago(3, "portal_visited")))


def test_a_period_is_open_at_its_beginning_and_closed_at_its_end() -> None:
    assert not true(LOGINS, history(ago(0), ago(3), ago(7)))
    assert true({"event": "login", "within": {"days": 1}}, history(ago(0)))
    assert not true({"event": "login"}, history(ago(-0.001)))


@pytest.mark.parametrize(
    ("opened", "closed", "open_lately"),
    [
        (20, None, True),
        (20, 13, True),
        (20, 14, False),
        (20, 15, False),
        (3, 2, True),
        (-1, None, False),
        (0, None, True),
    ],
)
def test_a_case_was_open_when_its_life_meets_the_period(
    opened: float, closed: float | None, open_lately: bool
) -> None:
    case = CaseFacts(TUESDAY - days(opened), None if closed is None else TUESDAY - days(closed))
    table = {"case_open": "any", "within": {"days": 14}}
    assert true(table, history(cases=[case])) is open_lately


def test_a_case_that_closes_now_is_open_no_longer() -> None:
    table = {"case_open_now": "any"}
    assert not true(table, history(cases=[CaseFacts(TUESDAY - days(1), TUESDAY)]))
    assert true(table, history(cases=[CaseFacts(TUESDAY - days(1), TUESDAY + days(1))]))


def test_cases_are_told_apart_by_category_and_columns() -> None:
    case = a_complaint(TUESDAY - days(2), TUESDAY - days(1), category="billing", sentiment="negative")
    past = history(cases=[case])
    assert true({"case_closed": ["billing", "delivery"], "where": {"complaint": True}}, past)
    assert true({"case_opened": "any", "where": {"sentiment": ["negative", "very_negative"]}}, past)
    assert not true({"case_closed": "technical"}, past)
    assert not true({"case_closed": "any", "where": {"complaint": False}}, past)


def test_requests_are_counted_by_survey() -> None:
    past = history(asked=[asked(TUESDAY - days(3), survey="nps")])
    assert true({"asked": "nps", "within": {"days": 4}}, past)
    assert not true({"asked": "csat"}, past)


def test_a_column_is_summed_up_over_what_agrees_with_the_trigger() -> None:
    table = {"event": "feature_used", "sum": "minutes", "at_least": 10, "same": ["feature"]}
    mine = [ago(n, "feature_used", feature="export", minutes=m) for n, m in ((3, 4), (1, 6))]
    other = ago(2, "feature_used", feature="import", minutes=30)
    odd = ago(2, "feature_used", feature="export", minutes="60")
    assert true(table, history(*mine, other), mine[1])
    assert not true(table, history(mine[0], other, odd), mine[0])
    assert not true(table, history(*mine)), "without a trigger nothing agrees with it"


def test_since_the_trigger_means_after_it() -> None:
    trigger = ago(2, "case_closed")
    table = {"event": "login", "since": "trigger"}
    assert true(table, history(trigger, ago(1)), trigger)
    assert not true(table, history(trigger, ago(2), ago(3)), trigger)
    assert not true(table, history(ago(1)))


def test_the_trigger_itself_can_be_looked_at() -> None:
    trigger = ago(1, "report_read", minutes=11)
    assert true({"trigger": "minutes", "above": 10}, history(trigger), trigger)
    assert not true({"trigger": "minutes", "above": 11}, history(trigger), trigger)
    assert not true({"trigger": "minutes", "above": 10}, history(trigger))


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ({"customer": "employees", "at_least": 50, "below": 500}, True),
        ({"customer": "employees", "above": 50}, False),
        ({"customer": "employees", "at_most": 50}, True),
        ({"customer": "employees", "is": "50"}, False),
        ({"customer": "flag", "is": True}, True),
        ({"customer": "flag", "is": 1}, False),
        ({"customer": "flag", "at_least": 1}, False),
        ({"customer": "role", "is": ["owner", "manager"]}, True),
        ({"customer": "role", "is": "Owner"}, False),
        ({"customer": "role", "at_least": 3}, False),
        ({"customer": "nothing", "below": 3}, False),
        ({"customer": "nothing", "is": ""}, False),
        ({"customer": "nothing", "known": False}, True),
        ({"customer": "role", "known": True}, True),
        ({"customer": "customer_days", "above": 730}, True),
        ({"customer": "country", "is": "DK"}, True),
        ({"not": {"customer": "nothing", "below": 3}}, True),
        ({"all": []}, True),
        ({"any": []}, False),
        ({"any": [{"customer": "role", "is": "x"}, {"customer": "flag", "is": True}]}, True),
        ({"all": [{"customer": "role", "is": "x"}, {"customer": "flag", "is": True}]}, False),
    ],
)
def test_attributes_and_logic(table: dict[str, Any], expected: bool) -> None:
    person = a_customer(
        attributes={"employees": 50, "flag": True, "role": "owner"}, since=TUESDAY - days(731)
    )
    assert true(table, History(person)) is expected


@pytest.mark.parametrize(
    ("table", "named"),
    [
        ("login", "is not a condition"),
        ({}, "does not say what it is about"),
        ({"event": "a", "asked": "b"}, "does not say what it is about"),
        ({"event": "a", "within": {"fortnights": 1}}, "here.within"),
        ({"event": "a", "within": {"days": -1}}, "here.within"),
        ({"event": "a", "since": "yesterday"}, "here.since"),
        ({"event": "a", "since": "trigger", "within": {"days": 1}}, "here.since"),
        ({"event": "a", "at_leats": 3}, "at_leats"),
        ({"event": "a", "at_least": "three"}, "no number"),
        ({"event": "a", "where": {"x": {"near": 3}}}, "here.where.x.near"),
        ({"event": "a", "where": {"x": {"above": "3"}}}, "here.where.x.above"),
        ({"customer": "employees"}, "compared with nothing"),
        ({"all": {}}, "here.all"),
        ({"all": [{"not": {"event": "a", "nope": 1}}]}, r"here.all\[0\].not.nope"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_place(table: Any, named: str) -> None:
    with pytest.raises(SettingError, match=named):
        condition(table, "here")


def test_every_kind_and_comparison_says_what_it_means() -> None:
    assert all(kind.meaning for kind in [*COUNTED.values(), *COMPARISONS.values()])
