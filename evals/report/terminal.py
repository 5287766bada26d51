"""The results as tables in the terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.triage.reading import LANGUAGES
from evals.baseline import Verdict
from evals.outcome import Better
from evals.report.wording import interval, value
from evals.run import Compared, Result

Row = tuple[str | Text, ...]

_MARKS = {
    Verdict.WORSE: ("▼ worse", "bold red"),
    Verdict.BETTER: ("▲ better", "green"),
    Verdict.SAME: ("", ""),
}


def show(results: list[Result], console: Console, *, misses: bool = False, brief: bool = False) -> None:
    """One table of the figures; then what was skipped, and where wished what went wrong.

    `brief` leaves out single languages, unless one of them is worse than the baseline.
    """
    rows = [
        _row(result, one)
        for result in results
        for one in result.compared
        if not (brief and one.figure.part in LANGUAGES and one.verdict is not Verdict.WORSE)
    ]
    if not console.is_terminal:  # another program reads: one line a figure, nothing cut or wrapped
        for row in rows:
            console.file.write("\t".join(map(str, row)) + "\n")
    elif rows:
        console.print(_table(rows))
    for result in results:
        if result.skipped:
            console.print(Text(f"{result.scorer.name}: skipped, {result.skipped}.", style="dim"))
    for result in results if misses else ():
        for miss in result.outcome.misses if result.outcome else ():
            console.print(
                Text(f"{result.scorer.suite}\t{miss.item}\twanted {miss.wanted}\tcame {miss.came}"),
                soft_wrap=True,
            )


def _table(rows: list[Row]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("Suite", "Figure", "Part"):
        table.add_column(column)
    for column in ("Now", "95 %", "Baseline", "Items"):
        table.add_column(column, justify="right")
    table.add_column("")
    for row in rows:
        table.add_row(*row)
    return table


def _row(result: Result, one: Compared) -> Row:
    figure = one.figure
    mark, style = _MARKS.get(one.verdict, ("", ""))
    arrow = " ↓" if figure.better is Better.LOWER else ""
    return (
        result.scorer.suite,
        Text(figure.name + arrow),
        Text(figure.part),
        value(figure.value),
        interval(figure),
        "–" if one.before is None else value(one.before),
        str(figure.count),
        Text(mark, style=style),
    )
