"""`genklang customers`: what the company knows of its customers."""

from pathlib import Path
from typing import Annotated

import typer

from agent.cli.opening import database, now
from agent.cli.terminal import progress, read_text, say, whisper

app = typer.Typer(help="The customers, from a CRM's export.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps `import` a command of its own."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A CSV in UTF-8 with a header line, or - for stdin.")],
) -> None:
    """Take in customers: email, name, company, tier, annual_revenue_eur, language, owner, segment, country.

    Other columns are kept as attributes. A bad row is reported with its line and skipped.
    """
    from agent.desk.customers.records import import_customers

    lines = read_text(file).splitlines(keepends=True)
    with database() as (_, store), store.writing() as unit, progress("Customers") as bar:
        report = import_customers(unit, bar.each(lines, len(lines)), now())
    for bad in report.bad_rows:
        whisper(f"{file}:{bad.line}: {bad.reason} The row was skipped.")
    say(f"{report.added} added, {report.updated} updated, {len(report.bad_rows)} skipped.")
    if report.bad_rows and not report.added and not report.updated:
        raise typer.Exit(1)
