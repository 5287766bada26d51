"""How much of the labelled personal data is hidden, by type, and how many ordinary words with it?"""

import re
from collections.abc import Sequence

from agent.privacy.redaction import PiiSpan, PiiType
from evals.material import Material
from evals.outcome import Figure, Outcome
from evals.samples import Seen
from evals.scorers.hidden import figures
from evals.scorers.parts import by_language
from evals.scorers.redaction import Sample, Score, tally
from evals.statistics import share_of


def score(material: Material) -> Outcome:
    """Over subject, new text, signature and quoted history of every mail, robots too."""
    mails = [one for one in material.seen if not one.failed]
    total = tallied(mails)
    languages = by_language(mails, lambda one: one.language, lambda own, part: _recall(tallied(own), part))[
        1:
    ]
    return figures(total, extra=tuple(languages))


def _recall(total: Score, part: str) -> Figure:
    return share_of("hidden", total.hidden.total(), total.gold.total(), part)


def tallied(mails: Sequence[Seen]) -> Score:
    total = Score()
    for one in mails:
        spans = tuple(
            PiiSpan(PiiType(span["type"]), span["text"], span["start"], span["end"], span["score"])
            for span in one.out["pii"]
        )
        tally(total, Sample(one.id, one.text, gold_places(one), one.language), spans)
    return total


def gold_places(seen: Seen) -> tuple[tuple[int, int, str], ...]:
    """Every place where a labelled string stands as a word of its own."""
    return tuple(
        (found.start(), found.end(), entry["type"])
        for entry in seen.gold["pii"]
        for found in re.finditer(rf"(?<!\w){re.escape(entry['text'])}(?!\w)", seen.text)
    )
