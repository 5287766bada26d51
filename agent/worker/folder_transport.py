"""The embedded broker: Celery's filesystem transport, made to survive what a folder can suffer.

Rings are tiny files in one folder. As shipped, a half-written file kills the worker, a deleted folder sends later
rings to nowhere, and every take passes through /tmp. Here a ring is renamed into place when whole, taken by a
rename that one worker alone can win, and dropped with a word in the log when it cannot be read: the database
knows what is unfinished, and it is rung for again.
"""

import os
import time
import uuid
from collections import deque
from pathlib import Path
from queue import Empty
from typing import Any

import structlog
from kombu.transport import filesystem
from kombu.utils.json import dumps, loads

log = structlog.get_logger()

BUSY_FOR_S = 1.0
"""How long after a ring more are expected …"""

POLLED_WHILE_BUSY_S = 0.005
"""… and the folder is looked into this often: a mail takes ten steps of a few milliseconds, each with its ring."""


class Channel(filesystem.Channel):
    """One queue is the files of one suffix; an exchange is the queue of the same name."""

    supports_fanout = False

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)  # type: ignore[no-untyped-call]
        self._listed: dict[str, deque[str]] = {}

    def get_table(self, exchange: str) -> list[tuple[str, str, str]]:
        return [(exchange, "", exchange)]

    def _put(self, queue: str, payload: dict[str, Any], **_options: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        ring = folder / f"{time.time_ns():020d}-{uuid.uuid4().hex}.{queue}.msg"
        whole = ring.with_suffix(".part")
        text = dumps(payload)  # type: ignore[no-untyped-call]
        try:
            whole.write_text(text, encoding="utf-8")
        except FileNotFoundError:
            folder.mkdir(parents=True, exist_ok=True)
            whole.write_text(text, encoding="utf-8")
        whole.rename(ring)

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        folder = Path(self.data_folder_in)
        while name := self._next_name(folder, queue):
            taken = (folder / name).with_suffix(".taken")
            try:
                (folder / name).rename(taken)
                text = taken.read_bytes()
                taken.unlink()
            except FileNotFoundError:
                continue  # another worker was faster, or the folder was emptied
            if message := self._message(text):
                self.connection.has_rung()
                return message
            log.warning("broker.unreadable_ring_dropped", file=name)
        raise Empty

    def _next_name(self, folder: Path, queue: str) -> str:
        """The oldest name not yet tried. A backlog is listed once and worked through, not listed for each ring."""
        names = self._listed.setdefault(queue, deque())
        if not names:
            names.extend(sorted(_names(folder, queue)))
        return names.popleft() if names else ""

    def _message(self, text: bytes) -> dict[str, Any] | None:
        """The message in a file, or None where it is cut off or no message of Celery's."""
        try:
            message = loads(text.decode("utf-8"))  # type: ignore[no-untyped-call]
            self.Message(message, channel=self)  # type: ignore[no-untyped-call]
        except (ValueError, LookupError, TypeError, AttributeError):
            return None
        return dict(message)

    def _size(self, queue: str) -> int:
        return len(_names(Path(self.data_folder_in), queue))

    def _purge(self, queue: str) -> int:
        folder = Path(self.data_folder_in)
        names = _names(folder, queue)
        for name in names:
            (folder / name).unlink(missing_ok=True)
        return len(names)

    def _delete(self, queue: str, *_arguments: Any, **_options: Any) -> None:
        self._purge(queue)


class Transport(filesystem.Transport):
    """Named to Celery as `agent.worker.folder_transport:Transport`."""

    Channel = Channel

    def __init__(self, client: Any, **options: Any) -> None:
        self._busy_until = 0.0
        self._polled_while_idle_s = 0.0
        super().__init__(client, **options)  # type: ignore[no-untyped-call]

    def has_rung(self) -> None:
        """A ring was taken: the next ones will not be long."""
        self._busy_until = time.monotonic() + BUSY_FOR_S

    @property
    def polling_interval(self) -> float:
        """Seconds from one look for rings to the next, of which kombu asks before each wait."""
        return POLLED_WHILE_BUSY_S if time.monotonic() < self._busy_until else self._polled_while_idle_s

    @polling_interval.setter
    def polling_interval(self, idle_s: float) -> None:
        self._polled_while_idle_s = idle_s


def _names(folder: Path, queue: str) -> list[str]:
    suffix = f".{queue}.msg"
    try:
        return [name for name in os.listdir(folder) if name.endswith(suffix)]  # noqa: PTH208 - twenty times a second
    except FileNotFoundError:
        return []
