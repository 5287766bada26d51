"""`genklang eval`: how good are triage, privacy, search and drafts, measured against the stored baseline?"""

from typing import Annotated

import typer

from agent.cli.terminal import FAILED, progress


def add_commands(app: typer.Typer) -> None:
    app.command("eval", rich_help_panel="Looking closer")(evaluate)


def evaluate(
    suite: Annotated[
        str, typer.Argument(help="One suite; all where none is named.", show_default=False)
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Run the evaluation suites and compare with the stored baseline."""
    from evals.run import main

    with progress("Analysing the sample mails") as bar:
        fine = main(suite, as_json=as_json, said=bar.set)
    if not fine:
        raise typer.Exit(FAILED)
