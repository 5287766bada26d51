"""Is it told how the sender writes: form of address, knowledge, length of the answer wanted?"""

from evals.material import Material
from evals.outcome import Outcome
from evals.samples import readable
from evals.scorers.labels import labelled
from evals.scorers.sample.answers import answers

LABELLED = {"formality": "formality", "expertise": "expertise", "wants": "length"}
"""The name of each question in the labels, and in what the analysis prints."""


def score(material: Material) -> Outcome:
    mails = readable(material.seen)
    found = [
        labelled(
            name,
            answers(
                mails,
                lambda gold, label=label: str(gold[label]),  # type: ignore[misc]
                lambda out, name=name: str(out["style"][name]),  # type: ignore[misc]
            ),
            with_f1=name == "expertise",
        )
        for label, name in LABELLED.items()
    ]
    return Outcome(
        tuple(figure for one in found for figure in one.figures),
        tuple(picture for one in found for picture in one.pictures),
        tuple(miss for one in found for miss in one.misses),
    )
