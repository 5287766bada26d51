"""`genklang audit`: whether anybody changed the trail of who did what."""

from typing import Annotated

import typer

from agent.cli.opening import database
from agent.cli.terminal import say

app = typer.Typer(help="The trail of who did what.", no_args_is_help=True)


@app.callback()
def _audit() -> None:
    """The trail of who did what."""


@app.command()
def verify(
    holds: Annotated[
        str,
        typer.Option(
            "--holds", metavar="HASH", help="A hash noted earlier, which must still be in the trail."
        ),
    ] = "",
) -> None:
    """Check that each event follows from the one before. Exit code 1 where one does not."""
    from sqlalchemy import func, select

    from agent.desk.audit import first_break
    from agent.store.queries.audit_trail import newest
    from agent.store.tables import AuditRow

    with database() as (_, store), store.reading() as session:
        broken, last = first_break(session), newest(session)
        count = session.scalar(select(func.count()).select_from(AuditRow)) or 0
        known = not holds or session.scalar(select(AuditRow.id).where(AuditRow.hash == holds)) is not None
    if broken is not None:
        say(f"Event {broken} does not follow from the one before it: the trail was changed.")
        raise typer.Exit(1)
    if not known:
        say(f"No event has the hash {holds}: the trail was cut off or written anew.")
        raise typer.Exit(1)
    say(f"The trail is whole: {count} events.")
    if last is not None:
        say(f"Newest hash: {last.hash}")
