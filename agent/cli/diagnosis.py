"""`genklang doctor`: is everything well, and if not, what is to be done?"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli import checks
from agent.cli.checks import Finding, State
from agent.cli.opening import now, settings_of_this_folder
from agent.cli.terminal import FAILED, say

if TYPE_CHECKING:
    from agent.settings import Settings

_MARKS = {State.FINE: ("✓", "green"), State.WARNING: ("!", "yellow"), State.PROBLEM: ("✗", "red")}


def add_commands(app: typer.Typer) -> None:
    app.command(rich_help_panel="Looking closer")(doctor)


def doctor(as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False) -> None:
    """Check settings, database, broker, index, model endpoint, disk and each mailbox; say what to do.

    Nothing is changed, fetched or sent. The exit code is 1 when there is a problem.
    """
    settings = settings_of_this_folder()
    findings = []
    for finding in examine(settings):
        findings.append(finding)
        if not as_json:
            _show(finding)
    problems = any(finding.state is State.PROBLEM for finding in findings)
    if as_json:
        shown = {"ok": not problems, "findings": [asdict(finding) for finding in findings]}
        say(json.dumps(shown, ensure_ascii=False, indent=2))
    if problems:
        raise typer.Exit(FAILED)


def examine(settings: "Settings") -> Iterator[Finding]:
    """All findings, one after the other. What needs the database is left out when it does not answer."""
    from agent.desk.settings.polled_mailboxes import list_mailboxes
    from agent.store.session import open_store

    yield Finding("settings", State.FINE, f"They are valid. The data folder is {settings.home.resolve()}.")
    yield checks.disk(settings.home)
    yield checks.company(settings)
    store = open_store(settings.database)
    database = checks.database(store)
    usable = database.state is State.FINE
    yield database
    yield checks.broker(settings)
    yield checks.index(settings, store if usable else None)
    yield checks.model(settings, store if usable else None)
    yield from checks.channels(settings)
    yield from checks.customer_channels(settings)
    yield checks.surveys_address(settings)
    if not usable:
        return
    with store.reading() as session:
        rows = list_mailboxes(session)
    if not rows:
        remedy = "Add one with `genklang mailbox add`."
        yield Finding("mailboxes", State.WARNING, "There is no mailbox yet.", remedy)
    for row in rows:
        yield from checks.mailbox(row, settings.secret_key.encode())
    yield checks.processes(store, now())
    yield from checks.notices(store)


def _show(finding: Finding) -> None:
    mark, colour = _MARKS[finding.state]
    say(f"{typer.style(mark, fg=colour)} {finding.part}: {finding.text}")
    if finding.remedy:
        say(f"  {finding.remedy}")
