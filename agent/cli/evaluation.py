"""`genklang eval`: how good are reading, privacy, triage, search and drafts, beside the stored baseline?"""

import json
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from agent.cli.terminal import FAILED, progress, say, whisper


class FromWhere(StrEnum):
    """Whose labelled texts are measured on."""

    SAMPLE = "sample"
    SMALL = "small"
    PEERS = "peers"


class Engine(StrEnum):
    """Who writes the drafts that are judged."""

    LOCAL = "local"
    LLM = "llm"
    BOTH = "both"


_FOLDER = {"exists": True, "file_okay": False, "show_default": False}


def add_commands(app: typer.Typer) -> None:
    app.command("eval", rich_help_panel="Looking closer")(evaluate)


def evaluate(
    suite: Annotated[
        str, typer.Argument(help="One suite; all where none is named.", show_default=False)
    ] = "",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write the report with pictures here.", dir_okay=False)
    ] = None,
    peers: Annotated[Path | None, typer.Option(help="Folder of other makers' sets.", **_FOLDER)] = None,
    small: Annotated[Path | None, typer.Option(help="Folder of short labelled texts.", **_FOLDER)] = None,
    source: Annotated[FromWhere | None, typer.Option(help="Only the sets of this source.")] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most so many texts of each set.", show_default=False)
    ] = None,
    engine: Annotated[
        Engine, typer.Option(help="Who writes the drafts that are judged; llm needs GENKLANG_LLM_MODEL.")
    ] = Engine.LOCAL,
    misses: Annotated[bool, typer.Option("--misses", help="List what went wrong.")] = False,
    save_baseline: Annotated[
        bool, typer.Option("--save-baseline", help="Keep these figures for later runs to compare with.")
    ] = False,
    cases: Annotated[int, typer.Option(min=1, help="For the suite `desk`: how many cases to make.")] = 20_000,
    customers: Annotated[
        int, typer.Option(min=1, help="For the suite `campaigns`: how many customers to make.")
    ] = 100_000,
    database: Annotated[
        str,
        typer.Option(
            help="For `desk` and `campaigns`: an empty database; SQLite in a passing folder if not named."
        ),
    ] = "",
) -> None:
    """Run the evaluation suites and compare with the stored baseline. `desk` times the pages over made-up cases,
    `campaigns` the planning of a campaign for made-up customers.
    """
    if suite == "desk":
        from agent.cli.desk_speed import measure_desk

        measure_desk(cases, database)
        return
    if suite == "campaigns":
        from agent.cli.campaign_speed import measure_campaigns

        measure_campaigns(customers, database)
        return
    from rich.console import Console

    from evals import baseline
    from evals.material import Material
    from evals.report.page import page
    from evals.report.plain import plain
    from evals.report.terminal import show
    from evals.run import choose, is_fine, keep, run
    from evals.suites import Source

    scorers = choose(suite, Source(source) if source else None)
    with (
        progress("Measuring") as bar,
        Material(
            peers=peers,
            small=small,
            limit=limit,
            engine=engine.value,
            said=lambda what, done, total: bar.set(done, total),
        ) as material,
    ):
        results = run(scorers, material, baseline.load())
    if as_json:
        say(json.dumps(plain(results), indent=2, ensure_ascii=False))
    else:
        show(results, Console(), misses=misses, brief=not suite)
    if html is not None:
        html.write_text(page(results, datetime.now(UTC)), encoding="utf-8")
    if save_baseline:
        for file in keep(results):
            whisper(f"Stored {file}.")
    elif not is_fine(results):
        raise typer.Exit(FAILED)
