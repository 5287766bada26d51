"""The language of one-liners: `lid.jsonl` (`text`, `lang`)."""

from agent.triage.language import detect
from evals.material import Material
from evals.outcome import Outcome
from evals.scorers.labels import Answer, labelled


def score(material: Material) -> Outcome:
    found = [
        Answer(str(row["id"]), row["lang"], row["lang"], detect(row["text"]).value)
        for row in material.each("one-liners", material.small("lid.jsonl"))
    ]
    return labelled("language of one-liners", found, with_f1=False)
