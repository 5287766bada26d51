"""Errors speak: what happened, what is safe, what to do; to machines as problem+json."""

from tests.unit.api.conftest import WebDesk


def test_an_unknown_page_is_a_page_with_words(signed_in: WebDesk) -> None:
    answer = signed_in.get("/nowhere")
    assert answer.status_code == 404
    assert "There is no such page." in answer.text


def test_an_unknown_case_is_not_found(signed_in: WebDesk) -> None:
    answer = signed_in.get("/cases/4711")
    assert answer.status_code == 404
    assert "There is no case 4711." in answer.text


def test_a_malformed_number_is_refused_in_words(signed_in: WebDesk) -> None:
    answer = signed_in.get("/cases/abc")
    assert answer.status_code == 422
    assert "case_id" in answer.text


def test_machines_are_told_in_problem_json(desk: WebDesk) -> None:
    answer = desk.get("/api/v1/nowhere")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "page.unknown"


def test_a_poll_without_a_session_moves_the_whole_page(desk: WebDesk) -> None:
    answer = desk.browser.get("/live", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/sign-in"


def test_a_template_sign_in_a_name_is_literal(signed_in: WebDesk) -> None:
    answer = signed_in.get("/search?q=%7B%7B7*7%7D%7D%3Cscript%3E")
    assert "{{7*7}}&lt;script&gt;" in answer.text
    assert "49" not in answer.text.split("<title>")[1].split("</title>")[0]
