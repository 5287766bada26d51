"""Is the language of the newly written text told?"""

from evals.material import Material
from evals.outcome import Outcome
from evals.samples import readable
from evals.scorers.labels import labelled
from evals.scorers.sample.answers import answers


def score(material: Material) -> Outcome:
    found = answers(readable(material.seen), lambda gold: str(gold["lang"]), lambda out: str(out["language"]))
    return labelled("language", found, with_f1=False)
