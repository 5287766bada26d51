"""A run over chosen scorers, and what is shown of it."""

import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from agent.cli.main import app
from agent.errors import WrongUse
from evals import baseline
from evals.material import Material
from evals.outcome import Confusion, Curve, CurvePoint, Figure, Miss, Outcome, Reliability, ReliabilityStep
from evals.report.page import page
from evals.report.plain import plain
from evals.report.terminal import show
from evals.run import Result, choose, is_fine, keep, run
from evals.suites import SCORERS, Scorer, Source

SCORER = Scorer("category", Source.SAMPLE, "category")

OUTCOME = Outcome(
    figures=(Figure("category right", 0.5, 0.3, 0.7, 20), Figure("category right", 0.25, 0.1, 0.5, 4, "da")),
    pictures=(
        Confusion("Category", ("billing", "<other>"), ((3, 1), (0, 2))),
        Reliability("Confidence", (ReliabilityStep(0.4, 0.5, 4), ReliabilityStep(0.9, 0.8, 16))),
        Curve("Learning", "corrections", (CurvePoint(0, 0.4, 0.3, 0.5), CurvePoint(200, 0.8, 0.7, 0.9))),
    ),
    misses=(Miss("m1", "billing", "other"),),
)


@pytest.fixture
def results(tmp_path: Path) -> list[Result]:
    """One scorer that got worse than its baseline, and one that was skipped."""
    better = Outcome((Figure("category right", 0.9, 0.8, 0.95, 20),))
    keep([Result(SCORER, better)], tmp_path)

    class Known(Scorer):
        def score(self, material: Material) -> Outcome:
            return OUTCOME

    known = Known("category", Source.SAMPLE, "category")
    return run((known, Scorer("style", Source.PEERS, "style")), Material(), baseline.load(tmp_path))


def test_every_scorer_named_exists() -> None:
    from importlib import import_module

    for one in SCORERS:
        assert callable(getattr(import_module(f"evals.scorers.{one.source}.{one.module}"), one.function))


def test_names_of_scorers_are_unique_because_baselines_are_kept_by_them() -> None:
    assert len({one.name for one in SCORERS}) == len(SCORERS)


def test_an_unknown_suite_is_answered_with_the_known_ones() -> None:
    with pytest.raises(WrongUse, match="reading"):
        choose("nonsense")
    with pytest.raises(WrongUse):
        choose("speed", Source.PEERS)


def test_what_is_absent_is_skipped_with_a_word(results: list[Result]) -> None:
    assert results[1].outcome is None
    assert "--peers" in results[1].skipped


def test_a_figure_below_its_baseline_is_marked_and_fails_the_run(results: list[Result]) -> None:
    assert not is_fine(results)
    shown = io.StringIO()
    show(results, Console(file=shown, width=160, force_terminal=True, no_color=True), misses=True)
    assert "▼ worse" in shown.getvalue()
    assert "0.900" in shown.getvalue()
    assert "skipped" in shown.getvalue()
    assert "m1" in shown.getvalue()


def test_another_program_gets_a_line_a_figure(results: list[Result]) -> None:
    shown = io.StringIO()
    show(results, Console(file=shown, width=20))
    assert (
        shown.getvalue().splitlines()[0] == "category\tcategory right\t\t0.500\t0.30–0.70\t0.900\t20\t▼ worse"
    )


def test_a_brief_table_leaves_single_languages_out(results: list[Result]) -> None:
    shown = io.StringIO()
    show(results, Console(file=shown), brief=True)
    assert len([line for line in shown.getvalue().splitlines() if line.startswith("category")]) == 1


def test_plain_values_hold_what_the_tables_show(results: list[Result]) -> None:
    found = plain(results)
    figures = found[SCORER.name]["figures"]
    assert [(one["part"], one["value"], one["verdict"]) for one in figures] == [
        ("", 0.5, "worse"),
        ("da", 0.25, "new"),
    ]
    assert "skipped" in found["style/peers/style"]
    json.dumps(found)


def test_the_page_needs_nothing_from_outside(results: list[Result]) -> None:
    text = page(results, datetime(2026, 3, 3, tzinfo=UTC))
    assert "<script" not in text
    assert not re.search(r"(?:src|href)=[\"'](?!#)", text)
    assert "url(" not in text
    assert "@import" not in text


def test_the_page_shows_tables_pictures_and_verdicts(results: list[Result]) -> None:
    text = page(results, datetime(2026, 3, 3, tzinfo=UTC))
    assert text.count("<svg") == 2
    assert "1 worse than the baseline" in text
    assert "&lt;other&gt;" in text, "labels are escaped"
    assert "after 200: 0.80" in text
    assert "prefers-color-scheme: dark" in text


def test_the_command_runs_one_suite_on_a_folder(tmp_path: Path) -> None:
    rows = [
        {
            "id": "a",
            "lang": "de",
            "formality": "formal",
            "text": "Könnten Sie mir bitte die Rechnung senden?",
        },
        {
            "id": "b",
            "lang": "de",
            "formality": "informal",
            "text": "hey kannst du mal schauen?? geht nicht :(",
        },
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "formality.jsonl").write_text(lines, encoding="utf-8")
    report = tmp_path / "report.html"
    command = [
        "eval",
        "style",
        "--source",
        "small",
        "--small",
        str(tmp_path),
        "--json",
        "--html",
        str(report),
    ]
    answer = CliRunner().invoke(app, command)
    found = json.loads(answer.stdout)["style/small/formality"]["figures"][0]
    assert found["name"] == "formality of sentences right"
    assert found["value"] == 1.0
    assert report.read_text(encoding="utf-8").startswith("<!doctype html>")
