"""Learning from pairs of question and answer."""

import json
from pathlib import Path

import numpy as np
import pytest

from knowledge.centering import Centering
from knowledge.fitting import PAIRS, Task, _contrast, fit, inputs_hash, read_pairs
from tests.unit.knowledge.library import WordEmbedder

LANGUAGES = {"da", "nb", "sv", "de", "en"}


def write(folder: Path, name: str, *titles: str) -> None:
    rows = [
        {
            "lang": "en",
            "title": title,
            "body": f"About {title} and what to do with it.",
            "queries": [{"lang": "da", "text": f"Hvad med {title}?"}],
            "case": {"lang": "en", "question": f"My {title} fails.", "answer": f"Turn the {title}."},
        }
        for title in titles
    ]
    (folder / name).write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")


def test_the_shipped_pairs_ask_and_answer_in_five_languages() -> None:
    pairs = read_pairs()
    assert {pair.language for pair in pairs} == LANGUAGES
    assert {pair.answer.language for pair in pairs} == LANGUAGES
    assert len({pair.answer for pair in pairs}) == 2 * 10 * len(list(PAIRS.glob("*.jsonl")))


def test_the_hash_changes_with_the_pairs(tmp_path: Path) -> None:
    write(tmp_path, "a.jsonl", "pump")
    before = inputs_hash(tmp_path)
    write(tmp_path, "a.jsonl", "pumps")
    assert inputs_hash(tmp_path) != before


def test_the_slope_is_that_of_the_loss() -> None:
    """A step along the slope changes the loss as much as the slope says."""
    random = np.random.default_rng(3)
    rows = [random.normal(size=(count, 4)).astype(np.float32) for count in (3, 5)]
    questions, passages = (row / np.linalg.norm(row, axis=1, keepdims=True) for row in rows)
    task = Task(questions, passages, np.array([0, 2, 4]), np.array([0, 1, 2]))
    matrix = (np.eye(4) + 0.1 * random.normal(size=(4, 4))).astype(np.float32)
    _, slope = _contrast(matrix, task)
    step = np.zeros((4, 4), np.float32)
    step[1, 2] = 1e-2
    change = (_contrast(matrix + step, task)[0] - _contrast(matrix - step, task)[0]) / 2e-2
    assert change == pytest.approx(float(slope[1, 2]), abs=0.02)


def test_fitting_brings_questions_nearer_to_their_own_answers_and_gives_the_same_twice(
    tmp_path: Path,
) -> None:
    write(tmp_path, "a.jsonl", "pump", "sauna", "lamp", "door")
    pairs, embedder = read_pairs(tmp_path), WordEmbedder()
    fitted = fit(pairs, embedder)
    again = fit(pairs, embedder)
    row = embedder.embed(["Hvad med lamp?"])
    assert np.array_equal(fitted.question(row, "da"), again.question(row, "da"))
    plain = Centering(fitted._questions, fitted._documents)

    def lead(centering: Centering) -> float:
        asked = centering.question(row, "da")[0]
        right, wrong = centering.document(embedder.embed(["lamp", "sauna"]), "en")
        return float(asked @ right - asked @ wrong)

    assert lead(fitted) > lead(plain)
