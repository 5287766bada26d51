"""`genklang user`: the accounts of the desk."""

from pathlib import Path
from typing import Annotated

import typer

from agent.cli.opening import database, now
from agent.cli.terminal import read_secret, say, table

app = typer.Typer(help="The people who work at the desk.", no_args_is_help=True)


@app.command()
def add(
    email: Annotated[str, typer.Argument(help="The address to sign in with.")],
    password_file: Annotated[
        Path,
        typer.Option(help="A file whose first line is the password, or - for stdin.", show_default=False),
    ],
    role: Annotated[str, typer.Option(help="agent, lead or admin.")] = "agent",
    name: Annotated[str, typer.Option(help="The name that colleagues see.")] = "",
) -> None:
    """Let a person in."""
    from agent.desk.people.accounts import add_person

    password = read_secret(password_file)
    with database() as (settings, store):
        with store.writing() as unit:
            person = add_person(unit, email=email, role=role, password=password, name=name, now=now())
        say(f"{person.email} may sign in at {settings.desk_url} as {person.role}.")


@app.command("list")
def list_() -> None:
    """Show who may sign in."""
    from agent.desk.people.accounts import list_people

    with database() as (_, store), store.reading() as session:
        rows = [
            (p.email, p.name, p.role, "disabled" if p.disabled else "active") for p in list_people(session)
        ]
    table(
        ("Address", "Name", "Role", "State"), rows, empty="Nobody yet. Add somebody with `genklang user add`."
    )


@app.command()
def disable(email: Annotated[str, typer.Argument(help="The address of the account.")]) -> None:
    """Shut a person out at once; what they did stays on record."""
    from agent.desk.people.accounts import disable_person

    with database() as (_, store):
        with store.writing() as unit:
            person = disable_person(unit, email, now=now())
        say(f"{person.email} is signed out everywhere and cannot sign in any more.")
