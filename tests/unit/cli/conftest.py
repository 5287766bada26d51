"""`genklang` in a folder of its own, in this process: starting Python for every call would take most of the time.

`genklang_process` is the same as a process of its own, for what only that can show.
"""

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from agent.cli.main import main

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
        answer = self.run(arguments, stdin, _environment(self.folder, settings))
        assert "Traceback" not in answer.err + answer.out, answer.err
        return answer

    def run(self, arguments: tuple[str, ...], stdin: str, environment: dict[str, str]) -> Answer:
        out, err, before = io.StringIO(), io.StringIO(), Path.cwd()
        typed = io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
        with (
            patch.dict(os.environ, environment, clear=True),
            patch.object(sys, "argv", ["genklang", *arguments]),
            patch.object(sys, "stdin", typed),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            os.chdir(self.folder)
            try:
                main()
                code = 0
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 1 if end.code else 0
            finally:
                os.chdir(before)
        return Answer(code, out.getvalue(), err.getvalue())


class CommandProcess(Command):
    """The same with a process of its own."""

    def run(self, arguments: tuple[str, ...], stdin: str, environment: dict[str, str]) -> Answer:
        done = subprocess.run(
            [sys.executable, "-m", "agent.cli.main", *arguments],
            check=False,
            capture_output=True,
            text=True,
            input=stdin,
            cwd=self.folder,
            env=environment,
            timeout=200,
        )
        return Answer(done.returncode, done.stdout, done.stderr)


def _environment(folder: Path, settings: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GENKLANG_")}
    return {**kept, "GENKLANG_HOME": str(folder / "var"), **settings}


@pytest.fixture
def genklang(tmp_path: Path) -> Command:
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    return Command(tmp_path)


@pytest.fixture
def genklang_process(genklang: Command) -> CommandProcess:
    return CommandProcess(genklang.folder)
