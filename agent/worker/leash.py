"""`python -m agent.worker.leash PID_FILE NICE COMMAND…` runs a command that cannot outlive who started it.

The kernel kills it when its parent dies, however that came about (prctl(2), PR_SET_PDEATHSIG). The mark outlasts
execve, so any program can be held. LEASH_HOLDER names the parent: had it died before the mark was set, nobody
would be left to send the signal. NICE says how far it steps back for others who want the processor (nice(2), 0 to 19).
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
HOLDER = "LEASH_HOLDER"


def on_leash(command: Sequence[str], pid_file: Path, *, nice: int = 0) -> list[str]:
    """The command line that runs `command` so. Its environment must name the holder as `HOLDER`."""
    return [sys.executable, "-m", "agent.worker.leash", str(pid_file), str(nice), *command]


def main() -> None:
    """Hold on to the parent, write down who we are, and become the command."""
    pid_file, nice, *command = sys.argv[1:]
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(os.environ[HOLDER]):
        sys.exit("The process that should hold this one is gone.")
    Path(pid_file).write_text(str(os.getpid()), encoding="ascii")
    os.environ[HOLDER] = str(os.getpid())  # for what the command itself starts on a leash
    os.nice(int(nice))
    os.execvp(command[0], command)  # noqa: S606 - no shell: the command is a list made by us


if __name__ == "__main__":
    main()
