"""How a real server is started for a test: its own folder, loopback ports, bounded waiting, ended by its id.

Run as root, servers step down to `nobody`, as most of them insist. The kernel ends a server whose test run
was killed (`setpriv --pdeathsig`), so that nothing is left running.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

UNPRIVILEGED_USER = "nobody"
UNPRIVILEGED_GROUP = "nogroup"
HOST = "127.0.0.1"


class ServerMissingError(RuntimeError):
    """A server program is not installed, or cannot be started by this user."""


class ServerStartError(RuntimeError):
    """The server ended or stayed silent; the message holds the end of its log."""


def program(name: str, *, package: str, folders: Sequence[str] = ()) -> Path:
    """Where `name` is: in `folders` first (patterns, the newest last name wins), else on the PATH.

    Raises `ServerMissingError` naming the Debian package.
    """
    for folder in folders:
        found = sorted(Path("/").glob(f"{folder.lstrip('/')}/{name}"))
        if found:
            return found[-1]
    on_path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if on_path is None:
        raise ServerMissingError(
            f"{name} is not installed: `make test-servers` installs it (Debian package {package})."
        )
    return Path(on_path)


def free_port() -> int:
    """A TCP port on loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def account_to_run_as() -> tuple[str, str] | None:
    """User and group that servers step down to; None where we are no root and stay who we are."""
    return (UNPRIVILEGED_USER, UNPRIVILEGED_GROUP) if os.geteuid() == 0 else None


@contextmanager
def server_folder(name: str, *, owned_by_root: bool = False) -> Iterator[Path]:
    """A short-named temp folder (socket paths end at 108 characters) that the server owns."""
    folder = Path(tempfile.mkdtemp(prefix=f"genk-{name}-", dir="/tmp"))
    folder.chmod(0o755)
    if not owned_by_root:
        give_away(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def give_away(path: Path) -> None:
    """Let the user that servers run as own `path`."""
    if account := account_to_run_as():
        shutil.chown(path, *account)


class ServerProcess:
    """One server program: `start`, `stop`, and what faults do to it and its children (`kill`, `pause`, `resume`).

    `ready` is asked until it is true, for at most `seconds`.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        folder: Path,
        ready: Callable[[], bool],
        environment: Mapping[str, str] | None = None,
        keep_root: bool = False,
        stop_signal: signal.Signals = signal.SIGTERM,
        seconds: float = 45,
    ) -> None:
        self.log = folder / f"{Path(command[0]).name}.output"
        self._command = as_server_user(command, keep_root=keep_root)
        self._log_start = 0
        self._folder = folder
        self._ready = ready
        self._environment = {**os.environ, "HOME": str(folder), "TMPDIR": str(folder), **(environment or {})}
        self._stop_signal = stop_signal
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The id of the running program."""
        assert self._process is not None, "the server is not running"
        return self._process.pid

    def start(self) -> None:
        """Start and wait until ready. Raises `ServerStartError`."""
        self._log_start = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + self._seconds
        while not self._ready():
            ended = self._process.poll() is not None
            if ended or time.monotonic() > deadline:
                what = "ended at once" if ended else f"was not ready within {self._seconds:.0f} s"
                self.kill()
                raise ServerStartError(f"{self._command} {what}.\n{self.said()[-3000:]}")
            time.sleep(0.05)

    def said(self) -> str:
        """What it has printed since it was last started."""
        return self.log.read_bytes()[self._log_start :].decode(errors="replace")

    def stop(self) -> None:
        """Ask it to end; after 20 s end it and its children."""
        if self._process is None:
            return
        family = self._family()
        self._process.send_signal(self._stop_signal)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(20)
        _signal_all(family, signal.SIGKILL)
        self._process.wait(20)
        self._process = None

    def kill(self) -> None:
        """`kill -9` of the program and all its children, until none of them is left."""
        _signal_all(self._family()[:1], signal.SIGSTOP)  # it has no more children from here on
        family = self._family()
        _signal_all(family, signal.SIGKILL)
        if self._process is not None:
            self._process.wait(20)
        psutil.wait_procs(family, timeout=20)

    def pause(self) -> None:
        """SIGSTOP: connections stay open, nobody answers."""
        _signal_all(self._family(), signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT after `pause`."""
        _signal_all(self._family(), signal.SIGCONT)

    def _family(self) -> list[psutil.Process]:
        """The program and everything it has started, parents first."""
        if self._process is None:
            return []
        try:
            program = psutil.Process(self._process.pid)
            return [program, *program.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


def _signal_all(processes: Sequence[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):  # psutil checks that the id still belongs to the same process
            process.send_signal(number)


@contextmanager
def running(process: ServerProcess) -> Iterator[ServerProcess]:
    """The process from ready to ended, whatever happens between."""
    process.start()
    try:
        yield process
    finally:
        process.resume()
        process.stop()


def greets(port: int, greeting: bytes = b"", *, seconds: float = 2) -> bool:
    """Whether something on loopback accepts connections at `port` and opens with `greeting`, if given."""
    try:
        with socket.create_connection((HOST, port), timeout=seconds) as connection:
            return not greeting or connection.recv(len(greeting)) == greeting
    except OSError:
        return False


def as_server_user(command: Sequence[str | Path], *, keep_root: bool = False) -> list[str]:
    """The command line that steps down from root (unless `keep_root`) and dies with the test run."""
    prefix = [str(program("setpriv", package="util-linux")), "--pdeathsig", "TERM"]
    if not keep_root and (account := account_to_run_as()):
        user, group = account
        prefix += ["--reuid", user, "--regid", group, "--clear-groups"]
    return [*prefix, "--", *map(str, command)]
