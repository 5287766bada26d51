"""Reads mails in a child process that can be killed: no mail may stop or fill the program that reads it.

MIME and HTML parsers have taken minutes and gigabytes for mails of some kilobytes. The child gets a time limit
and a memory limit; when it breaks one, it is replaced, and the mail is read once more, briefly (headers and first
text, without those parsers), so that a case can still be opened.
"""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import structlog

from agent.errors import OutsideUnavailable, Unreadable
from agent.mail import wire
from agent.mail.message import ParsedMessage

# The child's words (see reader_child, which is not imported here: its parsers belong into the child alone).
_FULL: Final = b"F"
_BRIEFLY: Final = b"B"
_MESSAGE: Final = b"M"
_FAILED: Final = b"E"
_OUT_OF_MEMORY: Final = 3
_LARGEST_ANSWER: Final = 128 * 2**20
_START_SECONDS: Final = 20.0
_CHUNK: Final = 2**20
_BYTES_A_SECOND: Final = 5 * 2**20  # large mails get this much longer
_PATIENCE: Final = 5.0  # the child counts processor time; on a busy machine that takes longer by the clock
_ROOT: Final = Path(__file__).resolve().parents[2]

log = structlog.get_logger(__name__)


class _ChildBroke(Exception):
    """The child exceeded a limit or died; `reason` is a sentence for people that says which."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Reader:
    """A child process that reads mails, one at a time. Safe to share between threads; `close` when done.

    `seconds` limit the processor time of one mail's reading, `memory` the child's address space in bytes.
    """

    def __init__(self, *, seconds: float = 2.0, memory: int = 512 * 2**20) -> None:
        self._seconds = seconds
        self._memory = memory
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def read(self, raw: bytes) -> ParsedMessage:
        """The mail as a message; briefly read, with a warning, when reading it in full broke the child.

        Raises `Unreadable` when even that fails, when its parts are nested without end, or for no bytes at all, and
        `OutsideUnavailable` when no child can be started: then nothing is wrong with the mail.
        """
        with self._lock:
            try:
                return self._ask(_FULL, raw)
            except _ChildBroke as first:
                log.warning("mail.reading_child_replaced", reason=first.reason, size=len(raw))
                try:
                    return self._ask(_BRIEFLY, raw)
                except _ChildBroke as second:
                    raise Unreadable(
                        second.reason, code="mail.unreadable", remedy="Look at the raw mail; it is kept."
                    ) from second

    def close(self) -> None:
        """End the child. Reading afterwards starts another."""
        with self._lock:
            self._stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, how: bytes, raw: bytes) -> ParsedMessage:
        child = self._running()
        seconds = self._seconds * _PATIENCE + len(raw) / _BYTES_A_SECOND
        answer = self._exchange(child, wire.frame(how + raw), seconds)
        if answer[:1] == _MESSAGE:
            try:
                return wire.decode(answer[1:])
            except ValueError as error:
                self._stop()
                raise _ChildBroke("Reading this mail gave no usable answer.") from error
        if answer[:1] == _FAILED:
            raise _ChildBroke(f"Reading this mail met a fault of ours ({_fault(answer)}).")
        code, sentence, remedy = json.loads(answer[1:])
        raise Unreadable(sentence, code=code, remedy=remedy)

    def _running(self) -> subprocess.Popen[bytes]:
        """The child, started (and waited for) when there is none."""
        if self._child is not None and self._child.poll() is None:
            return self._child
        self._stop()
        child = self._child = subprocess.Popen(
            [sys.executable, "-m", "agent.mail.reader_child", str(self._memory), str(self._seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": str(_ROOT), "PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},
            start_new_session=True,  # Ctrl-C is for the parent, which then closes the child
        )
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                os.set_blocking(pipe.fileno(), False)
        try:
            self._exchange(child, wire.frame(_BRIEFLY + b"Subject: ready\n\n"), _START_SECONDS)
        except _ChildBroke as error:
            raise OutsideUnavailable(
                "The program that reads mails does not start.",
                code="mail.reader",
                remedy="Run `python -m agent.mail.reader_child 536870912 2` to see why, or allow it more memory.",
            ) from error
        return child

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        child.wait()

    def _exchange(self, child: subprocess.Popen[bytes], request: bytes, seconds: float) -> bytes:
        """Send a frame and receive one; a child that is late, dead or talks nonsense is ended (`_ChildBroke`)."""
        try:
            return _exchange(child, request, time.monotonic() + seconds)
        except TimeoutError as error:
            self._stop()
            raise _ChildBroke(self._late()) from error
        except (OSError, EOFError) as error:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=1)
            self._stop()
            raise _ChildBroke(self._death(child.returncode)) from error

    def _death(self, returncode: int | None) -> str:
        if returncode == -signal.SIGPROF:
            return self._late()
        if returncode == _OUT_OF_MEMORY:
            megabytes = self._memory // 2**20
            return f"Reading this mail needed more than {megabytes} MB of memory."
        return "Reading this mail broke the program that reads mails."

    def _late(self) -> str:
        return f"Reading this mail took longer than {self._seconds:g} s."


def _fault(answer: bytes) -> str:
    return answer[1:200].decode("ascii", "replace")


def _exchange(child: subprocess.Popen[bytes], request: bytes, deadline: float) -> bytes:
    assert child.stdin is not None
    assert child.stdout is not None
    sending, answer, wanted = memoryview(request), bytearray(), wire.LENGTH.size
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdin, selectors.EVENT_WRITE)
        selector.register(child.stdout, selectors.EVENT_READ)
        while len(answer) < wanted:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise TimeoutError
            for ready, _ in selector.select(remaining):
                if ready.fileobj is child.stdin:
                    sending = sending[os.write(child.stdin.fileno(), sending[:_CHUNK]) :]
                    if not sending:
                        selector.unregister(child.stdin)
                    continue
                received = os.read(child.stdout.fileno(), _CHUNK)
                if not received:
                    raise EOFError
                answer += received
                if len(answer) >= wire.LENGTH.size and wanted == wire.LENGTH.size:
                    wanted += wire.LENGTH.unpack_from(answer)[0]
                    if wanted > _LARGEST_ANSWER:
                        raise EOFError
    return bytes(answer[wire.LENGTH.size :])
