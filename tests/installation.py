"""A whole Genklang as its users run it: `genklang up` in a folder of its own, with real servers around it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.servers.process import free_port

GENKLANG = (sys.executable, "-m", "agent.cli.main")
PASSWORD = "a long test password"  # of everybody at the desk
EMAIL = "ida@nordlys.example"


@dataclass
class Installation:
    """Where it lives and how to talk to it. `environment` holds its settings."""

    home: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    token: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.environment['GENKLANG_WEB_PORT']}"

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """One `genklang` command to its end."""
        done = subprocess.run(
            [*GENKLANG, *arguments], env=self.environment, cwd=self.home.parent, capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip
        assert not check or done.returncode == 0, f"{arguments} ended with {done.returncode}: {done.stderr}"
        return done

    def add_person(self, role: str = "lead") -> None:
        self.run("user", "add", EMAIL, "--role", role, "--password-file", str(self.secret(PASSWORD)))

    def add_mailbox(self, address: str, imap: str, smtp: str, password: str) -> None:
        files = ["--imap", imap, "--smtp", smtp, "--password-file", str(self.secret(password)), "--insecure"]
        self.run("mailbox", "add", address, *files)

    def secret(self, text: str) -> Path:
        path = self.home.parent / f"secret-{abs(hash(text))}.txt"
        path.write_text(text + "\n", encoding="utf-8")
        return path

    def start(self, *, ready_within: float = 90) -> None:
        """`genklang up` until /readyz is fine."""
        log = (self.home.parent / "up.log").open("ab")
        self.process = subprocess.Popen(
            [*GENKLANG, "up"],
            env=self.environment,
            cwd=self.home.parent,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
        )
        self.wait_until(self.ready, ready_within, "ready")

    def ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def processes(self) -> list[psutil.Process]:
        """The topmost process and all below it."""
        if self.process is None or self.process.poll() is not None:
            return []
        top = psutil.Process(self.process.pid)
        return [top, *top.children(recursive=True)]

    def stop(self) -> None:
        if self.process is None:
            return
        below = self.processes()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        psutil.wait_procs(below, timeout=10)
        self.process = None

    def kill(self) -> None:
        """`kill -9` of everything at once."""
        for process in reversed(self.processes()):
            with_suppressed(process.kill)
        if self.process is not None:
            self.process.wait(10)
            self.process = None

    def sign_in(self) -> None:
        """Make a token for the API, as a person would."""
        with httpx.Client(base_url=self.url, timeout=20) as client:
            made = client.post(
                "/api/v1/tokens",
                json={"email": EMAIL, "password": PASSWORD, "name": "test"},
                headers={"Origin": self.url},
            )
        assert made.status_code == 201, made.text
        self.token = made.json()["token"]

    def api(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """One call of the JSON API. Fails the test where the answer is an error."""
        answer = httpx.request(
            method,
            f"{self.url}/api/v1{path}",
            json=body,
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=20,
        )
        assert answer.status_code < 400, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def cases(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        path = "/cases?limit=100"
        while path:
            page = self.api("GET", path)
            found += page["items"]
            path = f"/cases?limit=100&after={page['next']}" if page.get("next") else ""
        return found

    def wait_for_cases(self, count: int, seconds: float, *, drafts: bool = True) -> list[dict[str, Any]]:
        """Until `count` cases have a draft."""

        def enough() -> list[dict[str, Any]]:
            ready = [
                case for case in self.cases() if not drafts or case["draft_state"] not in {"none", "writing"}
            ]
            return ready if len(ready) >= count else []

        return self.wait_until(enough, seconds, f"{count} cases with drafts")

    def wait_until(self, met: Callable[[], Any], seconds: float, what: str) -> Any:
        """The first true answer of `met`. Fails with the end of the log when none comes within `seconds`."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if answer := met():
                return answer
            time.sleep(0.1)
        log = self.home.parent / "up.log"
        tail = log.read_text(errors="replace")[-6000:] if log.exists() else ""
        raise AssertionError(f"not within {seconds} s: {what}\n{tail}")

    def approve(self, case_id: int) -> None:
        """Approve the newest draft of a case through the API."""
        case = self.api("GET", f"/cases/{case_id}")
        draft = case["drafts"][-1]
        self.api(
            "POST", f"/cases/{case_id}/drafts/{draft['id']}/approve", {"content_hash": draft["content_hash"]}
        )


@contextmanager
def installation(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[Installation]:
    """A fresh installation; whatever it started has ended afterwards."""
    home = folder / "var"
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("GENKLANG_", "OPENAI_"))
    }
    environment |= {
        "GENKLANG_HOME": str(home),
        "GENKLANG_WEB_PORT": str(free_port()),
        "GENKLANG_UNDO_SECONDS": "1",
        **(settings or {}),
    }
    made = Installation(home, environment)
    try:
        yield made
    finally:
        made.stop()


def with_suppressed(act: Callable[[], object]) -> None:
    """Do it to a process that may be gone already."""
    try:
        act()
    except psutil.NoSuchProcess:
        return


def knowledge_files(folder: Path) -> Sequence[Path]:
    """One article and one solved case, to answer from."""
    article = {
        "id": "kb-1", "lang": "en", "title": "The printer is offline", "category": "technical",
        "body": "Switch the printer off and on again. Then choose Settings, Network and Reconnect. "
        "The light turns green within two minutes.",
    }  # fmt: skip
    case = {
        "id": "case-1", "lang": "da", "category": "billing",
        "question": "Jeg har betalt den samme faktura to gange.",
        "answer": "En dobbelt betaling føres tilbage inden for fem bankdage. Du behøver ikke gøre noget.",
    }  # fmt: skip
    paths = folder / "knowledge.jsonl", folder / "solved.jsonl"
    for path, row in zip(paths, (article, case), strict=True):
        path.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    return paths
