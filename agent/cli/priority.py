"""`genklang priority`: what other points or thresholds would have made of past cases."""

import json
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli.opening import database, house, now
from agent.cli.terminal import read_text, say, table

if TYPE_CHECKING:
    from agent.cases.preview import Preview

app = typer.Typer(help="Points, levels and answer times.", no_args_is_help=True)


@app.callback()
def _priority() -> None:
    """Points, levels and answer times."""


@app.command()
def preview(
    file: Annotated[
        Path, typer.Argument(help="TOML with the table `priority` as company.toml would have it; - is stdin.")
    ],
    days: Annotated[int, typer.Option(min=1, help="Look at cases opened in the last so many days.")] = 90,
    most: Annotated[int, typer.Option(min=1, help="At most so many cases, the newest first.")] = 5_000,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show which past cases would get another level if FILE were in force. Nothing is changed.

    FILE takes the place of the table `priority` in company.toml; what it does not name is as shipped.
    """
    changed = _changed_table(file)
    from agent.company import load_company
    from agent.desk.settings.live import changed_company
    from agent.desk.settings.previewing import preview_priority

    with database() as (settings, store), store.reading() as session:
        company = changed_company(session, load_company(settings.home / "company.toml"))
        seen = preview_priority(session, company, changed, since=now() - timedelta(days=days), most=most)
    if as_json:
        say(json.dumps(_plain(seen), ensure_ascii=False))
        return
    table(
        ("From", "To", "Cases", "Examples"),
        (
            (move.before, move.after, move.cases, " ".join(f"#{number}" for number in move.examples))
            for move in seen.moves
            if move.before is not move.after
        ),
        empty="No case would get another level.",
    )
    for level, (before, after) in seen.totals().items():
        say(f"{level}: {before} now, {after} then")
    say(f"{seen.changed} of {seen.cases} cases would get another level.")


@app.command()
def recompute() -> None:
    """Work out anew when answers are due, after targets, hours or holidays were changed in company.toml.

    `genklang up` does it by itself after its next start. Doing it twice changes nothing.
    """
    from agent.desk.casework.recomputing import recompute_all

    with house() as built:
        count = recompute_all(built)
    say(f"{count} open cases followed older rules; their answer times are worked out anew.")


def _changed_table(file: Path) -> dict[str, Any]:
    from agent.errors import WrongUse

    try:
        changed = tomllib.loads(read_text(file)).get("priority")
    except tomllib.TOMLDecodeError as error:
        raise WrongUse(f"{file} is not valid TOML: {error}.", remedy="Correct the line it names.") from error
    if not isinstance(changed, dict):
        raise WrongUse(
            f"{file} has no table `priority`.",
            remedy="Write it as in company.toml, such as [priority.levels].",
        )
    return changed


def _plain(seen: "Preview") -> dict[str, Any]:
    return {
        "cases": seen.cases,
        "changed": seen.changed,
        "moves": [
            {"from": move.before, "to": move.after, "cases": move.cases, "examples": list(move.examples)}
            for move in seen.moves
        ],
        "totals": {level: {"now": now_, "then": then} for level, (now_, then) in seen.totals().items()},
    }
