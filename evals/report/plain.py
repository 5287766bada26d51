"""The results as plain values for other programs."""

from typing import Any

from evals.run import Compared, Result


def plain(results: list[Result]) -> dict[str, Any]:
    """By scorer: its figures, or why it was skipped."""
    return {
        result.scorer.name: (
            {"skipped": result.skipped}
            if result.outcome is None
            else {"seconds": round(result.seconds, 2), "figures": [_plain(one) for one in result.compared]}
        )
        for result in results
    }


def _plain(one: Compared) -> dict[str, Any]:
    figure = one.figure
    return {
        "name": figure.name,
        "part": figure.part,
        "value": round(figure.value, 4),
        "low": round(figure.low, 4),
        "high": round(figure.high, 4),
        "count": figure.count,
        "better": figure.better.value,
        "baseline": one.before,
        "verdict": one.verdict.value,
    }
