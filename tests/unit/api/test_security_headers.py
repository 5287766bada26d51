"""What every answer carries, and the hosts the desk answers to."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from agent.settings import Settings
from api.app import create_app
from tests.unit.api.conftest import ORIGIN, WebDesk

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@pytest.mark.parametrize("path", ["/sign-in", "/", "/no-such-page", "/static/css/base.css", "/healthz"])
def test_every_answer_carries_the_strict_policy(desk: WebDesk, path: str) -> None:
    headers = desk.get(path).headers
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"


def test_an_unexpected_failure_carries_it_too_and_says_nothing_of_its_cause(desk: WebDesk) -> None:
    @desk.app.get("/breaks")
    def breaks() -> None:
        raise RuntimeError("Anne Nørrelund")

    with TestClient(desk.app, base_url=ORIGIN, raise_server_exceptions=False) as browser:
        answer = browser.get("/breaks")
    assert answer.status_code == 500
    assert answer.headers["content-security-policy"] == POLICY
    assert "Anne" not in answer.text
    assert "number" in answer.text


def test_pages_are_never_kept_by_the_browser_and_files_are(signed_in: WebDesk) -> None:
    page = signed_in.get("/")
    assert page.headers["cache-control"] == "no-store"
    sheet = page.text.split('href="/static/css/tokens.css?v=')[1].split('"')[0]
    assert "immutable" in signed_in.get(f"/static/css/tokens.css?v={sheet}").headers["cache-control"]


def test_no_page_holds_inline_script_or_style(signed_in: WebDesk) -> None:
    for path in ("/", "/escalations", "/problems", "/search?q=x", "/nowhere"):
        html = signed_in.get(path).text
        assert " style=" not in html
        assert "<style" not in html
        assert " onclick" not in html
        assert "hx-on" not in html
        assert all("src=" in part.split(">")[0] for part in html.split("<script")[1:])


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "[::1", ""])
def test_a_forged_host_is_refused(desk: WebDesk, host: str) -> None:
    assert desk.browser.get("/sign-in", headers={"Host": host}).status_code == 421


def test_probes_answer_to_any_host(desk: WebDesk) -> None:
    assert desk.browser.get("/healthz", headers={"Host": "10.0.0.7:8025"}).status_code == 200


def test_a_desk_open_to_the_network_answers_to_addresses_but_not_to_unknown_names(
    desk: WebDesk, tmp_path: Path
) -> None:
    app = create_app(desk.house.house, Settings(home=tmp_path, web_host="0.0.0.0"))
    with TestClient(app, base_url="http://192.168.1.4:8025") as browser:
        assert browser.get("/sign-in").status_code == 200
        assert browser.get("/sign-in", headers={"Host": "rebound.example"}).status_code == 421


def test_the_address_for_customers_leads_to_surveys_and_reports_of_gateways_alone(
    desk: WebDesk, tmp_path: Path
) -> None:
    app = create_app(
        desk.house.house, Settings(home=tmp_path, surveys_url="https://feedback.nordlys.example")
    )
    with TestClient(app, base_url="http://feedback.nordlys.example") as browser:
        assert browser.get("/s/nothing").status_code == 404
        assert browser.post("/api/v1/delivery-reports", content=b"{}").status_code == 503  # no secret is set
        for closed in ("/sign-in", "/api/v1/cases", "/api/v1/tokens"):
            assert browser.get(closed).status_code == 421
