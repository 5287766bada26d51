"""How sorting grows with corrections on short texts of other companies: all of `classify*.jsonl` together.

Texts that say the same in several languages share the number in their id. They are held back together, so that no
text is sorted by its own translation.
"""

import random
from collections import defaultdict

from agent.privacy.redaction import NOTHING, seal
from agent.triage import taxonomy
from agent.triage.reading import TriageInput
from evals.material import Material
from evals.outcome import Outcome
from evals.rows import Row
from evals.scorers.learning_curve import Example, Split, learning_curve
from evals.scorers.small.triage import MERGED, SETS
from evals.statistics import SEED

STEPS = (0, 25, 50, 100, 200)

FOLDS = 5


def score(material: Material) -> Outcome:
    """The curve over texts held back, for a company that keeps praise and everything else in one category."""
    matters: dict[tuple[str, str], list[Example]] = defaultdict(list)
    for name in SETS:
        for row in material.small(f"{name}.jsonl"):
            matters[name, row["id"][2:]].append(_example(row))
    curve, figures = learning_curve(
        material, splits(list(matters.values())), STEPS, "Short texts", taxonomy=_one_for_praise()
    )
    return Outcome(figures, (curve,))


def splits(matters: list[list[Example]]) -> list[Split]:
    """Each matter is held back once, in all its languages; the others are corrected in an order that is always the same."""
    order = random.Random(SEED)  # noqa: S311 - a fixed order, no secret
    order.shuffle(matters)
    found = []
    for held in range(FOLDS):
        lessons = [one for place, matter in enumerate(matters) if place % FOLDS != held for one in matter]
        order.shuffle(lessons)
        found.append(Split(lessons, [one for matter in matters[held::FOLDS] for one in matter]))
    return found


def _one_for_praise() -> taxonomy.Taxonomy:
    """The shipped categories without those that these sets have in one, which is the company's "other"."""
    shut = {slug: {"enabled": False} for slug in MERGED if slug != taxonomy.FALLBACK}
    praise = {"description": "praise, thanks, suggestions and everything else"}
    return taxonomy.load({**shut, taxonomy.FALLBACK: praise})


def _example(row: Row) -> Example:
    text = seal(row["text"])
    category = row["category"]
    known = category if category not in MERGED.values() else taxonomy.FALLBACK
    return Example(row["id"], TriageInput(NOTHING, text, text), known)
