"""Conditions mean the same in memory and in SQL, whatever rows and conditions there are."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from agent.store.migrate import upgrade
from agent.store.session import Store, open_store
from tests.house import without_fsync
from tests.unit.store.queries.condition_worlds import World, conditions, disagreement, worlds


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{Path(tmp_path_factory.mktemp('conditions')) / 'test.db'}")
    without_fsync(opened)
    upgrade(opened)
    yield opened
    opened.close()


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds(), condition=conditions())
def test_a_condition_finds_in_sqlite_whom_it_holds_for_in_memory(
    store: Store, world: World, condition: object
) -> None:
    assert disagreement(store, world, condition) is None
