"""How many letters were handed over, kept beside the database: what tells that it was restored from a backup.

The database counts each hand-over (`OutboxMarkRow`); the same number is written into a small file of the data folder
before the letter's final dot. A database that counts less than the file is older than what has left. A file that was
put there by anybody but us, as when the whole data folder is restored, can vouch for nothing, and neither can one that
is gone while its database is still there: both count as a restore, rather once too often.

With several machines each has a file of its own, kept in step with the database at every sweep and delivery. It sees
what left from its own machine, and what had left from others when it last looked. It cannot see that a PostgreSQL was
restored when all data folders are new, nor that a disk or machine was put back as a whole: for these there is
`genklang outbox hold`.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import structlog

log = structlog.get_logger()

_MADE_WITHIN_S = 2.0
"""A file whose inode changed later than this after its words were written was copied there, words and all."""
_MOST_WRITES = 5


class HandoverMark(Protocol):
    """The highest number of hand-overs that is known beside the database."""

    def read(self) -> int | None:
        """The number; None when what is there cannot vouch for it."""
        ...

    def note(self, count: int) -> None:
        """Remember `count` if it is higher, or if nothing that can be trusted is there. Never raises."""
        ...


@dataclass(slots=True)
class MemoryMark:
    """For tests, and commands that send nothing."""

    count: int = 0

    def read(self) -> int | None:
        return self.count

    def note(self, count: int) -> None:
        self.count = max(self.count, count)


class MarkFile:
    """The number in a file, written in place and flushed to the disk; a torn one counts as not to be trusted.

    `required`: the database lies on this machine too, so that a missing file was lost or left behind. Elsewhere it
    says that this machine is new.
    """

    def __init__(self, file: Path, *, required: bool) -> None:
        self._file = file
        self._lock = file.with_suffix(".lock")
        self._required = required

    def begin(self) -> None:
        """Make the file for a database that has never handed anything over."""
        with self._alone() as now:
            if not self._file.exists():
                self._write(0, now)

    def read(self) -> int | None:
        with self._alone():
            return self._vouched()

    def note(self, count: int) -> None:
        try:
            with self._alone() as now:
                known = self._vouched()
                if known is None or known < count:
                    self._write(count, now)
        except OSError as error:
            # A letter does not stay for it: only the restore of a backup of this very moment goes unseen.
            log.warning("handover_mark.not_written", error=type(error).__name__)

    @contextmanager
    def _alone(self) -> Iterator[float]:
        """Hold the lock; gives the time by the clock of the file system, against which files are compared."""
        with self._lock.open("a") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            os.utime(held.fileno())
            yield os.fstat(held.fileno()).st_mtime

    def _vouched(self) -> int | None:
        try:
            with self._file.open(encoding="ascii") as file:
                words, changed = file.read(100).split(), os.fstat(file.fileno()).st_ctime
        except FileNotFoundError:
            return None if self._required else 0
        try:
            count, written = int(words[0]), float(words[1])
        except (ValueError, IndexError):
            return None
        return count if changed <= written + _MADE_WITHIN_S else None

    def _write(self, count: int, now: float) -> None:
        is_new = not self._file.exists()
        descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            for _ in range(_MOST_WRITES):
                line = f"{count:020d} {now:020.3f}\n"  # always as long, and within one sector
                os.pwrite(descriptor, line.encode("ascii"), 0)
                changed = os.fstat(descriptor).st_ctime
                if changed <= now + _MADE_WITHIN_S:
                    break
                now = changed  # we were held up in between, as when a laptop sleeps
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if is_new:
            folder = os.open(self._file.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
