"""What the doctor says of each part."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from agent.cli import checks
from agent.cli.checks import State
from agent.desk.heartbeat import PROCESSES, beat
from agent.desk.notices import raise_notice
from agent.errors import OutsideUnavailable
from agent.settings import Settings
from agent.store.session import open_store
from agent.store.tables import CompanySettingRow
from tests.house import TestHouse, build_test_house


@pytest.fixture
def home(tmp_path: Path) -> TestHouse:
    return build_test_house(tmp_path)


def choose(home: TestHouse, values: dict[str, object]) -> None:
    """As if an administrator had changed this at the desk."""
    with home.store.writing() as unit:
        unit.session.add(
            CompanySettingRow(
                area="engine",
                values=values,
                before={},
                effect={},
                reason="trial",
                person_id=home.other.id,
                created_at=home.clock(),
            )
        )


@contextmanager
def models_served(names: list[str]) -> Iterator[str]:
    """An endpoint on this machine that lists the models of these names."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({"object": "list", "data": [{"id": one, "object": "model"} for one in names]})
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()


def test_an_error_becomes_a_problem_with_its_remedy() -> None:
    def look() -> str:
        raise OutsideUnavailable("It is away.", remedy="Start it.")

    finding = checks.attempt("part", look)
    assert (finding.state, finding.text, finding.remedy) == (State.PROBLEM, "It is away.", "Start it.")


def test_an_unforeseen_error_ends_no_examination_and_shows_no_words() -> None:
    def look() -> str:
        raise RuntimeError("a customer's words")

    finding = checks.attempt("part", look)
    assert finding.state is State.PROBLEM
    assert "words" not in finding.text


def test_a_database_without_our_tables_is_said(tmp_path: Path) -> None:
    finding = checks.database(open_store(f"sqlite:///{tmp_path / 'empty.db'}"))
    assert finding.state is State.PROBLEM
    assert "genklang up" in finding.remedy


def test_a_database_that_is_away_is_said_with_the_setting() -> None:
    finding = checks.database(open_store("postgresql://nobody@127.0.0.1:1/nothing"))
    assert finding.state is State.PROBLEM
    assert "GENKLANG_DATABASE_URL" in finding.remedy


def test_a_current_database_is_fine(home: TestHouse) -> None:
    assert checks.database(home.store).state is State.FINE


def test_a_broker_that_is_away_is_said_with_the_setting(tmp_path: Path) -> None:
    finding = checks.broker(Settings(home=tmp_path, broker_url="redis://127.0.0.1:1/0"))
    assert finding.state is State.PROBLEM
    assert "GENKLANG_BROKER_URL" in finding.remedy


def test_the_embedded_broker_needs_nothing(tmp_path: Path) -> None:
    assert checks.broker(Settings(home=tmp_path)).state is State.FINE


def test_an_index_that_is_away_is_said_with_the_setting(tmp_path: Path) -> None:
    finding = checks.index(Settings(home=tmp_path, chroma_url="http://127.0.0.1:1"), None)
    assert finding.state is State.PROBLEM
    assert "GENKLANG_CHROMA_URL" in finding.remedy


def test_without_a_model_the_local_engine_is_named(tmp_path: Path) -> None:
    finding = checks.model(Settings(home=tmp_path))
    assert finding.state is State.FINE
    assert "local engine" in finding.text


def test_a_model_endpoint_that_is_away_is_said(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, llm_model="some-model", openai_base_url="http://127.0.0.1:1/v1")
    finding = checks.model(settings)
    assert finding.state is State.PROBLEM
    assert "OPENAI_BASE_URL" in finding.remedy


def test_a_model_chosen_at_the_desk_is_the_one_that_is_asked_for(home: TestHouse, tmp_path: Path) -> None:
    choose(home, {"engine.use": "model", "engine.model": "chosen-1"})
    served = ["chosen-1"]
    with models_served(served) as url:
        settings = Settings(home=tmp_path, openai_base_url=url)
        fine = checks.model(settings, home.store)
        assert (fine.state, "settings at the desk" in fine.text) == (State.FINE, True)
        served[:] = ["another-2"]
        missing = checks.model(settings, home.store)
        assert missing.state is State.PROBLEM
        assert "settings at the desk" in missing.remedy


def test_a_model_switched_off_at_the_desk_is_not_asked(home: TestHouse, tmp_path: Path) -> None:
    choose(home, {"engine.use": "local"})
    away = Settings(home=tmp_path, llm_model="some-model", openai_base_url="http://127.0.0.1:1/v1")
    finding = checks.model(away, home.store)
    assert finding.state is State.FINE
    assert "some-model is set but not used" in finding.text


def test_a_broken_company_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "company.toml").write_text("[company\n")
    assert checks.company(Settings(home=tmp_path)).state is State.PROBLEM


def test_silent_processes_are_named_with_their_age(home: TestHouse) -> None:
    for process in PROCESSES[:2]:
        beat(home.house, process)
    finding = checks.processes(home.store, home.clock() + timedelta(minutes=10))
    assert finding.state is State.WARNING
    assert "poll (10 min ago)" in finding.text
    assert "schedule (never)" in finding.text


def test_open_notices_are_passed_on(home: TestHouse) -> None:
    with home.store.writing() as unit:
        raise_notice(unit, "x", "Mail stopped.", home.clock())
    [finding] = checks.notices(home.store)
    assert (finding.state, finding.text) == (State.WARNING, "Mail stopped.")


def test_disk_space_is_told(tmp_path: Path) -> None:
    assert "GB free" in checks.disk(tmp_path).text


@pytest.mark.parametrize(
    ("address", "state"),
    [("", State.WARNING), ("http://10.0.0.7", State.WARNING), ("https://feedback.firm.example", State.FINE)],
)
def test_links_that_customers_cannot_open_are_warned_of(tmp_path: Path, address: str, state: State) -> None:
    finding = checks.surveys_address(Settings(home=tmp_path, surveys_url=address))
    assert finding.state is state
    assert ("GENKLANG_SURVEYS_URL" in finding.remedy) == (state is State.WARNING)
