"""Figures kept from an earlier run, and what counts as worse."""

import json
from pathlib import Path

import pytest

from evals import baseline
from evals.baseline import Verdict
from evals.outcome import Better, Figure
from evals.suites import Scorer, Source

SCORER = Scorer("category", Source.SAMPLE, "category")
OTHER = Scorer("language", Source.SAMPLE, "language")


def figure(value: float, better: Better = Better.HIGHER, *, count: int = 100, part: str = "") -> Figure:
    return Figure("right", value, value - 0.05, value + 0.05, count, part, better)


@pytest.mark.parametrize(
    ("before", "now", "verdict"),
    [
        (figure(0.8), figure(0.8), Verdict.SAME),
        (figure(0.8), figure(0.76), Verdict.SAME),
        (figure(0.8), figure(0.74), Verdict.WORSE),
        (figure(0.8), figure(0.86), Verdict.BETTER),
        (figure(0.1, Better.LOWER), figure(0.16, Better.LOWER), Verdict.WORSE),
        (figure(0.1, Better.LOWER), figure(0.04, Better.LOWER), Verdict.BETTER),
        (figure(0.8, Better.MACHINE), figure(0.2, Better.MACHINE), Verdict.SAME),
    ],
)
def test_a_figure_is_worse_beyond_the_earlier_interval(
    tmp_path: Path, before: Figure, now: Figure, verdict: Verdict
) -> None:
    baseline.save({SCORER: (before,)}, tmp_path)
    assert baseline.verdict(baseline.load(tmp_path), SCORER, now) is verdict


def test_fewer_items_than_before_must_be_worse_beyond_doubt(tmp_path: Path) -> None:
    baseline.save({SCORER: (figure(0.8),)}, tmp_path)
    stored = baseline.load(tmp_path)
    few = Figure("right", 0.7, 0.4, 0.9, 10)
    assert baseline.verdict(stored, SCORER, few) is Verdict.SAME


def test_what_was_never_stored_is_new(tmp_path: Path) -> None:
    baseline.save({SCORER: (figure(0.8),)}, tmp_path)
    stored = baseline.load(tmp_path)
    assert baseline.verdict(stored, SCORER, figure(0.1, part="da")) is Verdict.NEW
    assert baseline.earlier(stored, OTHER, figure(0.1)) is None


def test_saving_one_suite_keeps_the_others(tmp_path: Path) -> None:
    baseline.save({SCORER: (figure(0.8),), OTHER: (figure(0.9),)}, tmp_path)
    (file,) = baseline.save({SCORER: (figure(0.5),)}, tmp_path)
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert kept[SCORER.name]["right"]["value"] == 0.5
    assert kept[OTHER.name]["right"]["value"] == 0.9
