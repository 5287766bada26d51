"""What load balancers and Prometheus see."""

from pathlib import Path

from fastapi.testclient import TestClient

from agent.errors import OutsideUnavailable
from agent.settings import Settings
from api.app import create_app
from tests.builders import a_case, a_notice
from tests.unit.api.conftest import ORIGIN, WebDesk


def test_the_process_says_that_it_is_alive(desk: WebDesk) -> None:
    assert desk.get("/healthz").text == "ok\n"


def test_it_is_ready_when_its_parts_are(desk: WebDesk) -> None:
    answer = desk.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "parts": {"database": "ok"}}


def test_it_is_not_ready_while_a_part_is_away_and_says_which(desk: WebDesk, tmp_path: Path) -> None:
    def away() -> None:
        raise OutsideUnavailable("The broker does not answer.", remedy="Start it.")

    app = create_app(desk.house.house, Settings(home=tmp_path), ready={"broker": away})
    with TestClient(app, base_url=ORIGIN) as browser:
        answer = browser.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"] == {"database": "ok", "broker": "The broker does not answer. Start it."}


def test_figures_count_cases_and_notices_and_name_nobody(desk: WebDesk) -> None:
    with desk.house.store.writing() as unit:
        a_case(unit.session, desk.house.clock(), desk.mailbox)
        a_notice(unit.session, desk.house.clock(), "The mailbox does not answer.")
    text = desk.get("/metrics").text
    assert 'genklang_cases{state="open"} 1.0' in text
    assert "genklang_notices_open 1.0" in text
    assert "anne" not in text.lower()
