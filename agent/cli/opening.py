"""What most commands begin with: settings, log, database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.desk.house import House
    from agent.settings import Settings
    from agent.store.session import Store


def settings_of_this_folder(*, quiet: bool = True) -> "Settings":
    """The settings, and the log as they want it; a `quiet` command tells of problems alone. Raises `SettingError`."""
    from agent.logging import configure
    from agent.settings import load_settings

    settings = load_settings()
    configure(
        "warning" if quiet and settings.log_level == "info" else settings.log_level, settings.log_format
    )
    return settings


@contextmanager
def database() -> Iterator[tuple["Settings", "Store"]]:
    """The database with this version's tables, closed at the end."""
    from agent.wiring import open_database

    settings = settings_of_this_folder()
    store = open_database(settings)
    try:
        yield settings, store
    finally:
        store.close()


@contextmanager
def house(said: Callable[[int, int], None] = lambda _done, _all: None) -> Iterator["House"]:
    """Everything, for commands that need models or the index; `said` hears how far the index is."""
    from agent.wiring import build_house, running_index_url

    settings = settings_of_this_folder()
    built = build_house(settings, said=said, index=running_index_url(settings))
    try:
        yield built
    finally:
        built.store.close()


def now() -> datetime:
    """The present instant, by the machine's clock: commands are where time comes in."""
    from agent.clock import system_clock

    return system_clock()
