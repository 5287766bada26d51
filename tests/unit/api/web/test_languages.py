"""A person chooses the desk's language; everything that is not the customer's own words follows."""

import pytest
from sqlalchemy.orm import Session

from agent.store.tables import NoticeRow
from api.web.language import preferred
from tests.builders import a_case, a_draft, a_message
from tests.unit.api.conftest import WebDesk


def speak(desk: WebDesk, language: str) -> None:
    assert desk.post("/preferences", {"language": language}).status_code == 303


@pytest.mark.parametrize(
    ("language", "button", "category", "view"),
    [
        ("da", "Godkend og send", "Regning og aftale", "Afventer godkendelse"),
        ("nb", "Godkjenn og send", "Faktura og avtale", "Til godkjenning"),
        ("sv", "Godkänn och skicka", "Faktura och avtal", "Att godkänna"),
        ("de", "Freigeben und senden", "Rechnung und Vertrag", "Wartet auf Freigabe"),
        ("en", "Approve and send", "Billing and contract", "Waiting for approval"),
    ],
)
def test_a_case_is_shown_in_the_persons_language(
    signed_in: WebDesk, rows: Session, language: str, button: str, category: str, view: str
) -> None:
    now = signed_in.house.clock()
    case = a_case(rows, now, signed_in.mailbox, category="billing")
    a_message(rows, now, case)
    a_draft(rows, now, case, [[("Hej", [])], [("Pengene er sendt.", ["guide-1"])]])
    rows.commit()
    speak(signed_in, language)
    html = signed_in.get(f"/cases/{case.id}").text
    assert f'<html lang="{language}"' in html
    assert [words for words in (button, category, view) if words not in html] == []


def test_an_unknown_language_is_refused(signed_in: WebDesk) -> None:
    answer = signed_in.post("/preferences", {"language": "fr"})
    assert answer.status_code == 422
    assert '<html lang="en"' in signed_in.get("/").text


def test_errors_are_told_in_the_persons_language(signed_in: WebDesk) -> None:
    speak(signed_in, "de")
    html = signed_in.get("/cases/4711").text
    assert "Es gibt keinen Fall 4711." in html
    assert "Nach Betreff oder Kunde suchen" in html


def test_the_api_tells_errors_in_english(signed_in: WebDesk) -> None:
    speak(signed_in, "de")
    assert signed_in.get("/api/v1/cases/4711").json()["detail"] == "There is no case 4711."


def test_notices_that_were_stored_in_english_are_told_in_the_persons_language(
    signed_in: WebDesk, rows: Session
) -> None:
    text = "No mail is coming in from hjelp@nordlys.example: The host imap.nordlys.example is not known."
    rows.add(NoticeRow(key="mailbox:1", level="warning", text=text, created_at=signed_in.house.clock()))
    rows.commit()
    speak(signed_in, "nb")
    assert (
        "Det kommer ingen e-post inn fra hjelp@nordlys.example: Verten imap.nordlys.example er ikke kjent."
        in signed_in.get("/problems").text
    )


def test_sign_in_speaks_the_browsers_language_or_the_one_that_was_chosen(desk: WebDesk) -> None:
    html = desk.browser.get("/sign-in", headers={"Accept-Language": "nn-NO,en;q=0.5"}).text
    assert "Logg inn" in html
    assert "Anmelden" in desk.browser.get("/sign-in?lang=de").text
    assert preferred("fi,sv-SE;q=0.7") == "sv"


def test_the_refused_sign_in_keeps_the_language_that_was_chosen(desk: WebDesk) -> None:
    answer = desk.post(
        "/sign-in?lang=sv", {"email": "ida@nordlys.example", "password": "wrong"}, page="/sign-in?lang=sv"
    )
    assert "E-postadressen och lösenordet hör inte ihop." in answer.text
