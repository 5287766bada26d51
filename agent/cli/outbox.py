"""`genklang outbox`: what waits to leave."""

import typer

from agent.cli.opening import house
from agent.cli.terminal import say

app = typer.Typer(help="What waits to leave.", no_args_is_help=True)


@app.callback()
def _outbox() -> None:
    """Keeps `hold` a command of its own."""


@app.command()
def hold() -> None:
    """Send nothing of what waits until a person has looked: for a database that was restored from a backup.

    Genklang does so by itself where it sees the restore. It cannot see that a PostgreSQL was restored for machines that
    are all new, nor that a disk or a machine was put back as a whole: then call this before `genklang up`.
    """
    from agent.desk.replies.restoring import hold_outbox

    with house() as built, built.store.writing() as unit:
        held = hold_outbox(unit, built)
    say(f"{held} letters are not sent by themselves. The desk lists them under “Problems”.")
