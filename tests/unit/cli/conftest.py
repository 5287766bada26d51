"""`genklang` as a process of its own, in a folder of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

PASSWORD = "a long password"


@dataclass(frozen=True)
class Answer:
    """Exit code, stdout, stderr."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Command:
    """Runs `genklang` in `folder`; fails the test that gets to see a traceback."""

    folder: Path

    def __call__(self, *arguments: str, stdin: str = "", **settings: str) -> Answer:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GENKLANG_")}
        done = subprocess.run(
            [sys.executable, "-m", "agent.cli.main", *arguments],
            check=False,
            capture_output=True,
            text=True,
            input=stdin,
            cwd=self.folder,
            env={**kept, "GENKLANG_HOME": str(self.folder / "var"), **settings},
            timeout=200,
        )
        answer = Answer(done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in answer.err + answer.out, answer.err
        return answer


@pytest.fixture
def genklang(tmp_path: Path) -> Command:
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    return Command(tmp_path)
