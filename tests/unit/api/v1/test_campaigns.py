"""Campaigns over HTTP: a whole life of one, what is refused and why, and nothing done twice."""

from typing import Any

import pytest

from agent.desk.feedback.campaigns.planning import plan_campaigns
from agent.desk.people.tokens import make_token
from agent.store.tables import AuditRow, CampaignRow, FeedbackOptOutRow, OutboxRow
from tests.unit.api.conftest import WebDesk
from tests.unit.desk.feedback.given_answers import customer

AT = "/api/v1/campaigns"


def _token(desk: WebDesk, person: Any, scope: str = "write") -> dict[str, str]:
    with desk.house.store.writing() as unit:
        row, secret = make_token(unit, person, "shop", desk.house.clock())
        row.scope = scope
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def lead(desk: WebDesk) -> dict[str, str]:
    with desk.house.store.writing() as unit:
        ids = [
            customer(unit.session, desk.house, f"Anne {n}", country="DK", language="da").id for n in range(4)
        ]
        unit.session.add(
            FeedbackOptOutRow(customer_id=ids[0], what="all", origin="link", created_at=desk.house.clock())
        )
    return _token(desk, desk.house.other)


@pytest.fixture
def draft(desk: WebDesk, lead: dict[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = _post(desk, lead, AT, {"name": "Spring", "kind": "targeted"}, 201)
    rows = [{"about": "customer", "name": "country", "test": "is", "value": "DK"}]
    change = {"version": told["version"], "audience": {"rows": rows}}
    answer = desk.browser.patch(f"{AT}/{told['id']}", json=change, headers=lead)
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


def _post(desk: WebDesk, token: dict[str, str], at: str, body: dict[str, Any], status: int = 200) -> Any:
    answer = desk.browser.post(at, json=body, headers=token)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_campaign_is_counted_started_planned_paused_resumed_stopped_and_copied(
    desk: WebDesk, lead: dict[str, str], draft: dict[str, Any]
) -> None:
    one = f"{AT}/{draft['id']}"
    reach = desk.browser.get(f"{one}/audience", headers=lead).json()
    assert (reach["members"], reach["would_ask"]) == (4, 3)
    assert reach["held_back"] == [
        {"code": "opted_out", "people_who": "do not want to be asked", "customers": 1}
    ]
    told = _post(desk, lead, f"{one}/start", {"version": draft["version"]})
    assert (told["state"], told["problems"]) == ("scheduled", {})
    plan_campaigns(desk.house.house)
    told = desk.browser.get(one, headers=lead).json()
    assert told["state"] == "running"
    assert (told["progress"]["planned"], told["progress"]["not_asked"]) == (3, 1)
    assert told["held_back"][0]["code"] == "opted_out"
    for act, state in (("pause", "paused"), ("resume", "running"), ("stop", "stopped")):
        told = _post(desk, lead, f"{one}/{act}", {"version": told["version"]})
        assert told["state"] == state
    copied = _post(desk, lead, f"{one}/copy", {}, 201)
    assert (copied["state"], copied["copied_from_id"]) == ("draft", draft["id"])
    listed = desk.browser.get(AT, params={"state": "stopped"}, headers=lead).json()
    assert [each["id"] for each in listed["items"]] == [draft["id"]]
    with desk.house.store.reading() as session:
        acts = [row.action for row in session.query(AuditRow) if row.subject == f"campaign:{draft['id']}"]
    assert acts[:3] == ["campaign.begun", "campaign.changed", "campaign.started"]


def test_the_list_goes_page_by_page(desk: WebDesk, lead: dict[str, str]) -> None:
    for name in ("one", "two", "three"):
        _post(desk, lead, AT, {"name": name, "kind": "loyalty"}, 201)
    first = desk.browser.get(AT, params={"limit": 2}, headers=lead).json()
    second = desk.browser.get(AT, params={"limit": 2, "after": first["next"]}, headers=lead).json()
    assert [each["name"] for each in first["items"] + second["items"]] == ["three", "two", "one"]
    assert second["next"] is None


def test_a_call_that_is_sent_twice_does_its_work_once(
    desk: WebDesk, lead: dict[str, str], draft: dict[str, Any]
) -> None:
    body = {"version": draft["version"]}
    _post(desk, lead, f"{AT}/{draft['id']}/start", body)
    problem = _post(desk, lead, f"{AT}/{draft['id']}/start", body, 409)
    assert (problem["code"], problem["status"]) == ("campaign.outdated", 409)
    assert problem["remedy"]


def test_a_step_that_cannot_be_meant_is_refused_whole_with_its_field(
    desk: WebDesk, lead: dict[str, str], draft: dict[str, Any]
) -> None:
    change = {
        "version": draft["version"],
        "name": "Summer",
        "plan": {"order": ["pigeon"]},
        "message": {"subject": {"da": "Hej"}},
    }
    answer = desk.browser.patch(f"{AT}/{draft['id']}", json=change, headers=lead)
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert "plan.order" in answer.json()["remedy"]
    with desk.house.store.reading() as session:
        row = session.get_one(CampaignRow, draft["id"])
        assert (row.name, row.version) == ("Spring", draft["version"])


def test_what_is_not_sent_stays_and_words_are_changed_by_language(
    desk: WebDesk, lead: dict[str, str], draft: dict[str, Any]
) -> None:
    change = {"version": draft["version"], "message": {"subject": {"da": "Et spørgsmål, {name}"}}}
    told = desk.browser.patch(f"{AT}/{draft['id']}", json=change, headers=lead).json()
    before, after = draft["steps"], told["steps"]
    assert after["message"]["subject"] == {**before["message"]["subject"], "da": "Et spørgsmål, {name}"}
    assert (after["audience"], after["plan"]) == (before["audience"], before["plan"])
    seen = desk.browser.get(f"{AT}/{draft['id']}/preview/da", headers=lead).json()
    assert seen["subject"].startswith("Et spørgsmål")
    assert "Svar her" in seen["short"]


def test_an_incomplete_campaign_says_what_is_missing_and_does_not_start(
    desk: WebDesk, lead: dict[str, str]
) -> None:
    told = _post(desk, lead, AT, {"name": "NPS", "kind": "loyalty"}, 201)
    assert told["problems"] == {"schedule.day": "Choose a day."}
    problem = _post(desk, lead, f"{AT}/{told['id']}/start", {"version": told["version"]}, 422)
    assert problem["code"] == "campaign.incomplete"
    weekly = {"how": "recurring", "day": "2027-03-22", "every": "weekly", "interval": 1, "weekdays": [2, 4]}
    change = {"version": told["version"], "schedule": weekly}
    told = desk.browser.patch(f"{AT}/{told['id']}", json=change, headers=lead).json()
    assert told["problems"] == {}
    assert told["coming_runs"][:3] == [
        "2027-03-23T08:00:00Z", "2027-03-25T08:00:00Z", "2027-03-30T07:00:00Z",
    ]  # fmt: skip  # nine o'clock in Copenhagen, before and after the clocks change


def test_a_test_mail_goes_to_whoever_the_token_speaks_for(
    desk: WebDesk, lead: dict[str, str], draft: dict[str, Any]
) -> None:
    told = _post(desk, lead, f"{AT}/{draft['id']}/test", {"language": "da"}, 202)
    assert told["to"] == desk.house.other.email
    with desk.house.store.reading() as session:
        assert session.query(OutboxRow).one().id == told["outbox_id"]


def test_agents_and_reading_tokens_look_and_change_nothing(
    desk: WebDesk, lead: dict[str, str], draft: dict[str, Any]
) -> None:
    for token in (_token(desk, desk.house.person), _token(desk, desk.house.other, "read")):
        assert desk.browser.get(AT, headers=token).status_code == 200
        assert desk.browser.get(f"{AT}/{draft['id']}/audience", headers=token).status_code == 200
        body = {"version": draft["version"]}
        for at in (f"{AT}/{draft['id']}/start", f"{AT}/{draft['id']}/copy"):
            assert desk.browser.post(at, json=body, headers=token).status_code == 403
        assert desk.browser.patch(f"{AT}/{draft['id']}", json=body, headers=token).status_code == 403
        assert desk.browser.post(AT, json={"name": "x", "kind": "loyalty"}, headers=token).status_code == 403
    assert desk.browser.get(AT).status_code == 401
    assert desk.browser.get(f"{AT}/99", headers=lead).status_code == 404


def test_the_description_names_every_way(desk: WebDesk) -> None:
    paths = desk.browser.get("/api/v1/openapi.json").json()["paths"]
    told = {(way, path.removeprefix(AT)) for path in paths if path.startswith(AT) for way in paths[path]}
    one = "/{campaign_id}"
    assert told == {
        ("get", ""), ("post", ""), ("get", one), ("patch", one), ("get", f"{one}/audience"),
        ("get", f"{one}/preview/{{language}}"), ("post", f"{one}/test"), ("post", f"{one}/copy"),
        ("post", f"{one}/{{act}}"),
    }  # fmt: skip
