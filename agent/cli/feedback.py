"""`genklang feedback`: events and old feedback taken in, and what would be asked now."""

import json
from pathlib import Path
from typing import Annotated

import typer

from agent.cli.opening import house
from agent.cli.terminal import progress, read_text, say, table, whisper

app = typer.Typer(help="Asking customers for feedback.", no_args_is_help=True)
events = typer.Typer(help="What happened with customers.", no_args_is_help=True)
app.add_typer(events, name="events")

Create = Annotated[bool, typer.Option("--create", help="Open a bare record for a customer who is not known.")]


@events.callback()
def _group() -> None:
    """Keeps `import` a command of its own."""


@events.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="JSON lines in UTF-8, or - for stdin.")], create: Create = False
) -> None:
    """Take in events, and old feedback from which the timing learns.

    An event: {"id", "email", "kind", "at", "data"}. Old feedback: {"id", "email", "asked_at", "answered_at", "channel",
    "survey", "score", "at" (what it was about)}. Nobody is asked because of an old event. What was taken in before counts once.
    """
    from agent.desk.feedback.asking.taking_in import Taken, take_line
    from agent.errors import GenklangError, WrongUse

    counts = {"noted": 0, "known": 0, "skipped": 0}
    lines = [line for line in enumerate(read_text(file).splitlines(), 1) if line[1].strip()]
    with house() as built, built.store.writing() as unit, progress("Events") as bar:
        for number, text in bar.each(lines, len(lines)):
            try:
                line = json.loads(text)
                if not isinstance(line, dict):
                    raise WrongUse("This is no object.", remedy="Write one JSON object a line.")
                taken = take_line(unit, built, line, create=create)
                counts["noted" if taken is Taken.NOTED else "known"] += 1
            except (GenklangError, json.JSONDecodeError) as error:
                counts["skipped"] += 1
                reason = error.message if isinstance(error, GenklangError) else "This is no JSON."
                whisper(f"{file}:{number}: {reason} The line was skipped.")
    say(f"{counts['noted']} taken in, {counts['known']} known already, {counts['skipped']} skipped.")
    if counts["skipped"] and not counts["noted"] and not counts["known"]:
        raise typer.Exit(1)


@app.command()
def plan(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be decided.")] = False,
) -> None:
    """Decide what is due, as the scheduler does by itself; mail then leaves through the outbox."""
    from agent.desk.feedback.asking.planning import plan as plan_some
    from agent.desk.feedback.asking.planning import preview
    from agent.feedback.reasons import sentence
    from agent.feedback.timing.deciding import Ask

    with house() as built:
        if not dry_run:
            done = 0
            while some := plan_some(built):
                done += some
            say(f"{done} requests looked at.")
            return
        zone = built.company.zone
        table(
            ("Customer", "Request", "Rule", "When", "Why"),
            (
                (
                    one.customer_id,
                    one.request_id,
                    one.name,
                    one.decision.when.astimezone(zone).strftime("%Y-%m-%d %H:%M")
                    if isinstance(one.decision, Ask)
                    else "-",
                    sentence(one.decision.reason, "en", zone) if one.decision else "It is over.",
                )
                for one in preview(built)
            ),
            empty="Nothing is due now.",
        )
