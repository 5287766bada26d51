"""The lead's board for one team or one language."""

import pytest

from agent.cases.hours import Hours, Team
from agent.desk.settings.rules import hours_of
from agent.store.queries.board import board_lines
from agent.store.tables import MailboxRow
from api.web.board.boards import ORDER
from api.web.board.narrowing import NO_TEAM, Choices, Narrowed, choices
from tests.builders import a_case, an_escalation
from tests.unit.api.conftest import WebDesk


def hours_with_a_team(lead: WebDesk) -> Hours:
    office = hours_of(lead.house.house.company).company
    return Hours(office, (Team("money", "Billing team", office, categories=frozenset({"billing"})),))


@pytest.fixture
def lead(desk: WebDesk) -> WebDesk:
    assert desk.sign_in("emil@nordlys.example").status_code == 303
    now = desk.house.clock()
    with desk.house.store.writing() as unit:
        box = unit.session.get_one(MailboxRow, desk.house.mailbox_id)
        for subject, language, category in (
            ("Faktura", "da", "billing"),
            ("Rechnung", "de", "billing"),
            ("Anmeldung", "de", "technical"),
        ):
            case = a_case(unit.session, now, box, subject=subject, language=language, category=category)
            an_escalation(unit.session, now, case, cause="critical")
    return desk


def shown(lead: WebDesk, wanted: Narrowed) -> tuple[list[str], Choices]:
    with lead.house.store.reading() as session:
        lines = board_lines(session, lead.house.clock(), ORDER)
        left, ways = choices(session, hours_with_a_team(lead), lines, wanted)
        return [line.case.subject for line in left], ways


@pytest.mark.parametrize(
    ("wanted", "subjects"),
    [
        (Narrowed(), {"Faktura", "Rechnung", "Anmeldung"}),
        (Narrowed(team="money"), {"Faktura", "Rechnung"}),
        (Narrowed(team=NO_TEAM), {"Anmeldung"}),
        (Narrowed(language="de"), {"Rechnung", "Anmeldung"}),
        (Narrowed(team="money", language="de"), {"Rechnung"}),
        (Narrowed(team="unknown"), set()),
    ],
)
def test_only_the_cases_of_the_team_and_the_language_are_left(
    lead: WebDesk, wanted: Narrowed, subjects: set[str]
) -> None:
    assert set(shown(lead, wanted)[0]) == subjects


def test_each_count_is_what_its_choice_would_show(lead: WebDesk) -> None:
    for now in (Narrowed(), Narrowed(team="money"), Narrowed(language="de")):
        _, ways = shown(lead, now)
        for one in ways.teams:
            assert one.count == len(shown(lead, Narrowed(one.value, now.language))[0])
        for one in ways.languages:
            assert one.count == len(shown(lead, Narrowed(now.team, one.value))[0])
    assert ways.everything == 3


def test_the_query_keeps_what_was_chosen_and_changes_one_thing() -> None:
    now = Narrowed("money", "de")
    assert now.query == "?team=money&language=de"
    assert now.but(team="") == "?language=de"
    assert Narrowed().query == ""


def test_the_board_stays_narrowed_through_what_a_lead_does(lead: WebDesk) -> None:
    page = lead.get("/escalations?language=da").text
    assert "Faktura</a>" in page
    assert "Rechnung</a>" not in page
    number = page.split('action="/escalations/cases/')[1].split("/")[0]
    assert f'action="/escalations/cases/{number}/take?language=da"' in page
    answer = lead.post(f"/escalations/cases/{number}/take?language=da", {"version": 1})
    assert answer.headers["location"] == f"/escalations?language=da&did=took&case={number}"


def test_a_narrowed_board_without_cases_says_that_there_are_others(lead: WebDesk) -> None:
    page = lead.get("/escalations?language=sv").text
    assert "Nothing here waits for a lead" in page
    assert '<a class="btn" href="/escalations">Show everything</a>' in page
