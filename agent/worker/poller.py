"""The poller: one watcher a mailbox, started and stopped as people add, change, pause and remove mailboxes."""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy import select

from agent.desk.heartbeat import beat
from agent.desk.house import House
from agent.desk.steps.intake import watch_mailbox
from agent.store.tables import MailboxRow

log = structlog.get_logger()

LOOK_EVERY_S = 2.0
BEAT_EVERY_S = 20.0

Connection = tuple[str, str, str, bool]
"""What a watcher's connection was opened with; another value calls for another connection."""


@dataclass(slots=True)
class _Watcher:
    connection: Connection
    thread: threading.Thread
    stop: threading.Event


class Poller:
    """Keeps the running watchers in step with the mailboxes of the database.

    `owner` names this poller in the leases. `watch` is `watch_mailbox`, or its stand-in in tests.
    """

    def __init__(
        self,
        house: House,
        owner: str,
        watch: Callable[[House, int, str, threading.Event], None] = watch_mailbox,
    ) -> None:
        self._house = house
        self._owner = owner
        self._watch = watch
        self._watchers: dict[int, _Watcher] = {}

    def run(self, stop: threading.Event) -> None:
        """Watch until `stop` is set; then let go, without waiting for servers that are slow to answer."""
        next_beat = 0.0
        while not stop.is_set():
            try:
                self.look()
                if time.monotonic() >= next_beat:
                    beat(self._house, "poll")
                    next_beat = time.monotonic() + BEAT_EVERY_S
            except Exception as error:  # the database may be away for a moment
                log.warning("poller.look_failed", error=type(error).__name__)
            stop.wait(LOOK_EVERY_S)
        for watcher in self._watchers.values():
            watcher.stop.set()

    def look(self) -> None:
        """Start watchers that are missing, end those that are no longer wanted, replace those that died."""
        wanted = self._wanted()
        for mailbox_id, watcher in list(self._watchers.items()):
            if wanted.get(mailbox_id) != watcher.connection:
                watcher.stop.set()
            if not watcher.thread.is_alive():
                del self._watchers[mailbox_id]
        for mailbox_id, connection in wanted.items():
            if mailbox_id not in self._watchers:
                self._start(mailbox_id, connection)

    def _wanted(self) -> dict[int, Connection]:
        with self._house.store.reading() as session:
            rows = session.scalars(select(MailboxRow).where(MailboxRow.paused.is_(False)))
            return {row.id: (row.imap_url, row.folder, row.password_encrypted, row.insecure) for row in rows}

    def _start(self, mailbox_id: int, connection: Connection) -> None:
        stop = threading.Event()
        thread = threading.Thread(
            target=self._stay, args=(mailbox_id, stop), name=f"mailbox-{mailbox_id}", daemon=True
        )
        self._watchers[mailbox_id] = _Watcher(connection, thread, stop)
        thread.start()

    def _stay(self, mailbox_id: int, stop: threading.Event) -> None:
        try:
            self._watch(self._house, mailbox_id, self._owner, stop)
        except Exception as error:  # the next look starts it again; other mailboxes go on
            log.exception("mailbox.watcher_died", mailbox=mailbox_id, error=type(error).__name__)


def owner_name(home: Path) -> str:
    """The name of this data folder's poller in leases: the same after a restart, which so goes on at once."""
    file = home / "run" / "poller.name"
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with file.open("x", encoding="ascii") as new:
            new.write(f"poll-{secrets.token_hex(8)}")
    except FileExistsError:
        pass
    return file.read_text(encoding="ascii")
