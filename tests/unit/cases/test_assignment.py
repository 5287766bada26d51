"""Who is given a case: team, language, skill and room decide who can; then acquaintance, craft, time and load."""

from dataclasses import replace

import pytest

from agent.cases.assignment import (
    Choice,
    Colleague,
    Mode,
    Wanted,
    Why,
    WhyNobody,
    choose,
    load_assignment_rules,
)
from agent.errors import SettingError

IDA = Colleague(1, frozenset({"da", "en"}), frozenset(), frozenset(), 2, 10, 240)
JONAS = Colleague(2, frozenset({"da", "de"}), frozenset({"billing"}), frozenset({"nord"}), 5, 10, 240)
BILL = Wanted("da", "billing")


def test_the_specialist_comes_before_a_colleague_with_less_to_do() -> None:
    assert choose(BILL, [IDA, JONAS]) == Choice(2, (Why.SKILL, Why.LANGUAGE))


def test_whoever_answered_this_customer_last_comes_first() -> None:
    assert choose(replace(BILL, answered_before=(1, 2)), [IDA, JONAS]).person_id == 1
    assert choose(replace(BILL, answered_before=(2, 1)), [IDA, JONAS]).person_id == 2


def test_only_those_who_write_the_customers_language() -> None:
    assert choose(replace(BILL, language="de"), [IDA, JONAS]).person_id == 2
    assert choose(replace(BILL, language="sv"), [IDA, JONAS]).why_nobody is WhyNobody.LANGUAGE


def test_named_skills_are_a_limit_and_no_skills_are_none() -> None:
    assert choose(Wanted("da", "technical"), [IDA, JONAS]).person_id == 1
    assert choose(Wanted("da", "technical"), [JONAS]).why_nobody is WhyNobody.SKILL


def test_a_case_of_a_team_stays_in_the_team() -> None:
    ours = Wanted("da", "billing", team="nord")
    choice = choose(ours, [IDA, JONAS])
    assert (choice.person_id, Why.TEAM in choice.why) == (2, True)
    assert choose(ours, [IDA]).why_nobody is WhyNobody.NOBODY_THERE
    assert choose(ours, [IDA], team_has_members=False).person_id == 1


def test_the_least_full_of_equals_by_share_and_not_by_number() -> None:
    part_time = replace(IDA, person_id=3, open_cases=2, capacity=3)
    full_time = replace(IDA, person_id=4, open_cases=5, capacity=20)
    choice = choose(Wanted("da", "technical"), [part_time, full_time])
    assert (choice.person_id, Why.LEAST_FULL in choice.why) == (4, True)


def test_nobody_beyond_their_capacity_and_nobody_who_is_away() -> None:
    assert choose(BILL, [replace(IDA, open_cases=10)]).why_nobody is WhyNobody.FULL
    assert choose(BILL, [replace(IDA, away=True)]).why_nobody is WhyNobody.NOBODY_THERE
    assert choose(BILL, [replace(IDA, capacity=0)]).why_nobody is WhyNobody.NOBODY_THERE


def test_an_urgent_case_goes_to_somebody_with_time_left_today() -> None:
    gone_home = replace(IDA, person_id=3, open_cases=0, minutes_left=0)
    calm = Wanted("en", "technical")
    assert choose(calm, [IDA, gone_home]).person_id == 3
    assert choose(replace(calm, urgent=True), [IDA, gone_home]).person_id == 1


def test_whom_a_lead_refused_is_not_named_again() -> None:
    assert choose(replace(BILL, refused=frozenset({2})), [IDA, JONAS]).person_id == 1
    assert choose(replace(BILL, refused=frozenset({1, 2})), [IDA, JONAS]).why_nobody is WhyNobody.REFUSED


def test_it_is_off_until_a_company_switches_it_on() -> None:
    assert load_assignment_rules().mode is Mode.OFF
    assert load_assignment_rules({"mode": "automatic", "capacity": 8}).capacity == 8


@pytest.mark.parametrize("table", [{"mode": "always"}, {"capacity": 0}, {"capacity": "many"}, {"rule": 1}])
def test_what_cannot_be_meant_is_refused(table: dict[str, object]) -> None:
    with pytest.raises(SettingError):
        load_assignment_rules(table)
