"""Many made-up rows at once: PostgreSQL takes them as a stream, SQLite as one statement run many times."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import KeyedColumnElement

from agent.store.base import Table

Rows = Sequence[Mapping[str, Any]]
"""Rows of one table, all with the same columns; those left out get their default."""


def write(session: Session, table: type[Table], rows: Rows) -> None:
    """Add the rows within the session's transaction, past all that watches single objects."""
    if not rows:
        return
    connection = session.connection()
    columns = [c for c in table.__table__.columns if c.name in rows[0] or c.name != "id"]
    names = ", ".join(f'"{column.name}"' for column in columns)
    values = _values(connection, columns, rows)
    driver = connection.connection.cursor()
    if connection.dialect.name == "postgresql":
        with driver.copy(f'COPY "{table.__tablename__}" ({names}) FROM STDIN') as copy:
            for row in values:
                copy.write_row(row)
    else:
        places = ", ".join("?" * len(columns))
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
