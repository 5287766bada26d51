"""The figures of an earlier run, kept as JSON, and how today's compare with them."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Any

from evals.outcome import Better, Figure
from evals.suites import Scorer, Source

FOLDER = Path(__file__).parent / "baselines"

Stored = dict[str, dict[str, dict[str, float]]]
"""By scorer and figure: value, low and high end of its interval, count."""


class Verdict(StrEnum):
    """How a figure compares: beyond the interval of the earlier run, or not."""

    NEW = "new"
    SAME = "same"
    BETTER = "better"
    WORSE = "worse"


def load(folder: Path = FOLDER) -> Stored:
    """All stored figures; none where nothing was stored yet."""
    stored: Stored = {}
    for source in Source:
        file = folder / f"{source}.json"
        if file.exists():
            stored.update(json.loads(file.read_text(encoding="utf-8")))
    return stored


def save(found: dict[Scorer, tuple[Figure, ...]], folder: Path = FOLDER) -> list[Path]:
    """Keep the figures of these scorers, one file a source; what other scorers stored stays."""
    folder.mkdir(parents=True, exist_ok=True)
    stored, files = load(folder), []
    for source in dict.fromkeys(scorer.source for scorer in found):
        kept = {name: one for name, one in stored.items() if name.split("/")[1] == source}
        kept |= {
            scorer.name: {figure.key: _plain(figure) for figure in figures}
            for scorer, figures in found.items()
            if scorer.source is source
        }
        file = folder / f"{source}.json"
        file.write_text(
            json.dumps(kept, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        files.append(file)
    return files


def _plain(figure: Figure) -> dict[str, Any]:
    return {
        "value": round(figure.value, 4),
        "low": round(figure.low, 4),
        "high": round(figure.high, 4),
        "count": figure.count,
    }


def earlier(stored: Stored, scorer: Scorer, figure: Figure) -> float | None:
    """The stored value of a figure, or None."""
    found = stored.get(scorer.name, {}).get(figure.key)
    return None if found is None else found["value"]


def verdict(stored: Stored, scorer: Scorer, figure: Figure) -> Verdict:
    """Worse or better where the value lies outside the earlier run's interval.

    A share of other items than before (a smaller `--limit`) has an interval of its own to lie in, too.
    """
    found = stored.get(scorer.name, {}).get(figure.key)
    if found is None:
        return Verdict.NEW
    if figure.better is Better.MACHINE:
        return Verdict.SAME
    falls = figure.value < found["low"] and figure.high < found["value"] + _ROUNDED
    rises = figure.value > found["high"] and figure.low > found["value"] - _ROUNDED
    if figure.count == found["count"]:
        falls, rises = figure.value < found["low"] - _ROUNDED, figure.value > found["high"] + _ROUNDED
    if not (falls or rises):
        return Verdict.SAME
    return Verdict.WORSE if falls is (figure.better is Better.HIGHER) else Verdict.BETTER


_ROUNDED = 0.0001
