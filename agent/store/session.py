"""One unit of work a request or task: opened at the edge, committed once, bells rung after.

SQLite takes its write lock at the start of a writing unit (BEGIN IMMEDIATE): a transaction that reads first and
writes later would be refused, not queued, when another writer came between.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker
from tenacity import retry, retry_if_exception, stop_after_delay, wait_random_exponential

from agent.errors import OutsideUnavailable, SettingError
from agent.store.words import keep_in_step

SQLITE_BUSY_SECONDS = 30.0
WAL_LIMIT_BYTES = 64 * 1024 * 1024


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

    def forget_deleted(self) -> None:
        """After an erasure: let no deleted row survive in SQLite's full-text index and write-ahead log."""
        if self.engine.dialect.name == "sqlite":
            with self.writing() as unit:  # the index marks what is deleted and drops it when it is merged
                unit.session.execute(text("INSERT INTO case_words_fts(case_words_fts) VALUES ('optimize')"))
            with self.engine.connect() as connection:
                connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

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


def is_passing(error: BaseException) -> bool:
    """Whether the same transaction may well succeed a moment later (locked, restarted, connection lost)."""
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


retry_passing = retry(
    retry=retry_if_exception(is_passing),
    stop=stop_after_delay(60),
    wait=wait_random_exponential(0.1, 5),
    reraise=True,
)
"""Run a whole unit of work again when the database was away for a moment. Units must be idempotent."""


def database_problem(error: OperationalError) -> OutsideUnavailable:
    """A database error in words for people."""
    return OutsideUnavailable(
        f"The database does not answer: {str(error.orig).splitlines()[0]}.",
        code="database.unavailable",
        remedy="Check GENKLANG_DATABASE_URL and that the server runs.",
    )
