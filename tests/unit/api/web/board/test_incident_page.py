"""An incident's own page over HTTP."""

from dataclasses import replace

import pytest

from agent.store.tables import IncidentRow
from tests.unit.api.conftest import WebDesk
from tests.unit.desk.incident_rows import WRITERS, an_incident


@pytest.fixture
def lead(desk: WebDesk) -> WebDesk:
    assert desk.sign_in("emil@nordlys.example").status_code == 303
    return desk


def press(desk: WebDesk, path: str, **fields: object) -> str:
    """Press a button of the board and follow to the page that comes."""
    answer = desk.post(path, fields)
    assert answer.status_code == 303, answer.text
    return desk.get(answer.headers["location"]).text


def test_the_board_says_how_many_since_when_in_which_languages_and_asks_for_a_name(lead: WebDesk) -> None:
    number, _ = an_incident(lead.house)
    page = lead.get("/escalations").text
    assert "5 customers: 2 Danish, 1 German, 1 English, 1 Swedish" in page
    assert f'href="/escalations/incidents/{number}#describe">Name the cause</a>' in page
    assert 'aria-label="Reports in steps of' in page


def test_a_named_incident_stands_on_the_board_and_in_its_cases_with_what_is_known(lead: WebDesk) -> None:
    number, cases = an_incident(lead.house)
    page = press(
        lead,
        f"/escalations/incidents/{number}/describe",
        name="Login fails after 4.2",
        known="Fix due 20:00.",
    )
    assert '<h1 class="cap1">Login fails after 4.2</h1>' in page
    for path in ("/escalations", f"/cases/{cases[0]}", f"/escalations/incidents/{number}/reply"):
        seen = lead.get(path).text
        assert "Login fails after 4.2" in seen
        assert "Fix due 20:00." in seen


def test_too_long_a_name_comes_back_with_the_reason_and_what_was_typed(lead: WebDesk) -> None:
    number, _ = an_incident(lead.house)
    answer = lead.post(
        f"/escalations/incidents/{number}/describe", {"name": "n" * 130, "known": "typed before"}
    )
    assert answer.status_code == 422
    assert "longer than 120 characters" in answer.text
    assert "typed before" in answer.text


def test_a_case_taken_out_can_be_put_back_at_once_and_later(lead: WebDesk) -> None:
    number, cases = an_incident(lead.house)
    page = press(lead, f"/escalations/incidents/{number}/out", case=cases[0])
    assert 'data-key="z">Undo' in page
    assert "Taken out</h2>" in page
    page = press(lead, f"/escalations/incidents/{number}/in", case=cases[0])
    assert "Taken out</h2>" not in page


def test_a_long_incident_shows_its_first_cases_and_where_the_others_are(lead: WebDesk) -> None:
    number, _ = an_incident(lead.house, tuple(replace(WRITERS[i % 5], name=f"C{i}") for i in range(103)))
    page = lead.get(f"/escalations/incidents/{number}").text
    assert page.count("does not belong here") == 100
    assert '<a class="link" href="?all=1">and 3 more cases</a>' in page
    page = lead.get(f"/escalations/incidents/{number}?all=1").text
    assert page.count("does not belong here") == 103
    assert "more case" not in page


def test_an_ended_incident_is_among_the_earlier_ones_and_can_be_opened_again(lead: WebDesk) -> None:
    number, _ = an_incident(lead.house)
    assert "No incident has ended yet" in lead.get("/escalations/incidents").text
    page = press(lead, f"/escalations/incidents/{number}/close")
    assert "It is over" not in page
    assert f'href="/escalations/incidents/{number}"' in lead.get("/escalations/incidents").text
    assert f"incidents/{number}" not in lead.get("/escalations").text
    press(lead, f"/escalations/incidents/{number}/reopen")
    assert f"incidents/{number}" in lead.get("/escalations").text


def test_an_agent_reads_an_incident_and_is_offered_nothing_to_decide(desk: WebDesk) -> None:
    assert desk.sign_in().status_code == 303
    number, _ = an_incident(desk.house)
    page = desk.get(f"/escalations/incidents/{number}").text
    assert "Does not belong" not in page
    assert "Name of the cause" not in page
    refused = desk.post(f"/escalations/incidents/{number}/close", {})
    assert refused.status_code == 422
    with desk.house.store.reading() as session:
        assert session.get_one(IncidentRow, number).closed_at is None


def test_an_unknown_incident_is_said_to_be_unknown(lead: WebDesk) -> None:
    assert lead.get("/escalations/incidents/77").status_code == 404
