"""How sorting into 77 intents of a bank grows with corrections: banking77."""

import random
from itertools import chain, zip_longest

from agent.privacy.redaction import NOTHING, seal
from agent.triage import taxonomy
from agent.triage.reading import TriageInput
from evals.material import Material
from evals.outcome import Outcome
from evals.rows import Row
from evals.scorers.learning_curve import Example, Split, learning_curve
from evals.statistics import SEED

FILE = "4_triage/banking77/train.jsonl.gz"
LIMIT = 3_616
"""Corrections and the texts held back, eight of each intent, together."""

HELD_BACK = 616
STEPS = (0, 100, 300, 1_000, 3_000)


def score(material: Material) -> Outcome:
    """The curve over texts held back. Intents take turns, so that each has its share of the corrections."""
    rows = turns(material.peers(FILE))[: material.limit or LIMIT]
    examples = [Example(str(number), _input(row), row["label"]) for number, row in enumerate(rows)]
    held_back = min(HELD_BACK, len(examples) // 3)
    curve, figures = learning_curve(
        material,
        [Split(lessons=examples[held_back:], tests=examples[:held_back])],
        STEPS,
        "banking77",
        taxonomy=_intents({row["label"] for row in rows}),
        with_f1=False,
        part="banking77",
    )
    return Outcome(figures, (curve,))


def turns(rows: list[Row]) -> list[Row]:
    """One row of each label, then the next of each, in an order that is the same at each run."""
    by_label: dict[str, list[Row]] = {}
    for row in rows:
        by_label.setdefault(row["label"], []).append(row)
    order = random.Random(SEED)  # noqa: S311 - a fixed order, no secret
    for own in by_label.values():
        order.shuffle(own)
    return [row for row in chain.from_iterable(zip_longest(*by_label.values())) if row is not None]


def _intents(labels: set[str]) -> taxonomy.Taxonomy:
    """A company whose categories are the intents, described by their names alone."""
    shipped = {slug: {"enabled": False} for slug in taxonomy.load().slugs if slug != taxonomy.FALLBACK}
    own = {label: {"description": label.replace("_", " ")} for label in sorted(labels)}
    return taxonomy.load({**shipped, **own})


def _input(row: Row) -> TriageInput:
    text = seal(row["text"])
    return TriageInput(NOTHING, text, text, known_language="en")
