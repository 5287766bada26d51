"""How well held-back texts are sorted after so and so many corrections."""

from collections.abc import Sequence
from dataclasses import dataclass

from agent.triage.learning import Correction, Corrections
from agent.triage.local import LocalTriage
from agent.triage.reading import TriageInput
from agent.triage.taxonomy import Taxonomy
from evals.material import Material
from evals.outcome import Curve, CurvePoint, Figure
from evals.statistics import macro_f1, share


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its right category."""

    id: str
    mail: TriageInput
    category: str


@dataclass(frozen=True, slots=True)
class Split:
    """What is corrected, in order, and what is sorted after each step."""

    lessons: Sequence[Example]
    tests: Sequence[Example]


def folds(examples: Sequence[Example], count: int) -> list[Split]:
    """`count` splits in which each example is held back once: a curve over a few hundred texts is less of a lottery."""
    return [
        Split([one for place, one in enumerate(examples) if place % count != held], examples[held::count])
        for held in range(count)
    ]


def learning_curve(
    material: Material,
    splits: Sequence[Split],
    steps: Sequence[int],
    title: str,
    *,
    taxonomy: Taxonomy | None = None,
    solved: Corrections | None = None,
    with_f1: bool = True,
    part: str = "",
) -> tuple[Curve, tuple[Figure, ...]]:
    """In each split, correct the lessons in order, and after each step sort what was held back.

    `solved` are the company's solved cases. Macro-F1 says little with a few texts a category: `with_f1` leaves it out.
    """
    most = min(len(split.lessons) for split in splits)
    counts = sorted({min(step, most) for step in steps})
    given: dict[int, list[tuple[str, str]]] = {count: [] for count in counts}
    for number, split in enumerate(splits, 1):
        triage, memory = material.learning_triage(taxonomy, solved)
        what = f"{title} {number}/{len(splits)}"
        taught = [
            correction(triage, one)
            for one in material.each(f"{what}: corrections", split.lessons[: counts[-1]])
        ]
        for learnt, count in zip([0, *counts], counts, strict=False):
            memory.add(*taught[learnt:count])
            memory.refit()
            given[count] += [
                (test.category, triage.read(test.mail).category.value)
                for test in material.each(f"{what}: after {count}", split.tests)
            ]
    points, figures = [], []
    for step, pairs in given.items():
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
