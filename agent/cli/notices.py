"""`genklang notices`: how colleagues are told of escalated cases."""

import typer

from agent.cli.opening import house
from agent.cli.terminal import FAILED, say

app = typer.Typer(help="Telling colleagues of escalated cases, by mail and chat.", no_args_is_help=True)


@app.callback()
def _notices() -> None:
    """Telling colleagues of escalated cases, by mail and chat."""


@app.command()
def test() -> None:
    """Send a test notice to each colleague and chat channel that the escalation steps name.

    One line each says what worked. The exit code is 1 when one did not arrive.
    """
    from agent.desk.escalations.trying_notices import try_notices

    failed = count = 0
    with house() as built:
        for tried in try_notices(built):
            count += 1
            failed += not tried.told.sent
            mark = typer.style("✓", fg="green") if tried.told.sent else typer.style("✗", fg="red")
            say(f"{mark} {tried.way} to {tried.target}: {tried.told.outcome}")
    if not count:
        say(
            "Nobody would be told: there is no lead, no administrator and no channel. "
            "Add people with `genklang user add`, or channels in GENKLANG_NOTICE_URLS."
        )
    if failed or not count:
        raise typer.Exit(FAILED)
