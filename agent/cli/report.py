"""`genklang report`: how well the work is done, in figures."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.opening import database, now
from agent.cli.terminal import say, table, whisper

if TYPE_CHECKING:
    from agent.quality.accuracy import CategoryReport, Cell

app = typer.Typer(help="How well the work is done, in figures.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps `accuracy` a command of its own."""


@app.command()
def accuracy(
    weeks: Annotated[int, typer.Option(min=2, max=53, help="So many weeks, the present one included.")] = 8,
    csv_file: Annotated[
        Path | None, typer.Option("--csv", help="Write every category and week into this file.")
    ] = None,
) -> None:
    """Show how well mails were sorted, by category and week, what has shifted, and what to do about it."""
    from agent.company import load_company
    from agent.desk.learning.accuracy import accuracy_report, advice, as_csv
    from agent.desk.settings.live import changed_company

    with database() as (settings, store), store.reading() as session:
        company = changed_company(session, load_company(settings.home / "company.toml"))
        seen = accuracy_report(session, company, now(), weeks=weeks)
    if csv_file is not None:
        csv_file.write_text(as_csv(seen), encoding="utf-8", newline="")
        whisper(f"{csv_file} is written.")
    columns = ("Category", *(f"{week:%d %b}" for week in seen.weeks), "All", "95 %", "Shift")
    rows = [_row(one) for one in (*seen.categories, seen.total)] if seen.total.total.sorted else []
    table(columns, rows, empty="No mail was sorted in these weeks.")
    for one in seen.confusions:
        say(
            f"{one.count} × {one.predicted}{f' ({one.subcategory})' if one.subcategory else ''} → {one.truth}"
        )
    for sentence in advice(seen):
        say(sentence)


def _row(one: "CategoryReport") -> tuple[str, ...]:
    low, high = one.total.interval
    told = []
    if one.less_accurate is not None:
        told.append(f"less accurate since {one.less_accurate.since:%d %b}")
    if one.incoming is not None:
        told.append(
            f"{'more' if one.incoming.after > one.incoming.before else 'fewer'} since {one.incoming.since:%d %b}"
        )
    cells = (_cell(week) for week in one.weeks)
    return (one.category or "all", *cells, _cell(one.total), f"{low:.0%}–{high:.0%}", ", ".join(told))


def _cell(cell: "Cell") -> str:
    return "–" if cell.accuracy is None else f"{cell.accuracy:.0%} of {cell.sorted}"
