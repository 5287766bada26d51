"""A command on a leash dies with the process that started it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

LEASH = [sys.executable, "-m", "agent.worker.leash"]


def is_gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def wait_until_gone(pid: int) -> bool:
    ends = time.monotonic() + 10
    while not is_gone(pid) and time.monotonic() < ends:
        time.sleep(0.05)
    return is_gone(pid)


def read_pid(file: Path) -> int:
    ends = time.monotonic() + 20
    while not (file.exists() and file.read_text()):
        assert time.monotonic() < ends
        time.sleep(0.05)
    return int(file.read_text())


def test_the_command_keeps_the_process_id_and_its_own_exit_code_and_steps_back(tmp_path: Path) -> None:
    pid_file = tmp_path / "child.pid"
    command = [sys.executable, "-c", "import os, sys; print(os.getpid(), os.nice(0)); sys.exit(3)"]
    done = subprocess.run(
        [*LEASH, str(pid_file), "7", *command],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "LEASH_HOLDER": str(os.getpid())},
    )
    assert done.returncode == 3
    assert done.stdout.split() == [pid_file.read_text(), "7"]


def test_killing_the_holder_kills_child_and_grandchild(tmp_path: Path) -> None:
    child_file, grandchild_file = tmp_path / "child.pid", tmp_path / "grandchild.pid"
    inner = [*LEASH, str(grandchild_file), "0", sys.executable, "-c", "import time; time.sleep(60)"]
    outer = [
        *LEASH,
        str(child_file),
        "0",
        sys.executable,
        "-c",
        f"import subprocess; subprocess.run({inner!r})",
    ]
    holder_code = (
        f"import os, subprocess; os.environ['LEASH_HOLDER'] = str(os.getpid()); subprocess.run({outer!r})"
    )
    with subprocess.Popen([sys.executable, "-c", holder_code]) as holder:
        child, grandchild = read_pid(child_file), read_pid(grandchild_file)
        holder.send_signal(signal.SIGKILL)
        holder.wait(5)
    assert wait_until_gone(child)
    assert wait_until_gone(grandchild)


def test_a_command_whose_holder_is_gone_already_never_starts(tmp_path: Path) -> None:
    done = subprocess.run(
        [*LEASH, str(tmp_path / "pid"), "0", sys.executable, "-c", "print('started')"],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "LEASH_HOLDER": "1"},
    )
    assert done.returncode != 0
    assert done.stdout == ""
