"""One process a data folder, and nothing left from the one before."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent.errors import Conflict
from agent.worker.only_one import end_leftovers, only_one

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_a_second_holder_is_refused_in_words(tmp_path: Path) -> None:
    lock = tmp_path / "run" / "up.lock"
    with only_one(lock, "Genklang"), pytest.raises(Conflict) as refused, only_one(lock, "Genklang"):
        pass
    assert str(tmp_path) in str(refused.value)
    assert "GENKLANG_HOME" in refused.value.remedy


def test_the_lock_is_free_again_afterwards(tmp_path: Path) -> None:
    for _ in range(2):
        with only_one(tmp_path / "run" / "up.lock", "Genklang"):
            pass


def test_what_an_earlier_run_left_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(SLEEPER) as child:
        (tmp_path / "web.pid").write_text(str(child.pid))
        assert end_leftovers(tmp_path) == [child.pid]
        assert child.wait(5) == -9
    assert list(tmp_path.glob("*.pid")) == []


def test_another_program_that_got_the_number_is_let_be(tmp_path: Path) -> None:
    pid_file = tmp_path / "web.pid"
    with subprocess.Popen(SLEEPER) as child:
        pid_file.write_text(str(child.pid))
        long_ago = time.time() - 3600
        os.utime(pid_file, (long_ago, long_ago))
        assert end_leftovers(tmp_path) == []
        assert child.poll() is None
        child.kill()


@pytest.mark.parametrize("content", ["", "nonsense", "999999999"])
def test_a_useless_pid_file_is_removed(tmp_path: Path, content: str) -> None:
    (tmp_path / "web.pid").write_text(content)
    assert end_leftovers(tmp_path) == []
    assert list(tmp_path.iterdir()) == []
