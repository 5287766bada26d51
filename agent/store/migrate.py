"""Bring the database to this version's tables.

Several processes may start at once: on SQLite the write lock, on PostgreSQL an advisory lock lets one migrate
while the others wait. A migration that is killed leaves the database as it was before it.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from agent.store.session import Store

_ADVISORY_LOCK = 7_236_611_509  # any fixed number of our own


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(store: Store) -> None:
    """Run what is missing. Does nothing, without taking a lock, when the database is up to date."""
    if is_current(store):
        return
    with store.engine.connect().execution_options(genklang_writes=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
        command.upgrade(_config(connection), "head")


def is_current(store: Store) -> bool:
    head = ScriptDirectory.from_config(_config()).get_current_head()
    with store.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head


def make_revision(store: Store, message: str) -> None:
    """Write a new migration from the difference between the tables and the database (for developers)."""
    with store.engine.connect() as connection:
        command.revision(_config(connection), message, autogenerate=True)
