"""`genklang eval`: run the suites, set each figure beside the stored baseline, and show all of it."""

import time
from dataclasses import dataclass
from pathlib import Path

from agent.errors import WrongUse
from evals import baseline
from evals.baseline import Stored, Verdict
from evals.material import Material
from evals.outcome import Figure, Outcome
from evals.rows import Absent
from evals.suites import SCORERS, SUITES, Scorer, Source


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure beside what an earlier run stored of it."""

    figure: Figure
    before: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Result:
    """What one scorer found, or in words why it was skipped; `seconds` by the clock."""

    scorer: Scorer
    outcome: Outcome | None
    compared: tuple[Compared, ...] = ()
    skipped: str = ""
    seconds: float = 0.0


def choose(suite: str = "", source: Source | None = None) -> tuple[Scorer, ...]:
    """The scorers of a suite (all where none is named), of one source where given. Raises `WrongUse`."""
    if suite and suite not in SUITES:
        raise WrongUse(f"There is no suite {suite!r}.", remedy=f"Suites: {', '.join(SUITES)}.")
    found = tuple(one for one in SCORERS if suite in {"", one.suite} and source in {None, one.source})
    if not found:
        raise WrongUse(
            f"The suite {suite!r} has no set of the source {source!r}.", remedy="Leave one of them out."
        )
    return found


def run(scorers: tuple[Scorer, ...], material: Material, stored: Stored) -> list[Result]:
    """Run the scorers in order, each skipped with a word where what it measures on is absent."""
    return [_run(scorer, material, stored) for scorer in scorers]


def _run(scorer: Scorer, material: Material, stored: Stored) -> Result:
    began = time.monotonic()
    try:
        outcome = scorer.score(material)
    except Absent as absent:
        return Result(scorer, None, skipped=str(absent))
    compared = tuple(
        Compared(figure, baseline.earlier(stored, scorer, figure), baseline.verdict(stored, scorer, figure))
        for figure in outcome.figures
    )
    return Result(scorer, outcome, compared, seconds=time.monotonic() - began)


def keep(results: list[Result], folder: Path = baseline.FOLDER) -> list[Path]:
    """Store the figures as the baseline of the runs to come."""
    return baseline.save(
        {result.scorer: result.outcome.figures for result in results if result.outcome is not None}, folder
    )


def is_fine(results: list[Result]) -> bool:
    """Whether no figure is worse than the baseline's interval."""
    return all(one.verdict is not Verdict.WORSE for result in results for one in result.compared)
