"""Is what the sender newly wrote told from signature and quoted history?"""

from collections.abc import Sequence

from evals.material import Material
from evals.outcome import Figure, Miss, Outcome
from evals.samples import Seen, people
from evals.scorers.parts import by_language
from evals.statistics import share, word_bag_f1

SAME = 0.95
"""The word-bag F1 from which two texts count as the same."""


def score(material: Material) -> Outcome:
    """The share of people's mails whose newly written text is right."""
    mails = people(material.seen)

    def right(seen: Sequence[Seen], part: str) -> Figure:
        return share("new text right", [agreement(one) >= SAME for one in seen], part)

    misses = [
        Miss(one.id, f"word-bag F1 ≥ {SAME}", f"{agreement(one):.2f}")
        for one in mails
        if agreement(one) < SAME
    ]
    return Outcome(tuple(by_language(mails, lambda one: one.language, right)), misses=tuple(misses))


def agreement(seen: Seen) -> float:
    """Word-bag F1 of the newly written text, 0 for a mail that could not be read."""
    return 0.0 if seen.failed else word_bag_f1(seen.gold["new_text"], seen.out["new_text"])
