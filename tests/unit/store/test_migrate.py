"""Bringing a database up to date, from nothing and from being there already."""

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from agent.store import migrate
from agent.store.base import Table
from agent.store.session import open_store

VERSIONS = Path(migrate.__file__).parent / "migrations"


def test_the_newest_revision_by_file_name_is_alembics_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(VERSIONS))
    assert migrate.newest_revision() == ScriptDirectory.from_config(config).get_current_head()


def test_an_empty_database_gets_all_tables_and_is_current_from_then_on(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'empty.db'}")
    assert not migrate.is_current(store)
    migrate.upgrade(store)
    assert migrate.is_current(store)
    assert set(Table.metadata.tables) <= set(inspect(store.engine).get_table_names())
    store.close()
