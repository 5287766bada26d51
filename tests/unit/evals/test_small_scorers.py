"""What the scorers of short texts count."""

import json
from pathlib import Path
from typing import Any

import pytest

from agent.privacy.redaction import NOTHING, seal
from agent.triage import taxonomy
from agent.triage.reading import TriageInput
from evals.material import Material
from evals.outcome import Outcome
from evals.scorers.learning_curve import Example, Split, folds, learning_curve
from evals.scorers.small import formality, hiding, language, retrieval


def put(folder: Path, name: str, *rows: dict[str, Any]) -> Material:
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return Material(small=folder)


def values(outcome: Outcome) -> dict[str, float]:
    return {figure.key: round(figure.value, 3) for figure in outcome.figures}


def test_one_liners_are_told_by_language(tmp_path: Path) -> None:
    material = put(
        tmp_path,
        "lid.jsonl",
        {"id": "a", "lang": "de", "text": "Wann kommt meine Bestellung endlich an?"},
        {"id": "b", "lang": "sv", "text": "When will my order arrive at last?"},
    )
    assert values(language.score(material)) == {
        "language of one-liners right": 0.5,
        "language of one-liners right · sv": 0.0,
        "language of one-liners right · de": 1.0,
    }


def test_sentences_without_a_form_of_address_are_left_out(tmp_path: Path) -> None:
    row = {"lang": "de", "text": "Könnten Sie mir bitte Ihre Rechnung senden?"}
    material = put(
        tmp_path,
        "formality.jsonl",
        row | {"id": "a", "formality": "formal"},
        row | {"id": "b", "formality": "neutral"},
    )
    (figure,) = formality.score(material).figures
    assert (figure.value, figure.count) == (1.0, 1)


def test_short_texts_are_hidden_under_our_names_for_their_kinds(tmp_path: Path) -> None:
    text = "My number is +45 20 12 34 56, I live in Aarhus."
    row = {"id": "a", "lang": "en", "text": text, "entities": [[13, 28, "PHONE"], [40, 46, "LOC"]]}
    for name in hiding.SETS:
        material = put(tmp_path, f"{name}.jsonl", row)
    found = values(hiding.score(material))
    assert found["hidden · ids PHONE"] == 1.0
    assert found["hidden · ids"] == 1.0, "a town alone is no personal data"


def test_cases_are_found_across_languages(tmp_path: Path) -> None:
    material = put(
        tmp_path,
        "retrieval.jsonl",
        {"id": "a", "case_lang": "en", "case": "The printer shows a paper jam; remove the sheet behind the flap.",
         "query_lang": "de", "query": "Der Drucker meldet Papierstau, was soll ich tun?"},
        {"id": "b", "case_lang": "de", "case": "Die Rechnung wurde doppelt abgebucht, der Betrag wird erstattet.",
         "query_lang": "de", "query": "Sie haben den Betrag zweimal von meinem Konto abgebucht."},
    )  # fmt: skip
    found = values(retrieval.score(material))
    assert found["short cases recall@1 · other language"] == 1.0
    assert found["short cases recall@5 · cases"] == 1.0


@pytest.mark.parametrize("with_f1", [True, False])
def test_a_curve_rises_with_what_was_taught(*, with_f1: bool) -> None:
    """Two categories that nothing was trained on, and held-back texts close to what people corrected."""
    bakery = [
        "The bread was stale",
        "The bread rolls were stale",
        "Stale bread again",
        "The loaf of bread was stale",
    ]
    parking = [
        "No parking permit came",
        "My parking permit is missing",
        "Parking permit not here",
        "The parking permit is lost",
    ]
    texts = [
        (text, slug)
        for pair in zip(bakery, parking, strict=True)
        for text, slug in zip(pair, "xy", strict=True)
    ]
    examples = [Example(str(n), _input(text), f"own_{slug}") for n, (text, slug) in enumerate(texts)]
    own = taxonomy.load({f"own_{slug}": {"description": "something else"} for slug in "xy"})
    curve, figures = learning_curve(
        Material(), [Split(examples[2:], examples[:2])], (0, 6, 900), "x", taxonomy=own, with_f1=with_f1
    )
    assert [point.x for point in curve.points] == [0, 6], "no step beyond what there is to teach"
    assert curve.points[-1].value == 1.0
    assert curve.points[0].value < 1.0
    assert len(figures) == (4 if with_f1 else 2)


def test_folds_hold_each_example_back_once_and_never_teach_what_they_ask() -> None:
    examples = [Example(str(n), _input("x"), "x") for n in range(7)]
    splits = folds(examples, 3)
    assert sorted(one.id for split in splits for one in split.tests) == [str(n) for n in range(7)]
    for split in splits:
        assert {one.id for one in split.lessons}.isdisjoint(one.id for one in split.tests)
        assert len(split.lessons) + len(split.tests) == len(examples)


def _input(text: str) -> TriageInput:
    sealed = seal(text)
    return TriageInput(NOTHING, sealed, sealed)
