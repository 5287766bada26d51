"""`genklang demo` as people meet it: mails become cases with drafts, an approval arrives at the customer, once."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser

from agent.sandbox.demo import answers
from agent.worker.supervision import free_port

pytestmark = [pytest.mark.server, pytest.mark.timeout(600)]

MAILS = 45
STARTED_WITHIN_S = 300


class Demo:
    """A demonstration in a folder of its own, with what it has printed so far."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "var" / "demo"
        self._output = folder / "printed.txt"
        self.port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "agent.cli.main", "demo", "--port", str(self.port)],
            cwd=folder,
            stdout=self._output.open("wb"),
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "COLUMNS": "100"},
        )

    @property
    def printed(self) -> str:
        return self._output.read_text(encoding="utf-8")

    def wait_for(self, text: str) -> None:
        assert until(lambda: text in self.printed or self.process.poll() is not None, STARTED_WITHIN_S), (
            self.printed
        )
        assert text in self.printed, self.printed

    def stop(self) -> list[psutil.Process]:
        """Ctrl-C; what is still running afterwards of all that belonged to it."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)
        return [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    running = Demo(tmp_path)
    yield running
    if running.process.poll() is None:
        running.process.terminate()
        running.process.wait(60)


def until(met: Callable[[], bool], seconds: float) -> bool:
    ends = time.monotonic() + seconds
    while not met() and time.monotonic() < ends:
        time.sleep(0.3)
    return met()


def replies(home: Path) -> list[dict[str, str]]:
    """What customers got that is no acknowledgement."""
    letters = [message_from_bytes(raw, policy=policy.default) for raw in answers(home)]
    return [
        {name: str(letter[name] or "") for name in ("In-Reply-To", "References", "Message-ID", "Subject")}
        for letter in letters
        if not letter["Auto-Submitted"]
    ]


def test_a_monday_morning_is_answered_and_an_approved_draft_arrives_once(
    demo: Demo, chromium: Browser
) -> None:
    demo.wait_for("Ctrl-C stops everything.")
    assert f"{MAILS} of {MAILS} read, sorted and answered" in demo.printed
    password = re.search(r"Password\s+(\S+)", demo.printed)
    assert password

    page = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(f"http://127.0.0.1:{demo.port}/")
    page.get_by_label("E-mail").fill("ida@fjordtal.example")
    page.get_by_label("Password").fill(password.group(1))
    page.get_by_role("button", name="Sign in").click()
    waiting = page.get_by_role("link", name="Waiting for approval")
    waiting.wait_for()
    shown = re.search(r"\d+", waiting.inner_text())
    assert shown
    assert int(shown.group()) >= 40
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "the window itself scrolls"

    page.goto(f"http://127.0.0.1:{demo.port}/feedback/follow-ups")
    page.get_by_role("link", name="Annelise Bruun").wait_for()
    page.goto(f"http://127.0.0.1:{demo.port}/")

    page.locator("a.case").first.click()
    page.get_by_role("button", name="Approve and send").click()
    assert until(lambda: len(replies(demo.home)) == 1, 40)
    time.sleep(3)
    (reply,) = replies(demo.home)
    assert reply["In-Reply-To"]
    assert reply["In-Reply-To"] in reply["References"]
    assert reply["Subject"].lower().startswith(("re:", "sv:", "aw:", "vs:"))

    assert demo.stop() == []
