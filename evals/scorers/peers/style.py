"""The German form of address, each sentence once with Sie and once with du: CoCoA."""

from agent.triage.style import formality
from evals.material import Material
from evals.outcome import Outcome
from evals.scorers.labels import Answer, accuracy, misses
from evals.statistics import confusion

FILE = "4_triage/cocoa_formality_de/test.jsonl.gz"
LIMIT = 400


def score(material: Material) -> Outcome:
    found = [
        Answer(f"cocoa/{number}", "de", form, formality(row[f"de_{form}"], "de"))
        for number, row in enumerate(material.each("CoCoA", material.peers(FILE, LIMIT)))
        for form in ("formal", "informal")
    ]
    return Outcome(
        (
            accuracy("formality", found, "CoCoA"),
            *(
                accuracy("formality", [one for one in found if one.gold == form], f"CoCoA {form}")
                for form in ("formal", "informal")
            ),
        ),
        (confusion("Formality, CoCoA", [(one.gold, one.given) for one in found]),),
        misses(found),
    )
