"""What `genklang up` starts, and what it refuses before it starts anything."""

import configparser
import socket
from pathlib import Path

import pytest

from agent.errors import Conflict
from agent.settings import Settings
from agent.worker.supervision import ensure_port_is_free, is_ready, programs, supervisor_config


def names(settings: Settings, chroma_port: int | None) -> list[str]:
    return [program.name for program in programs(settings, chroma_port)]


def test_chroma_is_ours_to_run_only_where_no_other_is_named(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert names(settings, 9999) == ["chroma", "web", "worker", "poll", "schedule"]
    assert names(settings, None) == ["web", "worker", "poll", "schedule"]


def test_chroma_listens_on_loopback_alone(tmp_path: Path) -> None:
    chroma = programs(Settings(home=tmp_path), 9999)[0].command
    assert chroma[chroma.index("--host") + 1] == "127.0.0.1"


def test_all_of_them_stop_within_thirty_seconds(tmp_path: Path) -> None:
    assert sum(program.stop_s for program in programs(Settings(home=tmp_path), 1)) <= 30


def test_the_configuration_has_a_section_a_program_and_no_door_for_commands(tmp_path: Path) -> None:
    parser = configparser.RawConfigParser()
    parser.read_string(supervisor_config(programs(Settings(home=tmp_path), 1), tmp_path))
    assert parser.sections()[0] == "supervisord"
    assert len(parser.sections()) == 6
    assert not any("server" in section for section in parser.sections())
    assert parser["program:worker"]["autorestart"] == "true"


def test_a_percent_sign_in_the_path_is_no_expansion(tmp_path: Path) -> None:
    folder = tmp_path / "100% ours"
    config = supervisor_config(programs(Settings(home=folder), 1), folder)
    assert "100%% ours" in config
    assert "100% ours" not in config


def test_a_port_that_is_taken_is_said_before_the_start(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        settings = Settings(home=tmp_path, web_port=other.getsockname()[1])
        with pytest.raises(Conflict) as refused:
            ensure_port_is_free(settings)
    assert "GENKLANG_WEB_PORT" in refused.value.remedy


def test_nobody_there_is_not_ready(tmp_path: Path) -> None:
    assert not is_ready(Settings(home=tmp_path, web_port=1))
