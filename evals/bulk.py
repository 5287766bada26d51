"""Many made-up rows at once: PostgreSQL takes them as a stream, SQLite as one statement run many times.

What hangs on a table (indexes, references to others, full-text) is built once, after its rows: half the work.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from types import NoneType
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import KeyedColumnElement

from agent.store.base import Table
from agent.store.session import Store

Rows = Sequence[Mapping[str, Any]]
"""Rows of one table, all with the same columns; those left out get their default."""


@contextmanager
def loading(store: Store, tables: Collection[type[Table]]) -> Iterator[None]:
    """Take away what hangs on these tables while rows are added, and build it again at the end, as it was."""
    names = [table.__tablename__ for table in tables]
    with store.writing() as unit:
        take = _postgresql_parts if store.engine.dialect.name == "postgresql" else _sqlite_parts
        away, again = take(unit.session.connection(), names)
        for statement in away:
            unit.session.connection().exec_driver_sql(statement)
    yield
    with store.writing() as unit:
        for statement in again:
            unit.session.connection().exec_driver_sql(statement)
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def write(session: Session, table: type[Table], rows: Rows) -> None:
    """Add the rows within the session's transaction, past all that watches single objects."""
    if not rows:
        return
    connection = session.connection()
    columns = [c for c in table.__table__.columns if c.name in rows[0] or c.name != "id"]
    names = ", ".join(f'"{column.name}"' for column in columns)
    driver = connection.connection.cursor()
    if connection.dialect.name == "postgresql":
        with driver.copy(f'COPY "{table.__tablename__}" ({names}) FROM STDIN') as copy:
            copy.write(_lines(columns, rows))
    else:
        places = ", ".join("?" * len(columns))
        values = _values(connection, columns, rows)
        driver.executemany(f'INSERT INTO "{table.__tablename__}" ({names}) VALUES ({places})', list(values))  # noqa: S608


def numbers_go_on(session: Session, tables: Sequence[type[Table]]) -> None:
    """Let PostgreSQL number new rows after those that came with a number of their own."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in tables:
        name = table.__tablename__
        session.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), coalesce(max(id), 1)) FROM {name}")  # noqa: S608
        )


def _postgresql_parts(connection: Connection, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Statements that drop references and indexes, and those that make them again. Keys stay: they are cheap."""
    references = connection.execute(
        text(
            "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid::regclass::text = ANY(:names)"
        ),
        {"names": list(names)},
    ).all()
    indexes = connection.execute(
        text(
            "SELECT quote_ident(indexname), indexdef FROM pg_indexes WHERE schemaname = current_schema()"
            " AND tablename = ANY(:names) AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        ),
        {"names": list(names)},
    ).all()
    away = [f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name, _ in references]
    away += [f"DROP INDEX {name}" for name, _ in indexes]
    again = [definition for _, definition in indexes]
    again += [f"ALTER TABLE {table} ADD CONSTRAINT {name} {means}" for table, name, means in references]
    return away, again


def _sqlite_parts(connection: Connection, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """The same for indexes and for the triggers that feed the full-text index, which is then filled at one go."""
    parts = [
        (kind, name, made)
        for kind, name, table, made in connection.execute(
            text("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        )
        if kind in {"index", "trigger"} and table in names
    ]
    away = [f'DROP {kind} "{name}"' for kind, name, _ in parts]
    again = [made for _, _, made in parts]
    if any(kind == "trigger" for kind, _, _ in parts):
        again.append("INSERT INTO case_words_fts(case_words_fts) VALUES ('rebuild')")
    return away, again


def _lines(columns: Sequence[KeyedColumnElement[Any]], rows: Rows) -> str:
    """The rows in PostgreSQL's text format for COPY. What a row leaves out is written once for all."""
    given = [column.name for column in columns if column.name in rows[0]]
    pattern = "\t".join(
        "%s" if column.name in rows[0] else _told(_default(column)).replace("%", "%%") for column in columns
    )
    made = [pattern % tuple([_TOLD[type(value := row[name])](value) for name in given]) for row in rows]
    return "\n".join(made) + "\n"


def _told(value: Any) -> str:
    return _TOLD[type(value)](value)


def _plain(value: str) -> str:
    """Each of the four looks for one sign alone, which costs next to nothing."""
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _json(value: Any) -> str:
    return json.dumps(value).replace("\\", "\\\\")


_TOLD: dict[type, Callable[[Any], str]] = {
    NoneType: lambda _: "\\N",
    bool: lambda value: "t" if value else "f",
    int: str,
    float: repr,
    str: _plain,
    datetime: lambda value: (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat()[:-6],
    bytes: lambda value: "\\\\x" + value.hex(),
    list: _json,
    dict: _json,
}
"""How PostgreSQL reads each kind of value; instants are stored in UTC without a zone."""


def _values(
    connection: Connection, columns: Sequence[KeyedColumnElement[Any]], rows: Rows
) -> Iterator[tuple[Any, ...]]:
    """The rows as the driver takes them. A default is made ready once, however many rows have it."""
    dialect = connection.dialect
    written = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
    fixed: dict[str, Any] = {}
    for column, write_one in zip(columns, written, strict=True):
        if column.name not in rows[0]:
            value = _default(column)
            fixed[column.name] = write_one(value) if write_one else value
    plan = [(column.name, write_one) for column, write_one in zip(columns, written, strict=True)]
    for row in rows:
        yield tuple(
            fixed[name] if name in fixed else write_one(row[name]) if write_one else row[name]
            for name, write_one in plan
        )


def _default(column: KeyedColumnElement[Any]) -> Any:
    default = getattr(column, "default", None)
    if default is None:
        return None
    return default.arg(None) if default.is_callable else default.arg
