"""`genklang up` as people use it: one command, one tree of processes; what dies comes back, and what ends is gone."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest

from tests.servers.process import free_port

pytestmark = [pytest.mark.server, pytest.mark.timeout(400)]

PATIENCE_S = 120.0
CHILDREN = ("chroma", "web", "worker", "poll", "schedule")


def until(true: Callable[[], bool], what: str, seconds: float = PATIENCE_S) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, what
        time.sleep(0.1)


class Up:
    """A running `genklang up` with a data folder and a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.output = folder / "output"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GENKLANG_")}
        self.environment = {
            **kept,
            "GENKLANG_HOME": str(folder / "data"),
            "GENKLANG_WEB_PORT": str(self.port),
        }
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "agent.cli.main", "up"],
                cwd=folder,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.seen: dict[int, psutil.Process] = {}

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.said()
        self.remember()
        with suppress(httpx.HTTPError):
            return httpx.get(f"http://127.0.0.1:{self.port}/readyz", timeout=5).status_code == 200
        return False

    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def remember(self) -> None:
        """Note every process below ours, so that it can be looked for after the end."""
        with suppress(psutil.NoSuchProcess):
            for process in psutil.Process(self.process.pid).children(recursive=True):
                self.seen.setdefault(process.pid, process)

    def pid_of(self, child: str) -> int:
        with suppress(FileNotFoundError, ValueError):
            return int((self.folder / "data" / "run" / f"{child}.pid").read_text())
        return 0

    def left(self) -> list[psutil.Process]:
        """What is still running of all that was ever seen."""
        return [process for process in self.seen.values() if is_running(process)]


def is_running(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    running = Up(tmp_path)
    try:
        until(running.is_ready, "it was not ready in time")
        yield running
    finally:
        running.remember()
        if running.process.poll() is None:
            running.process.kill()
            running.process.wait()
        for process in running.left():
            process.kill()


def test_it_says_where_the_desk_is_restarts_what_dies_and_leaves_nothing_behind(up: Up) -> None:
    until(lambda: f"http://127.0.0.1:{up.port}" in up.said(), "it never said where the desk is")

    second = subprocess.run(
        [sys.executable, "-m", "agent.cli.main", "up"],
        check=False,
        cwd=up.folder,
        env=up.environment,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert second.returncode == 1
    assert "already runs" in second.stderr
    assert "Traceback" not in second.stderr

    for child in CHILDREN:
        before = up.pid_of(child)
        os.kill(before, signal.SIGKILL)
        until(
            lambda child=child, before=before: up.pid_of(child) not in {0, before},  # type: ignore[misc]
            f"{child} was not started again",
        )
    until(up.is_ready, "it was not ready again")

    up.remember()
    assert len(up.left()) >= len(CHILDREN) + 1
    begun = time.monotonic()
    up.process.terminate()
    time.sleep(0.3)
    up.process.terminate()
    assert up.process.wait(40) == 0
    assert time.monotonic() - begun < 30
    until(lambda: up.left() == [], "something was left running", 5)


@pytest.mark.parametrize("victim", ["up", "supervisord"])
def test_killing_the_topmost_process_leaves_nothing_behind(up: Up, victim: str) -> None:
    up.remember()
    os.kill(up.process.pid if victim == "up" else up.pid_of("supervisord"), signal.SIGKILL)
    assert up.process.wait(20) != 0
    until(lambda: up.left() == [], "something was left running", 20)
