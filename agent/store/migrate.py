"""Bring the database to this version's tables.

Several processes may start at once: on SQLite the write lock, on PostgreSQL an advisory lock lets one migrate
while the others wait. A migration that is killed leaves the database as it was before it.

Alembic is imported where there is something to migrate: nearly every start finds nothing to do.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from agent.store.session import Store

if TYPE_CHECKING:
    from alembic.config import Config

_ADVISORY_LOCK = 7_236_611_509  # any fixed number of our own
_MIGRATIONS = Path(__file__).parent / "migrations"


def newest_revision() -> str:
    """The id of the last migration; migrations are files called by their id, and ids are numbers in sequence."""
    return max(path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def _config(connection: Connection | None = None) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def upgrade(store: Store) -> None:
    """Run what is missing. Does nothing, without taking a lock, when the database is up to date."""
    if is_current(store):
        return
    from alembic import command

    with store.engine.connect().execution_options(genklang_writes=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
        command.upgrade(_config(connection), "head")


def is_current(store: Store) -> bool:
    with store.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return bool(connection.scalar(text("SELECT version_num FROM alembic_version")) == newest_revision())
