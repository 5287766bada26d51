"""Does a correction count from the next mail on, can it be undone, and how does sorting grow with corrections?"""

import random
import time
from collections.abc import Sequence

from agent.privacy.redaction import seal
from agent.triage.reading import TriageInput
from evals.material import Material
from evals.outcome import Better, Figure, Outcome
from evals.samples import Seen, readable
from evals.scorers.learning_curve import Example, correction, folds, learning_curve
from evals.statistics import SEED, bootstrapped, share

STEPS = (0, 10, 25, 50, 100, 200)
"""Corrections after which the held-back mails are sorted again, as far as there are so many."""

FOLDS = 5

CORRECTED = 30
"""Mails that are corrected one by one."""


def score(material: Material) -> Outcome:
    """Single corrections over mails sorted wrongly, and the curve over mails held back."""
    mails = readable(material.seen)
    curve, figures = learning_curve(
        material,
        folds([_example(one) for one in shuffled(mails)], FOLDS),
        STEPS,
        "Sample mails",
        solved=material.solved,
    )
    wrong = [one for one in mails if one.out["category"]["value"] != one.gold["category"]][:CORRECTED]
    return Outcome((*_single(material, wrong), *figures), (curve,))


def shuffled(mails: Sequence[Seen]) -> list[Seen]:
    """The mails in an order that is the same at each run."""
    order = list(mails)
    random.Random(SEED).shuffle(order)  # noqa: S311 - a fixed order, no secret
    return order


def _single(material: Material, wrong: Sequence[Seen]) -> tuple[Figure, ...]:
    """The same mail coming again after one correction, and after that was undone."""
    counted, undone, spent = [], [], []
    for one in material.each("single corrections", wrong):
        triage, memory = material.learning_triage()
        example = _example(one)
        before = triage.read(example.mail).category.value
        taught = correction(triage, example)
        began = time.perf_counter()
        memory.add(taught)
        memory.refit()
        after = triage.read(example.mail).category.value
        spent.append((time.perf_counter() - began) * 1000)
        memory.remove(one.id)
        counted.append(after == one.gold["category"])
        memory.refit()
        undone.append(triage.read(example.mail).category.value == before)
    return (
        share("a correction counts at once", counted),
        share("undoing restores the answer", undone),
        bootstrapped(
            "correction to next answer, ms",
            len(spent),
            lambda drawn: sum(spent[n] for n in drawn) / max(1, len(drawn)),
            better=Better.MACHINE,
        ),
    )


def _example(seen: Seen) -> Example:
    """The people are invented, so the texts are used as they are."""
    new_text = seal(seen.mail.new_text)
    mail = TriageInput(seal(seen.mail.subject), new_text, new_text)
    return Example(seen.id, mail, seen.gold["category"])
