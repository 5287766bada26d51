"""The form of address of single sentences: `formality.jsonl` (`text`, `lang`, `formality`).

Sentences that are neither formal nor informal are left out: an answer has to be one of the two.
"""

from agent.triage.style import formality
from evals.material import Material
from evals.outcome import Outcome
from evals.scorers.labels import Answer, labelled


def score(material: Material) -> Outcome:
    found = [
        Answer(str(row["id"]), row["lang"], row["formality"], formality(row["text"], row["lang"]))
        for row in material.each("formality", material.small("formality.jsonl"))
        if row["formality"] != "neutral"
    ]
    return labelled("formality of sentences", found, with_f1=False)
