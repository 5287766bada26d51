"""How well held-back texts are sorted after so and so many corrections."""

from collections.abc import Sequence
from dataclasses import dataclass

from agent.triage.learning import Correction
from agent.triage.local import LocalTriage
from agent.triage.reading import TriageInput
from agent.triage.taxonomy import Taxonomy
from evals.material import Material
from evals.outcome import Curve, CurvePoint, Figure
from evals.statistics import macro_f1, share

HELD_BACK = 50


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its right category."""

    id: str
    mail: TriageInput
    category: str


def learning_curve(
    material: Material,
    examples: Sequence[Example],
    steps: Sequence[int],
    title: str,
    *,
    held_back: int = HELD_BACK,
    taxonomy: Taxonomy | None = None,
    with_f1: bool = True,
    part: str = "",
) -> tuple[Curve, tuple[Figure, ...]]:
    """Correct all examples but the first `held_back`, in order; after each step sort those held back.

    Macro-F1 says little with a few texts a category: `with_f1` leaves it out.
    """
    tests, lessons = examples[:held_back], examples[held_back:]
    triage, memory = material.learning_triage(taxonomy)
    taught = [correction(triage, one) for one in material.each(f"{title}: corrections", lessons)]
    points, figures = [], []
    learnt = 0
    for step in sorted({min(step, len(lessons)) for step in steps}):
        memory.add(*taught[learnt:step])
        memory.refit()
        learnt = step
        pairs = [
            (test.category, triage.read(test.mail).category.value)
            for test in material.each(f"{title}: after {step}", tests)
        ]
        right = share(
            "right after corrections", [gold == given for gold, given in pairs], f"{part} {step}".strip()
        )
        points.append(CurvePoint(step, right.value, right.low, right.high))
        figures.append(right)
        if with_f1:
            figures.append(macro_f1("macro-F1 after corrections", pairs, right.part))
    return Curve(title, "corrections", tuple(points)), tuple(figures)


def correction(triage: LocalTriage, example: Example) -> Correction:
    """What the memory keeps when a person decides on this text."""
    vector, known = triage.example(example.mail)
    return Correction(example.id, vector, example.category, known=known)
