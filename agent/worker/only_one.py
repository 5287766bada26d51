"""One supervisor, and one poller, a data folder: a lock that ends with its process, and what an earlier one left."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from agent.errors import Conflict

_SAME_START_S = 10.0  # a program writes its pid file within this time of its birth


@contextmanager
def only_one(lock_file: Path, what: str) -> Iterator[None]:
    """Hold `lock_file` meanwhile. Raises `Conflict` where another process holds it; `what` names it in words."""
    lock_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with lock_file.open("a", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(
                f"{what} already runs with the data folder {lock_file.parent.parent}.",
                code="already_running",
                remedy="Stop it first, or set GENKLANG_HOME to another folder.",
            ) from None
        yield


def end_leftovers(run_folder: Path) -> list[int]:
    """Kill what an earlier run left behind, and give its process ids. Call while holding the lock.

    On Linux the leash has done so already. A process that got the number later was born at another time than
    the file was written, and is let be.
    """
    ended = []
    for pid_file in run_folder.glob("*.pid"):
        with suppress(ValueError, psutil.Error, OSError):
            process = psutil.Process(int(pid_file.read_text(encoding="ascii")))
            if abs(process.create_time() - pid_file.stat().st_mtime) < _SAME_START_S:
                process.kill()
                ended.append(process.pid)
        pid_file.unlink(missing_ok=True)
    return ended
