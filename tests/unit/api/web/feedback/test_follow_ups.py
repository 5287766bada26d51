"""Follow-ups on the desk: the list by deadline, the script, done and undone, and where else they stand."""

from datetime import timedelta

import pytest

from agent.desk.feedback.loop.follow_ups import open_if_bad
from agent.store.tables import FollowUpRow
from tests.unit.api.conftest import WebDesk
from tests.unit.desk.feedback.given_answers import answer, case, customer


@pytest.fixture
def waiting(signed_in: WebDesk) -> FollowUpRow:
    """Mads is unhappy with case 1, and says so in Danish."""
    with signed_in.house.store.writing() as unit:
        bo = customer(unit.session, signed_in.house, "Mads Elm", company="Engholm", country="DK")
        about = case(unit.session, signed_in.house, bo, assignee_id=signed_in.ida.id)
        given = answer(
            unit.session, signed_in.house, bo, 2, comment="Tredje gang <b>uden svar", language="da", case_id=about.id
        )  # fmt: skip
        row = open_if_bad(unit, signed_in.house.house, given)
    assert row is not None
    return row


def test_an_empty_list_says_what_opens_a_follow_up(signed_in: WebDesk):
    assert "opens one by itself" in signed_in.get("/feedback/follow-ups").text


def test_the_list_shows_who_waits_and_their_words_as_words(signed_in: WebDesk, waiting: FollowUpRow):
    page = signed_in.get("/feedback/follow-ups?whose=mine").text
    assert "Mads Elm" in page
    assert "Tredje gang &lt;b&gt;uden svar" in page


def test_what_is_overdue_stands_first_and_is_said(signed_in: WebDesk, waiting: FollowUpRow):
    signed_in.house.clock.advance(days=3)
    with signed_in.house.store.writing() as unit:
        anne = customer(unit.session, signed_in.house, "Anne Berg")
        open_if_bad(unit, signed_in.house.house, answer(unit.session, signed_in.house, anne, 1))
    signed_in.sign_in()
    page = signed_in.get("/feedback/follow-ups").text
    assert page.index("Mads Elm") < page.index("Anne Berg")
    assert "1 is past due." in page


def test_the_script_is_in_the_customers_language_and_ready_as_a_mail(
    signed_in: WebDesk, waiting: FollowUpRow
):
    page = signed_in.get(f"/feedback/follow-ups/{waiting.id}").text
    assert "Hej Mads, det er ida fra Nordlys." in page
    assert "mailto:" in page
    assert "2 ud af 5" in page


def test_done_says_when_they_are_asked_again_and_can_be_undone(signed_in: WebDesk, waiting: FollowUpRow):
    place = f"/feedback/follow-ups/{waiting.id}"
    answered = signed_in.post(f"{place}/done", {"outcome": "solved", "note": "Refunded."}, page=place)
    page = signed_in.get(answered.headers["location"]).text
    assert "It is done. The customer is asked again from 7 Dec 2026." in page
    assert "Refunded." in signed_in.get(place).text
    back = signed_in.post(f"{place}/reopen", page=place)
    assert "It is open again." in signed_in.get(back.headers["location"]).text


def test_a_refused_act_gives_back_what_was_typed(signed_in: WebDesk, waiting: FollowUpRow):
    place = f"/feedback/follow-ups/{waiting.id}"
    refused = signed_in.post(f"{place}/done", {"outcome": "nonsense", "note": "My words"}, page=place)
    assert refused.status_code == 422
    assert "My words" in refused.text


def test_no_outcome_is_chosen_beforehand_and_none_is_kept_without_one(
    signed_in: WebDesk, waiting: FollowUpRow
):
    place = f"/feedback/follow-ups/{waiting.id}"
    assert " checked" not in signed_in.get(place).text
    refused = signed_in.post(f"{place}/done", {"note": "My words"}, page=place)
    assert refused.status_code == 422
    assert "Nothing says yet how it ended." in refused.text
    assert 'action="' + place + '/done"' in signed_in.get(place).text


def test_it_is_given_away_and_taken_back(signed_in: WebDesk, waiting: FollowUpRow):
    place = f"/feedback/follow-ups/{waiting.id}"
    moved = signed_in.post(f"{place}/assign", {"to": signed_in.house.other.id}, page=place)
    page = signed_in.get(moved.headers["location"]).text
    assert "It is with emil now." in page
    assert f'name="to" value="{signed_in.ida.id}"' in page


def test_without_the_pages_token_nothing_happens(signed_in: WebDesk, waiting: FollowUpRow):
    sent = signed_in.browser.post(
        f"/feedback/follow-ups/{waiting.id}/drop", data={"reason": "no"}, headers={"Origin": "https://evil.example"}
    )  # fmt: skip
    assert sent.status_code == 403


def test_one_that_does_not_exist_is_not_found(signed_in: WebDesk):
    assert signed_in.get("/feedback/follow-ups/99").status_code == 404


def test_it_stands_on_the_case_on_the_customer_and_overdue_on_the_board(
    signed_in: WebDesk, waiting: FollowUpRow
):
    for place in (f"/cases/{waiting.case_id}", f"/customers/{waiting.customer_id}"):
        assert f"/feedback/follow-ups/{waiting.id}" in signed_in.get(place).text
    assert "Follow-ups overdue" not in signed_in.get("/escalations").text
    signed_in.house.clock.advance(hours=1)
    with signed_in.house.store.writing() as unit:
        unit.session.get_one(FollowUpRow, waiting.id).due_at = signed_in.house.clock() - timedelta(minutes=1)
    assert "Follow-ups overdue" in signed_in.get("/escalations").text
