"""API tokens: shown once, limited in what they may do and for how long."""

import re

from tests.unit.api.conftest import WebDesk

PAGE = "/settings/tokens"


def made(desk: WebDesk, **fields: object) -> str:
    html = desk.post(PAGE, {"name": "report", "scope": "read", "holds": "30", **fields}, page=PAGE).text
    found = re.search(r"gk_[\w-]+", html)
    assert found
    return found[0]


def call(desk: WebDesk, token: str, method: str = "GET") -> int:
    headers = {"Authorization": f"Bearer {token}"}
    path = "/api/v1/cases" if method == "GET" else "/api/v1/cases/1/notes"
    return desk.new_browser().request(method, path, headers=headers, json={"text": "x"}).status_code


def test_a_token_is_shown_once_and_reads(admin: WebDesk) -> None:
    token = made(admin)
    assert token not in admin.get(PAGE).text
    assert call(admin, token) == 200


def test_one_that_only_reads_changes_nothing(admin: WebDesk) -> None:
    assert call(admin, made(admin), "POST") == 403
    assert call(admin, made(admin, scope="write"), "POST") != 403


def test_it_runs_out(admin: WebDesk) -> None:
    token, lasting = made(admin), made(admin, holds="never")
    admin.house.clock.advance(days=30)
    assert call(admin, token) == 401
    assert call(admin, lasting) == 200


def test_it_is_revoked(admin: WebDesk) -> None:
    token = made(admin)
    assert admin.post(f"{PAGE}/1/revoke", page=PAGE).status_code == 303
    assert call(admin, token) == 401


def test_without_a_name_the_form_comes_back(admin: WebDesk) -> None:
    answer = admin.post(PAGE, {"name": " ", "scope": "write", "holds": "365"}, page=PAGE)
    assert answer.status_code == 422
    assert 'value="write" selected' in answer.text
    assert 'id="f-name-wrong"' in answer.text
