"""The pages about asking: who is next, who is not asked and why, one customer's story, and what people write down."""

import re
from types import SimpleNamespace
from typing import cast

import pytest

from agent.desk.feedback.asking.planning import plan
from agent.desk.feedback.loop.loop_rules import asking_rules_of
from agent.store.queries.feedback_requests import Tally
from api.web.feedback.view import FeedbackView
from api.web.pages import Reader
from tests.unit.api.conftest import WebDesk
from tests.unit.desk.feedback.asking_scenes import at, case, close, customer, happened, let_it_leave


@pytest.fixture
def asking(desk: WebDesk) -> WebDesk:
    """Ida sits at the desk on a Tuesday. Anne is asked tomorrow, Bo has complained, Cleo was asked just now."""
    home = desk.house
    at(home, "2026-11-24T11:00")
    happened(home, customer(home), "goal_reached")
    bo = customer(home, email="bo@customer.example", name="Bo Lund")
    case(home, email="bo@customer.example", sentiment="negative")
    happened(home, bo, "goal_reached")
    happened(home, customer(home, email="cleo@customer.example", name="Cleo Dahl"), "onboarding_done")
    plan(home.house)
    let_it_leave(home)
    assert desk.sign_in().status_code == 303
    return desk


def test_the_overview_shows_who_is_next_who_waits_and_why_and_the_lights(asking: WebDesk) -> None:
    html = asking.get("/feedback").text
    assert "Anne Berg" in html
    assert "Goal reached" in html
    assert "A complaint is open" in html
    assert "3 people" in html
    assert 'href="/feedback/requests"' in html
    assert 'href="/feedback/follow-ups"' in html
    assert "Do not ask" in html
    assert "fb-green" in html
    assert "Nobody was asked" not in html


@pytest.mark.parametrize(
    ("survey", "scores", "said"),
    [
        ("nps", (10,) * 6 + (8,) * 4 + (0,) * 2, "+33"),
        ("csat", (5,) * 8 + (1,) * 2, "80%"),
        ("ces", (6,) * 9, None),
    ],
)
def test_a_score_is_reckoned_as_among_the_answers_and_not_told_of_too_few(
    desk: WebDesk, survey: str, scores: tuple[float, ...], said: str | None
) -> None:
    company = desk.house.house.company
    reader = cast(Reader, SimpleNamespace(language="en", number=str, percent="{:.0%}".format))
    view = FeedbackView(reader, str, asking_rules_of(company).limits)
    (shown,) = view.tallies([Tally("case_solved", survey, 20, len(scores), scores)], company)
    assert shown.few == (said is None)
    assert said is None or shown.score == said


def test_an_empty_house_says_how_asking_begins(desk: WebDesk) -> None:
    desk.sign_in()
    html = desk.get("/feedback").text
    assert "Nobody has been asked yet" in html
    assert "No customer is known yet" in html


def test_requests_are_listed_by_stage_and_filtered_by_reason(asking: WebDesk) -> None:
    assert "Anne Berg" in asking.get("/feedback/requests").text
    waiting = asking.get("/feedback/requests?stage=waiting&why=open_complaint").text
    assert "Bo Lund" in waiting
    assert "A complaint is open." in waiting
    assert "Anne Berg" not in waiting
    assert "Bo Lund" not in asking.get("/feedback/requests?stage=waiting&why=bounced").text
    assert "Cleo Dahl" in asking.get("/feedback/requests?stage=asked").text


def test_a_planned_request_under_a_red_light_says_that_it_will_be_held_back(asking: WebDesk) -> None:
    assert "Held back if nothing changes" not in asking.get("/feedback/requests").text
    case(asking.house, sentiment="negative")
    for page in ("/feedback", "/feedback/requests"):
        html = asking.get(page).text
        assert "Anne Berg" in html
        assert "Held back if nothing changes" in html


def test_a_customers_story_tells_what_happened_and_what_was_sent(asking: WebDesk) -> None:
    html = asking.get("/feedback/customers/3").text
    assert "Finished getting started" in html
    assert "Mail sent" in html
    assert "Asked less than 30 days ago" in html


def test_a_person_writes_down_not_to_ask_and_takes_it_back(asking: WebDesk) -> None:
    assert asking.post("/feedback/customers/1/opt-out").status_code == 303
    html = asking.get("/feedback/customers/1").text
    assert "Does not want to be asked." in html
    assert "a colleague wrote it down" in html
    plan(asking.house.house)
    assert "Anne Berg" in asking.get("/feedback/requests?stage=not_asked&why=opted_out").text
    assert asking.post("/feedback/customers/1/opt-in", {"what": "all"}).status_code == 303
    assert "May be asked now." in asking.get("/feedback/customers/1").text


def test_talking_to_an_unhappy_customer_turns_the_light(asking: WebDesk) -> None:
    home = asking.house
    happened(home, 1, "complained")
    assert "I have talked to them" in asking.get("/feedback/customers/1").text
    home.clock.advance(minutes=1)
    assert asking.post("/feedback/customers/1/talked-to").status_code == 303
    assert "I have talked to them" not in asking.get("/feedback/customers/1").text


def test_the_light_stands_beside_the_case(asking: WebDesk) -> None:
    home = asking.house
    with home.store.writing() as unit:
        from agent.store.tables import CaseRow

        unit.session.query(CaseRow).one().customer_id = 2
    html = asking.get("/cases/1").text
    assert re.search(r"<dt>Feedback</dt><dd><a [^>]+><svg.+?</svg>Do not ask</a>", html)
    assert "A complaint is open." in html


def test_a_closed_case_leads_to_a_request_on_its_page(asking: WebDesk) -> None:
    home = asking.house
    number = case(home, email="dora@customer.example")
    close(home, number)
    plan(home.house)
    assert f'href="/cases/{number}"' in asking.get("/feedback/requests?stage=asked").text
