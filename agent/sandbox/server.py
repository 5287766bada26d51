"""A mail server on loopback for trying Genklang out: SMTP in, IMAP out, everything in memory.

Mail to a known user lands in that user's INBOX; mail to anybody else, such as an answer to a sample customer,
lands in the INBOX of the user `outside`. Nothing ever leaves the machine.

    python -m agent.sandbox.server --imap-port 1143 --smtp-port 1025 --users-file users

where each line of the file is `user:password`, `outside` among them.
"""

import asyncio
import signal
import threading
from argparse import ArgumentParser
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Self

import structlog

from agent.errors import OutsideUnavailable, SettingError
from agent.sandbox.mailboxes import HOST, SandboxMailboxes
from agent.sandbox.receiving import Receiver
from agent.sandbox.sample import OUTSIDE

_log = structlog.get_logger(__name__)


async def serve(
    passwords: Mapping[str, str], *, imap_port: int, smtp_port: int, stack: AsyncExitStack
) -> None:
    """Serve in the running loop until `stack` is closed; both ports accept connections on return.

    `passwords` maps users (whole addresses, and `outside`) to their passwords. Raises `SettingError` where
    `outside` is missing and `OutsideUnavailable` where a port is taken.
    """
    if OUTSIDE not in passwords:
        raise SettingError(
            f"The sandbox has no user {OUTSIDE!r}.", remedy="Name it among the users, with a password."
        )
    mailboxes = SandboxMailboxes(passwords, imap_port=imap_port)
    receiver = Receiver(passwords, mailboxes)
    try:
        await mailboxes.start(stack)
        smtp = await asyncio.get_running_loop().create_server(receiver.smtp, HOST, smtp_port)
    except OSError as error:
        raise OutsideUnavailable(
            f"The sandbox mail server cannot listen on {HOST} at {imap_port} and {smtp_port}.",
            remedy="End what uses these ports, or choose others.",
        ) from error
    stack.callback(smtp.close)


class SandboxServer:
    """The sandbox in a thread of this process: `with SandboxServer({...}, imap_port=…, smtp_port=…):`."""

    def __init__(self, passwords: Mapping[str, str], *, imap_port: int, smtp_port: int) -> None:
        self.imap_port = imap_port
        self.smtp_port = smtp_port
        self._passwords = dict(passwords)
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._started = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="sandbox-mail", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def imap_url(self, user: str) -> str:
        """The URL to add the mailbox of `user` with."""
        return f"imap://{user}@{HOST}:{self.imap_port}"

    def smtp_url(self, user: str) -> str:
        """The URL to send as `user` with."""
        return f"smtp://{user}@{HOST}:{self.smtp_port}"

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            try:
                runner.run(self._serve())
            except (SettingError, OutsideUnavailable) as error:
                self._failure = error
                self._started.set()

    async def _serve(self) -> None:
        async with AsyncExitStack() as stack:
            await serve(self._passwords, imap_port=self.imap_port, smtp_port=self.smtp_port, stack=stack)
            self._started.set()
            await self._stop.wait()


async def serve_until_asked_to_stop(passwords: Mapping[str, str], *, imap_port: int, smtp_port: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    asked = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    async with AsyncExitStack() as stack:
        await serve(passwords, imap_port=imap_port, smtp_port=smtp_port, stack=stack)
        _log.info("sandbox.ready", imap_port=imap_port, smtp_port=smtp_port, users=len(passwords))
        await asked.wait()
    _log.info("sandbox.stopped")


def read_users(path: Path) -> dict[str, str]:
    """User and password of each line `user:password`. Raises `SettingError` on a line of another form."""
    users = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        user, colon, password = line.strip().partition(":")
        if not colon or not user or not password:
            raise SettingError(
                f"{path.name}: line {number} is not `user:password`.", remedy="Correct that line."
            )
        users[user] = password
    return users


def main() -> None:
    """Run as a program."""
    parser = ArgumentParser(
        prog="python -m agent.sandbox.server", description="A mail server for trying out."
    )
    parser.add_argument("--imap-port", type=int, required=True)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--users-file", type=Path, required=True, help="a line `user:password` each")
    options = parser.parse_args()
    try:
        passwords = read_users(options.users_file)
        asyncio.run(
            serve_until_asked_to_stop(passwords, imap_port=options.imap_port, smtp_port=options.smtp_port)
        )
    except (SettingError, OutsideUnavailable) as error:
        raise SystemExit(str(error)) from error
    except OSError as error:
        raise SystemExit(f"{options.users_file} cannot be read: {error.strerror}.") from error


if __name__ == "__main__":
    main()
