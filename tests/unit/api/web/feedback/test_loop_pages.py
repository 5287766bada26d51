"""Webhooks and improvements on the desk, and answers over the JSON API."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import select

from agent.store.tables import FeedbackRequestRow, OutboxRow, WebhookRow
from tests.unit.api.conftest import WebDesk
from tests.unit.desk.feedback.given_answers import answer, customer


@pytest.fixture
def lead(desk: WebDesk) -> WebDesk:
    """Emil, a lead, sits at the desk."""
    assert desk.sign_in("emil@nordlys.example").status_code == 303
    return desk


def _said(desk: WebDesk, *, theme: str = "waiting") -> None:
    house = desk.house
    with house.store.writing() as unit:
        anne = customer(unit.session, house, "Anne Berg")
        request = FeedbackRequestRow(
            customer_id=anne.id, name="support_standard", cause={}, survey="csat", window="prompt", importance=1,
            wanted_from=house.clock(), wanted_until=house.clock(), created_at=house.clock(),
        )  # fmt: skip
        unit.session.add(request)
        unit.session.flush()
        answer(
            unit.session, house, anne, 2, request_id=request.id, themes=[theme],
            at=house.clock() - timedelta(hours=1),
        )  # fmt: skip


def test_webhooks_are_not_for_agents(signed_in: WebDesk):
    assert signed_in.get("/feedback/webhooks").status_code == 403


@pytest.mark.parametrize("page", ["webhooks", "improvements"])
def test_pages_below_the_answers_show_the_tabs_and_where_one_is(lead: WebDesk, page: str):
    html = lead.get(f"/feedback/{page}").text
    assert '<a href="/feedback/answers" aria-current="page">Answers</a>' in html
    assert '<a href="/feedback/campaigns">Campaigns</a>' in html


def test_the_secret_of_a_webhook_is_shown_once(lead: WebDesk):
    place = "/feedback/webhooks"
    made = lead.post(place, {"url": "https://hooks.example/x", "event": "answer.completed"}, page=place)
    assert "The secret of the new webhook" in made.text
    assert "The secret of the new webhook" not in lead.get(place).text
    with lead.house.store.reading() as session:
        assert session.query(WebhookRow).one().events == ["answer.completed"]
    tried = lead.post(f"{place}/1/try", page=place)
    assert "A trial is on its way" in lead.get(tried.headers["location"]).text
    lead.post(f"{place}/1/remove", page=place)
    assert "hooks.example" not in lead.get(place).text


def test_an_address_that_cannot_be_called_comes_back_with_the_reason(lead: WebDesk):
    place = "/feedback/webhooks"
    refused = lead.post(place, {"url": "ftp://x", "event": "answer.completed"}, page=place)
    assert refused.status_code == 422
    assert 'value="ftp://x"' in refused.text


def test_a_change_is_written_told_and_taken_back(lead: WebDesk):
    _said(lead)
    place = "/feedback/improvements"
    begun = lead.post(place, {"theme": "waiting", "title": "Faster answers"}, page=place).headers["location"]
    assert "Nobody yet" in lead.get(begun).text
    lead.post(begun, {"text_en": "We are more people now."}, page=begun)
    assert "1 customer is told" in lead.get(begun).text
    typed = {"text_en": "We are two people more now."}
    sent = lead.post(f"{begun}/approve", typed, page=begun).headers["location"]
    assert "1 mail leaves in a minute." in lead.get(sent).text
    with lead.house.store.reading() as session:
        letter = message_from_bytes(session.scalars(select(OutboxRow.content)).one(), policy=default)
        body = letter.get_body(("plain",))
        assert body is not None
        assert typed["text_en"] in body.get_content(), "what was typed last is told"
    lead.post(f"{begun}/back", page=sent)
    with lead.house.store.reading() as session:
        assert session.query(OutboxRow).count() == 0


def test_answers_come_page_by_page_over_the_api(lead: WebDesk):
    for theme in ("waiting", "price", "waiting"):
        _said(lead, theme=theme)
    first = lead.get("/api/v1/answers?limit=2").json()
    second = lead.get(f"/api/v1/answers?limit=2&after={first['next']}").json()
    assert [one["id"] for one in (*first["items"], *second["items"])] == [3, 2, 1]
    assert second["next"] is None
    assert len(lead.get("/api/v1/answers?theme=waiting").json()["items"]) == 2


def test_figures_come_over_the_api_with_what_they_rest_on(lead: WebDesk):
    _said(lead)
    found = lead.get("/api/v1/feedback/figures").json()
    assert found["themes"] == {"waiting": 1}
    assert found["scores"]["csat"]["n"] == 1
    assert found["funnel"]["steps"]["sent"] == 0
    assert (
        lead.get("/api/v1/feedback/figures?since=2026-11-23T00:00:00&until=2026-11-01T00:00:00").status_code
        == 422
    )
