"""`genklang up`: everything on one machine, in one tree of processes that starts, restarts and ends together.

supervisord restarts what dies. It and all its children hang on leashes, so that killing the topmost process, even
with SIGKILL, leaves nothing behind. Nothing listens for commands: to stop means to end the topmost process.
"""

import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from agent.errors import Conflict
from agent.settings import Settings
from agent.worker.leash import HOLDER, on_leash
from agent.worker.only_one import end_leftovers, only_one

STOP_WITHIN_S = 29.0
"""All programs together; what still runs then is killed."""

READY_WITHIN_S = 60.0
"""After this time people are told that the desk is not ready yet."""


@dataclass(frozen=True, slots=True)
class Program:
    """One child. They start in the order of `place` and stop in the opposite; `stop_s` is each one's time for it.

    `nice` lets others go first on a busy machine. What it prints goes to our own stdout, or into `log_file` where
    it is of no use there.
    """

    name: str
    command: tuple[str, ...]
    place: int
    stop_s: int
    nice: int = 0
    log_file: str = ""


def programs(settings: Settings, chroma_port: int | None) -> list[Program]:
    """What belongs to this installation; Chroma only where it is ours to run."""
    own = (sys.executable, "-m", "agent.cli.main")
    children = [
        Program("web", (*own, "web"), 2, 6),
        # The others step back: pages come at once at the start, and however much there is to read.
        Program("worker", (*own, "worker"), 3, 10, nice=10),
        Program("poll", (*own, "poll"), 4, 4, nice=10),
        Program("schedule", (*own, "schedule"), 5, 3, nice=10),
    ]
    if chroma_port is not None:
        chroma = str(Path(sys.executable).parent / "chroma")
        data = str(settings.home.resolve() / "chroma")
        command = (chroma, "run", "--host", "127.0.0.1", "--port", str(chroma_port), "--path", data)
        children.insert(
            0, Program("chroma", command, 1, 4, log_file=str(settings.home.resolve() / "run" / "chroma.log"))
        )
    return children


def supervisor_config(children: Sequence[Program], run_folder: Path) -> str:
    """The text of supervisord's configuration. A percent sign would be read as an expansion, and is doubled."""
    parts = [
        f"""[supervisord]
nodaemon = true
silent = true
nocleanup = true
logfile = {_plain(run_folder / "supervisord.log")}
logfile_maxbytes = 1MB
logfile_backups = 1
pidfile = {_plain(run_folder / "supervisord.own.pid")}
"""
    ]
    for child in children:
        pid_file = run_folder / f"{child.name}.pid"
        command = shlex.join(on_leash(child.command, pid_file, nice=child.nice))
        parts.append(f"""[program:{child.name}]
command = {_plain(command)}
priority = {child.place}
autorestart = true
startsecs = 10
startretries = 1000000
stopwaitsecs = {child.stop_s}
stopasgroup = false
killasgroup = true
redirect_stderr = true
stdout_logfile = {_plain(child.log_file or "/dev/fd/1")}
stdout_logfile_maxbytes = {"1MB" if child.log_file else 0}
stdout_logfile_backups = 1
""")
    return "\n".join(parts)


def _plain(value: object) -> str:
    return str(value).replace("%", "%%")


def run_all(settings: Settings, *, say: Callable[[str], None]) -> int:
    """Run everything until a signal ends it; the exit code. `say` tells people where the desk is.

    Raises `Conflict` where Genklang already runs on this data folder, or the port is taken.
    """
    run_folder = settings.home.resolve() / "run"
    with only_one(run_folder / "up.lock", "Genklang"):
        end_leftovers(run_folder)
        ensure_port_is_free(settings)
        chroma_port = None if settings.chroma_url else free_port()
        port_file = settings.chroma_port_file
        port_file.unlink(missing_ok=True)
        if chroma_port is not None:
            port_file.write_text(str(chroma_port), encoding="ascii")
        config = run_folder / "supervisord.conf"
        config.write_text(supervisor_config(programs(settings, chroma_port), run_folder), encoding="utf-8")
        try:
            return _supervise(config, run_folder, settings, say)
        finally:
            port_file.unlink(missing_ok=True)


def _supervise(config: Path, run_folder: Path, settings: Settings, say: Callable[[str], None]) -> int:
    command = (sys.executable, "-m", "supervisor.supervisord", "-c", str(config))
    supervisor = subprocess.Popen(
        on_leash(command, run_folder / "supervisord.pid"),
        env={
            **os.environ,
            HOLDER: str(os.getpid()),
            "PYTHONUNBUFFERED": "1",
            "ANONYMIZED_TELEMETRY": "False",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C in a terminal reaches this process alone, which then ends the others in order
    )
    stopping = threading.Event()

    def stop(*_: object) -> None:
        if not stopping.is_set():
            stopping.set()
            supervisor.terminate()
            last_resort = threading.Timer(STOP_WITHIN_S, supervisor.kill)
            last_resort.daemon = True
            last_resort.start()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    threading.Thread(target=_announce, args=(settings, stopping, say), daemon=True).start()
    assert supervisor.stdout is not None
    for line in supervisor.stdout:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
    code = supervisor.wait()
    return 0 if stopping.is_set() else code or 1


def _announce(settings: Settings, stopping: threading.Event, say: Callable[[str], None]) -> None:
    """Tell where the desk is once it is ready; and once, when that takes unusually long."""
    begun, warned = time.monotonic(), False
    while not stopping.wait(0.3):
        if is_ready(settings):
            say(f"Genklang is ready: {settings.desk_url}   (Ctrl-C stops it)")
            return
        if not warned and time.monotonic() - begun > READY_WITHIN_S:
            say(
                "Genklang is not ready yet; the lines above say what it waits for. `genklang doctor` looks closer."
            )
            warned = True


def is_ready(settings: Settings) -> bool:
    """Whether the web process says that database, broker and index answer."""
    host = "127.0.0.1" if settings.web_host in {"0.0.0.0", "::", ""} else settings.web_host  # noqa: S104 - compared, not bound
    try:
        with urlopen(f"http://{host}:{settings.web_port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (HTTPError, URLError, OSError):
        return False


def ensure_port_is_free(settings: Settings) -> None:
    """Raises `Conflict` when another program listens where the desk is to be."""
    try:
        with socket.create_server((settings.web_host, settings.web_port), reuse_port=False):
            pass
    except OSError as error:
        raise Conflict(
            f"The desk cannot listen on {settings.web_host}:{settings.web_port} ({error.strerror}).",
            code="web.port_taken",
            remedy="Stop the program that does, or set GENKLANG_WEB_PORT to another number.",
        ) from error


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
