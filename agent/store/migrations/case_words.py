"""The full-text index over `case_words`: each database's own, kept in step by the database itself."""

from pathlib import Path

from sqlalchemy import Connection

_HERE = Path(__file__).parent


def create_index(connection: Connection) -> None:
    """Add the index to the empty table, and what keeps it in step."""
    _run(connection, f"case_words_{connection.dialect.name}.sql")


def drop_index(connection: Connection) -> None:
    """Take away what would outlive the table."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TABLE case_words_fts")


def _run(connection: Connection, name: str) -> None:
    """Statements are parted by empty lines: a trigger holds semicolons of its own."""
    for statement in (_HERE / name).read_text(encoding="utf-8").split("\n\n"):
        connection.exec_driver_sql(statement)
