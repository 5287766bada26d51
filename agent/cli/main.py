"""The `genklang` command: one module a group of commands, each loading what it needs when it is called."""

import os
import sys
from typing import Annotated

import typer

from agent.cli import (
    audit,
    backtest,
    customers,
    demo,
    diagnosis,
    evaluation,
    feedback,
    history,
    history_import,
    knowledge,
    mailboxes,
    memories,
    notices,
    outbox,
    people,
    priority,
    processes,
    processing,
    report,
    rights,
    rollout,
)
from agent.cli.terminal import explain, say
from agent.errors import GenklangError

app = typer.Typer(
    name="genklang",
    help="A support inbox agent: reads mail, hides personal data, drafts the answer, waits for a person.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(mailboxes.app, name="mailbox")
app.add_typer(people.app, name="user")
app.add_typer(customers.app, name="customers")
app.add_typer(knowledge.articles, name="knowledge")
app.add_typer(knowledge.cases, name="cases")
app.add_typer(memories.app, name="memories")
app.add_typer(history_import.app, name="history")
app.add_typer(priority.app, name="priority")
app.add_typer(feedback.app, name="feedback")
app.add_typer(notices.app, name="notices")
app.add_typer(outbox.app, name="outbox")
app.add_typer(rollout.app, name="rollout")
app.add_typer(audit.app, name="audit")
app.add_typer(report.app, name="report")
app.add_typer(demo.app, name="demo")
for part in (processes, diagnosis, processing, backtest, history, rights, evaluation):
    part.add_commands(app)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        say(f"genklang {version('genklang')}")
        raise typer.Exit


@app.callback()
def _genklang(
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Settings come from GENKLANG_… variables, .env and genklang.toml in the current folder."""


def main() -> None:
    """Run the command; leave with 0 when it worked, 1 when it failed, 2 when it was called wrongly."""
    try:
        app()
    except Exception as error:  # people get a sentence, never a traceback
        if os.environ.get("GENKLANG_LOG_LEVEL", "").lower() == "debug" and not isinstance(
            error, GenklangError
        ):
            raise
        sys.exit(explain(error))


if __name__ == "__main__":
    main()
