"""`genklang eval`: run the suites, and set each figure beside the stored baseline."""

import json
import math
from pathlib import Path

from rich.console import Console
from rich.table import Table

from agent.errors import WrongUse
from evals.suites import SUITES, Figure, Progress, analyse_samples

BASELINE = Path(__file__).parent / "baselines" / "sample.json"
WORSE_BY = 0.02  # less than this is noise of rounding and ties


def main(suite: str = "", *, as_json: bool = False, said: Progress = lambda _done, _all: None) -> bool:
    """Whether no figure fell below its baseline; `said` hears how far it is. Raises `WrongUse` for an unknown suite."""
    if suite and suite not in SUITES:
        raise WrongUse(f"There is no suite {suite!r}.", remedy=f"Suites: {', '.join(SUITES)}.")
    seen = analyse_samples(said)
    wanted = {suite: SUITES[suite]} if suite else SUITES
    figures = {name: measure(seen) for name, measure in wanted.items()}
    baseline = json.loads(BASELINE.read_text(encoding="utf-8")) if BASELINE.exists() else {}
    if as_json:
        print(
            json.dumps(
                {name: [_plain(figure) for figure in found] for name, found in figures.items()}, indent=2
            )
        )
    else:
        _show(figures, baseline)
    return not any(
        figure.value < baseline.get(name, {}).get(figure.name, 0.0) - WORSE_BY
        for name, found in figures.items()
        for figure in found
    )


def interval(figure: Figure) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    n, p, z = max(1, figure.count), figure.value, 1.96
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def _plain(figure: Figure) -> dict[str, object]:
    low, high = interval(figure)
    return {
        "name": figure.name,
        "value": round(figure.value, 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "count": figure.count,
    }


def _show(figures: dict[str, list[Figure]], baseline: dict[str, dict[str, float]]) -> None:
    table = Table(box=None, header_style="bold")
    for column in ("Suite", "Figure", "Now", "95 %", "Baseline", "Mails"):
        table.add_column(column, justify="left" if column in {"Suite", "Figure"} else "right")
    for name, found in figures.items():
        for figure in found:
            low, high = interval(figure)
            before = baseline.get(name, {}).get(figure.name)
            table.add_row(
                name,
                figure.name,
                f"{figure.value:.3f}",
                f"{low:.2f}–{high:.2f}",
                "–" if before is None else f"{before:.3f}",
                str(figure.count),
            )
    Console().print(table)
