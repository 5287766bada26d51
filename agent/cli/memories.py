"""`genklang memories`: what was learnt from people's edits, and how many drafts left unchanged."""

import json
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.opening import database, now
from agent.cli.terminal import say, table

if TYPE_CHECKING:
    from agent.memories.outcomes import Outcome
    from agent.store.queries.memory_list import ListedMemory

app = typer.Typer(help="What was learnt from people's edits.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class By(StrEnum):
    """What drafts are counted by; the same choices as `agent.memories.outcomes.By`, which loads too much for help."""

    CATEGORY = "category"
    LANGUAGE = "language"
    PROMPT = "prompt"
    ENGINE = "engine"


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Show what was learnt, where it holds, and whether drafts follow it."""
    from agent.store.queries.memory_list import list_memories

    with database() as (_, store), store.reading() as session:
        found = list_memories(session)
        if as_json:
            say(json.dumps([_plain(one) for one in found], ensure_ascii=False, indent=2))
            return
        table(
            ("Id", "State", "Kind", "Language", "Holds for", "Cases", "Before", "After"),
            (
                (
                    one.row.id, one.row.state, one.row.kind, one.row.language,
                    one.row.scope_key or one.row.scope, one.strength, one.row.before, one.row.after,
                )
                for one in found
            ),
            empty="Nothing has been learnt yet. Change drafts before you send them.",
        )  # fmt: skip


@app.command()
def retire(memory_id: Annotated[int, typer.Argument(help="The id that `list` shows.", metavar="ID")]) -> None:
    """Have drafts no longer follow a memory. It can be taken back on the page of memories."""
    from agent.desk.learning.judging_memories import retire as retire_memory

    with database() as (_, store):
        with store.writing() as unit:
            retire_memory(unit, memory_id, person=None, now=now())
        say(f"Memory {memory_id} is retired; drafts no longer follow it.")


@app.command()
def figures(
    by: Annotated[By, typer.Option(help="What to count by.")] = By.CATEGORY, as_json: AsJson = False
) -> None:
    """Show which share of drafts was sent unchanged, with 95 % intervals."""
    from agent.memories import outcomes
    from agent.store.queries.draft_outcomes import draft_outcomes

    with database() as (_, store), store.reading() as session:
        found = outcomes.summed(draft_outcomes(session), outcomes.By(by.value))
    if as_json:
        say(json.dumps([asdict(one) | {"interval": one.interval} for one in found]))
        return
    table(
        (by.value.capitalize(), "Sent", "Unchanged", "Share", "95 %"),
        ((getattr(one, by.value) or "-", one.sent, one.unchanged, *_share(one)) for one in found),
        empty="No draft was sent yet.",
    )


def _share(one: "Outcome") -> tuple[str, str]:
    low, high = one.interval
    return f"{one.share or 0:.0%}", f"{low:.0%} to {high:.0%}"


def _plain(one: "ListedMemory") -> dict[str, object]:
    names = (
        "id", "state", "kind", "topic", "language", "before", "after", "about", "manner", "scope", "scope_key",
    )  # fmt: skip
    return {name: getattr(one.row, name) for name in names} | {
        "cases": sorted({sight.case_id for sight in one.sights}),
        "contradicts": list(one.rivals),
    }
