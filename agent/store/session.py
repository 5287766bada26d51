"""One unit of work a request or task: opened at the edge, committed once, bells rung after.

SQLite takes its write lock at the start of a writing unit (BEGIN IMMEDIATE): a transaction that reads first and
writes later would be refused, not queued, when another writer came between.
"""

import errno
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.orm import Session, sessionmaker
from tenacity import RetryCallState, retry, retry_if_exception, wait_random_exponential

from agent.errors import OutsideUnavailable, SettingError
from agent.store.words import keep_in_step

SQLITE_BUSY_SECONDS = 30.0
WAL_LIMIT_BYTES = 64 * 1024 * 1024
FEW_ROWS_BYTES = 1_000_000
PATIENCE_S = 60.0
FULL_DISK_PATIENCE_S = 5.0  # room seldom comes within a minute: whoever asked pauses instead
_DISK_FULL = "53100"  # PostgreSQL's code
_WRITERS_WAIT_MS = 200  # for one try to empty the log: nobody can write meanwhile
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)  # seconds after each try


@dataclass(slots=True)
class Unit:
    """A transaction with what is to be told to others once it holds."""

    session: Session
    _after_commit: list[Callable[[], None]] = field(default_factory=list)

    def after_commit(self, act: Callable[[], None]) -> None:
        """Do `act` once the transaction holds. It must not raise for the unit's sake: a lost bell is found later."""
        self._after_commit.append(act)


class Store:
    """The database. `reading()` never blocks writers; `writing()` commits at its end or not at all."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._sessions = sessionmaker(engine, expire_on_commit=False)
        keep_in_step(self._sessions)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self._sessions() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Unit]:
        with self._sessions() as session:
            session.connection(execution_options={"genklang_writes": True})
            unit = Unit(session)
            yield unit
            session.commit()
        for act in unit._after_commit:  # noqa: SLF001 - the unit is ours
            act()

    def forget_deleted(self) -> bool:
        """After an erasure: let no deleted row survive in SQLite's full-text index and write-ahead log.

        False where one may: somebody reads a state of before, and has to end first. Takes some seconds at most. What
        PostgreSQL keeps until it vacuums is out of our hands, and counts as done.
        """
        if self.engine.dialect.name != "sqlite":
            return True
        try:
            with self.writing() as unit:  # the index marks what is deleted and drops it when it is merged
                unit.session.execute(text("INSERT INTO case_words_fts(case_words_fts) VALUES ('optimize')"))
            return self._empty_log()
        except OperationalError as error:
            if is_passing(error):
                return False
            raise

    def _empty_log(self) -> bool:
        """Bring the write-ahead log into the file and cut it to nothing; False while readers need it as it is."""
        with self.engine.connect() as connection:
            cursor = connection.connection.cursor()
            cursor.execute(f"PRAGMA busy_timeout={_WRITERS_WAIT_MS}")
            try:
                for pause in _PAUSES:
                    busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                    if not busy:
                        return True
                    time.sleep(pause)
            finally:
                cursor.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_SECONDS * 1000:.0f}")
        return False

    def has_room(self) -> bool:
        """Whether a few rows can be stored; as far as the disk is one that we see, which SQLite's is."""
        file = self.engine.url.database
        if self.engine.dialect.name != "sqlite" or not file:
            return True
        return shutil.disk_usage(Path(file).parent).free >= FEW_ROWS_BYTES

    def close(self) -> None:
        self.engine.dispose()


def open_store(url: str) -> Store:
    """Connect to SQLite or PostgreSQL by URL. Raises `SettingError` for any other, or a malformed one."""
    if url.startswith("postgres://"):
        url = "postgresql://" + url.removeprefix("postgres://")
    if url.startswith("postgresql://"):
        url = "postgresql+psycopg://" + url.removeprefix("postgresql://")
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingError(
            "GENKLANG_DATABASE_URL is neither SQLite nor PostgreSQL.",
            remedy="Use sqlite:///path/to/file.db or postgresql://user:password@host/name.",
        )
    try:
        port = make_url(url).port
    except (ArgumentError, ValueError):
        port = 0
    if port is not None and not 1 <= port <= 65_535:
        raise SettingError(
            "GENKLANG_DATABASE_URL has a port that is not a number from 1 to 65535, or cannot be read.",
            remedy="Write it as postgresql://user:password@host:5432/name, with signs such as @ and / percent-encoded.",
        )
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": SQLITE_BUSY_SECONDS, "check_same_thread": False})
        _prepare_sqlite(engine)
    else:
        engine = create_engine(
            url, pool_pre_ping=True, pool_size=10, max_overflow=20, connect_args={"connect_timeout": 5}
        )
    return Store(engine)


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin on its own: we choose the kind of BEGIN
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")  # what is erased is overwritten, not only unlinked
        cursor.execute(f"PRAGMA journal_size_limit={WAL_LIMIT_BYTES}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("genklang_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def is_full(error: BaseException) -> bool:
    """Whether there was no room on a disk: the database's, or this machine's."""
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT}
    if not isinstance(error, OperationalError):
        return False
    return getattr(error.orig, "sqlstate", None) == _DISK_FULL or "disk is full" in str(error.orig).lower()


def is_passing(error: BaseException) -> bool:
    """Whether the same transaction may well succeed later (locked, restarted, connection lost, no room)."""
    if is_full(error):
        return True
    if not isinstance(error, OperationalError):
        return False
    text = str(error.orig).lower()
    return error.connection_invalidated or any(
        sign in text
        for sign in (
            "locked",
            "busy",
            "connection",
            "terminat",
            "shutdown",
            "starting up",
            "deadlock",
            "serializ",
        )
    )


def _was_tried_enough(state: RetryCallState) -> bool:
    error = state.outcome.exception() if state.outcome is not None else None
    patience = FULL_DISK_PATIENCE_S if error is not None and is_full(error) else PATIENCE_S
    return (state.seconds_since_start or 0) >= patience


retry_passing = retry(
    retry=retry_if_exception(is_passing),
    stop=_was_tried_enough,
    wait=wait_random_exponential(0.1, 5),
    reraise=True,
)
"""Run a whole unit of work again when the database was away for a moment. Units must be idempotent."""


def database_problem(error: OperationalError) -> OutsideUnavailable:
    """A database error in words for people."""
    if is_full(error):
        return OutsideUnavailable(
            "The disk is full: nothing can be saved.",
            code="disk.full",
            remedy="Make room on the disk of the data folder and of the database, then try again.",
        )
    return OutsideUnavailable(
        f"The database does not answer: {str(error.orig).splitlines()[0]}.",
        code="database.unavailable",
        remedy="Check GENKLANG_DATABASE_URL and that the server runs.",
    )
