"""`genklang memories`: what was learnt, at the command line."""

import json
from datetime import UTC, datetime

from agent.memories.memory import Scope, State
from agent.store.session import open_store
from agent.store.tables import MemoryRow
from tests.unit.cli.conftest import Command

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def with_memory(genklang: Command) -> int:
    genklang("memories", "list")  # the first command lays out the database
    store = open_store(f"sqlite:///{next(genklang.folder.rglob('*.db'))}")
    with store.writing() as unit:
        row = MemoryRow(
            kind="preference", topic="sign_off", language="en", before="Best wishes", after="Kind regards",
            scope=Scope.ALL, state=State.ACTIVE, created_at=NOW, updated_at=NOW,
        )  # fmt: skip
        unit.session.add(row)
        unit.session.flush()
        memory_id = row.id
    store.close()
    return memory_id


def test_what_was_learnt_is_listed_and_retired(genklang: Command) -> None:
    memory_id = with_memory(genklang)
    assert (
        f"{memory_id}\tactive\tpreference\ten\tall\t0\tBest wishes\tKind regards"
        in genklang("memories", "list").out
    )
    assert genklang("memories", "retire", str(memory_id)).code == 0
    (shown,) = json.loads(genklang("memories", "list", "--json").out)
    assert (shown["id"], shown["state"], shown["contradicts"]) == (memory_id, "retired", [])


def test_an_unknown_memory_is_named(genklang: Command) -> None:
    answer = genklang("memories", "retire", "77")
    assert answer.code == 1
    assert "77" in answer.err


def test_figures_of_an_empty_house_are_empty(genklang: Command) -> None:
    assert json.loads(genklang("memories", "figures", "--by", "prompt", "--json").out) == []
