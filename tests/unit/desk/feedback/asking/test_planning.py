"""From what happened to the mail that asks, through the store and at any date: the timing of MISSION F end to end."""

import pytest

from agent.feedback.reasons import Code
from agent.store.tables import CustomerRow, FeedbackOptOutRow, FeedbackRequestRow
from tests.house import TestHouse
from tests.unit.desk.feedback.asking_scenes import (
    at,
    case,
    close,
    customer,
    happened,
    let_it_leave,
    letters,
    local,
    messages,
    plan,
    request,
    requests,
    why,
)


def planned(home: TestHouse) -> str:
    row = request(home)
    assert row.planned_for is not None, row.reason
    return row.planned_for.astimezone(home.house.company.zone).strftime("%a %d %H:%M")


def test_a_project_that_succeeded_is_asked_about_the_next_day(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    anne = customer(home)
    happened(home, anne, "portal_visited", "2026-11-10T09:00")
    happened(home, anne, "project_successful")
    plan(home)
    assert planned(home) == "Wed 25 11:00"
    assert not letters(home)
    at(home, "2026-11-25T11:00")
    plan(home)
    assert len(letters(home)) == 1
    assert request(home).state == "asked"
    assert request(home).survey == "nps"


@pytest.mark.parametrize("missing", ["portal", "quiet"])
def test_a_project_is_not_asked_about_without_a_visit_or_while_a_case_was_open(
    home: TestHouse, missing: str
) -> None:
    at(home, "2026-11-24T11:00")
    anne = customer(home)
    if missing != "portal":
        happened(home, anne, "portal_visited", "2026-11-10T09:00")
        case(home)
    happened(home, anne, "project_successful")
    plan(home)
    assert why(request(home)) is Code.CONDITION
    assert request(home).look_at is not None


def test_a_condition_that_comes_true_meanwhile_is_noticed(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    anne = customer(home)
    happened(home, anne, "project_successful")
    plan(home)
    at(home, "2026-11-26T12:00")
    happened(home, anne, "portal_visited")
    plan(home)
    assert len(letters(home)) == 1


def test_three_logins_in_a_week_ask_after_the_most_active_day(home: TestHouse) -> None:
    at(home, "2026-11-24T16:00")
    anne = customer(home)
    for when in ("2026-11-20T09:00", "2026-11-24T09:00", "2026-11-24T15:00"):
        happened(home, anne, "login", when)
    plan(home)
    assert planned(home) == "Wed 25 10:00"


def test_a_report_read_for_long_brings_a_personal_mail_and_no_survey(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    happened(home, customer(home), "report_read", minutes=12)
    plan(home)
    assert planned(home) == "Thu 26 11:00"
    at(home, "2026-11-26T11:00")
    plan(home)
    (letter,) = letters(home)
    assert "/s/" not in letter.text
    assert "Svar bare på denne mail" in letter.text


@pytest.mark.parametrize(
    ("kind", "data", "moment"),
    [
        ("goal_reached", {}, "Wed 25 11:00"),
        ("meeting", {}, "Thu 26 11:00"),
        ("onboarding_done", {}, "Tue 24 11:00"),
        ("purchase", {}, "Fri 27 11:00"),
        ("purchase", {"product": "consumable"}, "Thu 26 11:00"),
        ("purchase", {"product": "complex"}, "Tue 01 11:00"),
        ("consulting_done", {}, "Wed 25 11:00"),
        ("software_used", {"product": "Ledger"}, "Fri 27 11:00"),
        ("feature_used", {"feature": "export", "minutes": 10}, "Wed 25 11:00"),
    ],
)
def test_each_kind_of_event_has_its_own_time(
    home: TestHouse, kind: str, data: dict[str, object], moment: str
) -> None:
    at(home, "2026-11-24T11:00")
    happened(home, customer(home), kind, **data)
    plan(home)
    assert planned(home) == moment


def test_a_case_solved_at_first_contact_is_asked_about_at_once(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    number = case(home)
    home.clock.advance(minutes=30)
    close(home, number)
    plan(home)
    row = request(home)
    assert (row.name, row.case_id, row.state) == ("service_quick", number, "asked")


def test_the_customer_of_a_closed_case_becomes_known_by_it(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    close(home, case(home, email="new@customer.example"))
    with home.store.reading() as session:
        assert session.query(CustomerRow).one().email == "new@customer.example"


def test_a_case_closed_on_friday_evening_is_asked_about_on_monday(home: TestHouse) -> None:
    at(home, "2026-11-27T17:50")
    number = case(home)
    home.clock.advance(minutes=30)
    close(home, number)
    plan(home)
    assert planned(home) == "Mon 30 08:00"


def test_a_careful_case_waits_a_day(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    close(home, case(home, factors=[{"name": "sentiment", "points": 2}]))
    plan(home)
    assert request(home).name == "service_careful"
    assert planned(home) == "Wed 25 11:00"


def test_after_an_escalation_a_person_comes_first_and_the_question_a_week_later(home: TestHouse) -> None:
    from agent.desk.escalations.escalating import escalate

    at(home, "2026-11-24T11:00")
    anne = customer(home)
    number = case(home, sentiment="very_negative")
    with home.store.writing() as unit:
        escalate(unit, home.house, case_id=number, reason="x", person=home.person)
    close(home, number)
    plan(home)
    assert why(request(home)) is Code.UNHAPPY
    assert request(home).state == "open"
    at(home, "2026-11-26T10:00")
    happened(home, anne, "personal_follow_up")
    plan(home)
    assert request(home).name == "support_escalated"
    assert planned(home) == "Tue 01 11:00"


def test_nobody_is_asked_while_a_complaint_is_open(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    anne = customer(home)
    case(home, sentiment="negative")
    happened(home, anne, "goal_reached")
    plan(home)
    assert why(request(home)) is Code.OPEN_COMPLAINT
    at(home, "2026-12-03T12:00")
    plan(home)
    assert request(home).state == "not_asked"
    assert not letters(home)


def test_a_case_that_was_opened_again_is_not_asked_about(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    number = case(home, factors=[{"name": "complexity", "points": 1}])
    close(home, number)
    plan(home)
    close(home, number, "open")
    plan(home)
    assert request(home).state == "not_asked"
    assert why(request(home)) is Code.REOPENED


def test_the_cap_counts_over_all_surveys(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    anne = customer(home)
    happened(home, anne, "onboarding_done")
    plan(home)
    let_it_leave(home)
    at(home, "2026-12-01T11:00")
    happened(home, anne, "onboarding_done")
    plan(home)
    first, second = requests(home)
    assert first.state == "over"
    assert second.state == "not_asked"
    assert why(second) is Code.ASKED_LATELY


def test_a_private_customer_may_be_asked_again_sooner(home: TestHouse) -> None:
    at(home, "2026-11-03T11:00")
    anne = customer(home, company="")
    happened(home, anne, "onboarding_done")
    plan(home)
    let_it_leave(home)
    at(home, "2026-11-18T11:00")
    happened(home, anne, "onboarding_done")
    plan(home)
    assert len(letters(home)) == 2


def test_of_two_wishes_the_important_one_speaks(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    anne = customer(home)
    happened(home, anne, "meeting")
    happened(home, anne, "goal_reached")
    plan(home)
    meeting, goal = requests(home)
    assert why(meeting) is Code.YIELDS
    assert goal.planned_for == local("2026-11-25T11:00")
    at(home, "2026-11-25T11:00")
    plan(home)
    let_it_leave(home)
    at(home, "2026-12-05T12:00")
    plan(home)
    assert why(requests(home)[0]) is Code.YIELDS
    assert requests(home)[0].state == "not_asked"


def test_a_wish_that_yielded_speaks_when_the_other_falls_away(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    anne = customer(home)
    happened(home, anne, "meeting")
    happened(home, anne, "goal_reached")
    plan(home)
    with home.store.writing() as unit:
        goal = unit.session.query(FeedbackRequestRow).filter_by(name="goal_reached").one()
        goal.state, goal.look_at = "not_asked", None
    happened(home, anne, "login")
    plan(home)
    assert requests(home)[0].planned_for == local("2026-11-26T11:00")


def test_looking_twice_changes_nothing(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    happened(home, customer(home), "onboarding_done")
    plan(home)
    assert plan(home) == []
    home.clock.advance(hours=2)
    plan(home)
    assert len(letters(home)) == len(messages(home)) == len(requests(home)) == 1


def test_a_look_that_dies_before_its_end_leaves_nothing_and_the_next_one_asks_once(home: TestHouse) -> None:
    from agent.desk.feedback.asking.planning import look

    at(home, "2026-11-24T11:00")
    happened(home, customer(home), "onboarding_done")

    def dies() -> None:
        with home.store.writing() as unit:
            assert list(look(unit, home.house, 10))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        dies()
    assert not requests(home)
    assert not letters(home)
    plan(home)
    assert len(letters(home)) == 1


def test_a_customer_who_opted_out_is_never_asked(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    anne = customer(home)
    with home.store.writing() as unit:
        unit.session.add(
            FeedbackOptOutRow(customer_id=anne, what="all", origin="person", created_at=home.clock())
        )
    happened(home, anne, "onboarding_done")
    plan(home)
    assert request(home).state == "not_asked"
    assert why(request(home)) is Code.OPTED_OUT


def test_an_objection_holds_everything_back(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    happened(home, customer(home, objections=["feedback"]), "onboarding_done")
    plan(home)
    assert why(request(home)) is Code.OBJECTED


def test_without_an_answer_the_request_ends_after_the_last_channel(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    happened(home, customer(home), "onboarding_done")
    plan(home)
    let_it_leave(home)
    at(home, "2026-11-28T11:00")
    plan(home)
    assert request(home).state == "over"
    assert len(messages(home)) == 1


def test_one_bad_rule_name_in_an_old_request_does_not_stop_the_others(home: TestHouse) -> None:
    at(home, "2026-11-24T11:00")
    happened(home, customer(home), "onboarding_done")
    plan(home)
    with home.store.writing() as unit:
        row = unit.session.query(FeedbackRequestRow).one()
        row.survey, row.state, row.look_at = "gone", "open", home.clock()
    happened(home, customer(home, email="bo@customer.example"), "onboarding_done")
    plan(home)
    assert [row.state for row in requests(home)] == ["not_asked", "asked"]
