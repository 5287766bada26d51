"""Feedback over HTTP for other programs: events in, each counted once; the light out; not being asked."""

import pytest

from agent.desk.people.tokens import make_token
from agent.store.tables import CustomerRow, FeedbackEventRow
from tests.unit.api.conftest import WebDesk
from tests.unit.desk.feedback.asking_scenes import EMAIL, at, customer


@pytest.fixture
def token(desk: WebDesk) -> dict[str, str]:
    at(desk.house, "2026-11-24T11:00")
    with desk.house.store.writing() as unit:
        _, secret = make_token(unit, desk.house.person, "shop", desk.house.clock())
    return {"Authorization": f"Bearer {secret}"}


def events(desk: WebDesk) -> list[FeedbackEventRow]:
    with desk.house.store.reading() as session:
        return session.query(FeedbackEventRow).all()


LOGIN = {
    "id": "e-1",
    "email": EMAIL,
    "kind": "login",
    "at": "2026-11-24T10:00:00+01:00",
    "data": {"minutes": 3},
}


def test_an_event_counts_once_however_often_it_is_sent(desk: WebDesk, token: dict[str, str]) -> None:
    customer(desk.house)
    first = desk.browser.post("/api/v1/events", json=LOGIN, headers=token)
    again = desk.browser.post("/api/v1/events", json=LOGIN, headers=token)
    assert (first.status_code, first.json()["status"]) == (202, "noted")
    assert again.json()["status"] == "known"
    (row,) = events(desk)
    assert (row.kind, row.data, row.source) == ("login", {"minutes": 3}, "api")


def test_of_a_list_each_event_is_taken_or_refused_on_its_own(desk: WebDesk, token: dict[str, str]) -> None:
    customer(desk.house)
    strange = {**LOGIN, "id": "e-2", "email": "nobody@customer.example"}
    answer = desk.browser.post("/api/v1/events", json=[LOGIN, strange], headers=token).json()
    assert [one["status"] for one in answer] == ["noted", "refused"]
    assert "no customer" in answer[1]["problem"]


def test_an_unknown_customer_is_refused_with_a_remedy_or_opened_on_request(
    desk: WebDesk, token: dict[str, str]
) -> None:
    refused = desk.browser.post("/api/v1/events", json=LOGIN, headers=token)
    assert refused.status_code == 404
    assert "create" in refused.json()["remedy"]
    assert (
        desk.browser.post("/api/v1/events", json={**LOGIN, "create": True}, headers=token).status_code == 202
    )
    with desk.house.store.reading() as session:
        assert session.query(CustomerRow).one().email == EMAIL


@pytest.mark.parametrize(
    "broken",
    [
        {"data": {"deep": {"er": 1}}},
        {"kind": ""},
        {"kind": "answered"},
        {"at": "2027-01-01T00:00:00Z"},
        {"id": ""},
        {"email": "no address"},
    ],
)
def test_an_event_that_cannot_be_meant_is_refused(
    desk: WebDesk, token: dict[str, str], broken: dict[str, object]
) -> None:
    customer(desk.house)
    answer = desk.browser.post("/api/v1/events", json={**LOGIN, **broken}, headers=token)
    assert answer.status_code == 422
    assert not events(desk)


def test_without_a_token_nothing_is_taken(desk: WebDesk) -> None:
    assert desk.browser.post("/api/v1/events", json=LOGIN).status_code == 401


def test_a_case_number_of_somebody_else_is_no_case_of_theirs(desk: WebDesk, token: dict[str, str]) -> None:
    from agent.desk.feedback.asking.planning import plan

    customer(desk.house)
    event = {**LOGIN, "kind": "service_done", "data": {"case": "999", "first_contact": True}}
    desk.browser.post("/api/v1/events", json=event, headers=token)
    assert plan(desk.house.house) == 1


def test_the_light_says_whether_why_and_from_when(desk: WebDesk, token: dict[str, str]) -> None:
    customer(desk.house)
    light = f"/api/v1/customers/{EMAIL}/feedback-light"
    assert desk.browser.get(light, headers=token).json()["colour"] == "green"
    no = desk.browser.post(f"/api/v1/customers/{EMAIL}/feedback-opt-out", headers=token).json()
    assert (no["colour"], no["reason"], no["opted_out"]) == ("red", "opted_out", ["all"])
    danish = desk.browser.get(light, params={"language": "da"}, headers=token).json()
    assert danish["sentence"] == "Vil ikke spørges."
    yes = desk.browser.delete(f"/api/v1/customers/{EMAIL}/feedback-opt-out", headers=token).json()
    assert (yes["colour"], yes["opted_out"]) == ("green", [])


def test_nobody_can_opt_out_of_what_there_is_not(desk: WebDesk, token: dict[str, str]) -> None:
    customer(desk.house)
    body = {"what": "everything"}
    answer = desk.browser.post(f"/api/v1/customers/{EMAIL}/feedback-opt-out", json=body, headers=token)
    assert answer.status_code == 422
