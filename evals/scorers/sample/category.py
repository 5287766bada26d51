"""Is the mail sorted rightly, is the confidence what it says, and is what is not handed to a person right?"""

from evals.material import Material
from evals.outcome import Outcome
from evals.samples import readable
from evals.scorers.labels import labelled
from evals.scorers.sample.answers import answers
from evals.statistics import calibration_error, reliability, share


def score(material: Material) -> Outcome:
    mails = readable(material.seen)
    found = answers(
        mails,
        lambda gold: str(gold["category"]),
        lambda out: str(out["category"]["value"]),
        lambda out: float(out["category"]["confidence"]),
    )
    outcome = labelled("category", found)
    sure = [(one.confidence, one.right) for one in found]
    kept = [one for one, seen in zip(found, mails, strict=True) if not seen.out["category"]["needs_review"]]
    surest = sorted(found, key=lambda one: -one.confidence)[: round(len(found) * 2 / 3)]
    return Outcome(
        (
            *outcome.figures,
            calibration_error("calibration error", sure),
            share("not sent to manual sorting", [one in kept for one in found]),
            share("right where not sent to manual sorting", [one.right for one in kept]),
            share("right in the surest two thirds", [one.right for one in surest]),
        ),
        (*outcome.pictures, reliability("Category: confidence", sure)),
        outcome.misses,
    )
