"""A change is only taken from our own pages."""

import pytest
from fastapi.routing import APIRoute

from tests.unit.api.conftest import ORIGIN, WebDesk


def changing_paths(desk: WebDesk) -> list[str]:
    from api.web import preferences
    from api.web.board import boards
    from api.web.case import corrections
    from api.web.case import page as case
    from api.web.draft import decisions
    from api.web.lists import lists

    parts = (boards, case, corrections, decisions, lists, preferences)
    routes = [route for part in parts for route in part.router.routes if isinstance(route, APIRoute)]
    paths = [route.path for route in routes if "POST" in route.methods]
    return ["/sign-in", "/sign-out", *paths]


def filled(path: str) -> str:
    for name in ("case_id", "draft_id", "outbox_id", "correction_id", "escalation_id"):
        path = path.replace(f"{{{name}}}", "1")
    return path


def test_no_form_is_taken_without_its_token(signed_in: WebDesk) -> None:
    paths = changing_paths(signed_in)
    assert len(paths) > 12
    for path in paths:
        answer = signed_in.browser.post(filled(path), data={}, headers={"Origin": ORIGIN})
        assert answer.status_code in {403, 422}, path
    assert signed_in.get("/").status_code == 200  # also not signed out


def test_a_missing_token_is_refused_in_words(signed_in: WebDesk) -> None:
    answer = signed_in.browser.post("/preferences", data={"theme": "dark"}, headers={"Origin": ORIGIN})
    assert answer.status_code == 403
    assert "out of date" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Referer": "https://evil.example/x"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_foreign_origin_is_refused_even_with_the_token(signed_in: WebDesk, headers: dict[str, str]) -> None:
    token = signed_in.token()
    answer = signed_in.browser.post("/preferences", data={"theme": "dark", "csrf": token}, headers=headers)
    assert answer.status_code == 403


def test_a_forged_htmx_header_opens_nothing(signed_in: WebDesk) -> None:
    answer = signed_in.browser.post(
        "/preferences", data={"theme": "dark"}, headers={"HX-Request": "true", "Origin": ORIGIN}
    )
    assert answer.status_code == 403


def test_the_token_of_another_session_is_worth_nothing(signed_in: WebDesk) -> None:
    theirs = signed_in.token()
    signed_in.post("/sign-out")
    signed_in.sign_in()
    answer = signed_in.browser.post(
        "/preferences", data={"theme": "dark", "csrf": theirs}, headers={"Origin": ORIGIN}
    )
    assert answer.status_code == 403


def test_htmx_may_send_the_token_as_a_header(signed_in: WebDesk) -> None:
    headers = {"X-CSRF-Token": signed_in.token(), "Origin": ORIGIN}
    assert signed_in.browser.post("/preferences", data={"theme": "dark"}, headers=headers).status_code == 303
