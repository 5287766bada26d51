"""Is the sender's mood told?"""

from evals.material import Material
from evals.outcome import Outcome
from evals.samples import readable
from evals.scorers.labels import labelled
from evals.scorers.sample.answers import answers
from evals.statistics import calibration_error, reliability


def score(material: Material) -> Outcome:
    found = answers(
        readable(material.seen),
        lambda gold: str(gold["sentiment"]),
        lambda out: str(out["sentiment"]["value"]),
        lambda out: float(out["sentiment"]["confidence"]),
    )
    outcome = labelled("sentiment", found)
    sure = [(one.confidence, one.right) for one in found]
    return Outcome(
        (*outcome.figures, calibration_error("calibration error", sure)),
        (*outcome.pictures, reliability("Sentiment: confidence", sure)),
        outcome.misses,
    )
