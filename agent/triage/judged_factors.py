"""The factors of urgency, judged by trained heads that know what the phrase lists found.

The lists quote what they find and know its grade, but people press and threaten in more ways than lists hold. The
heads have read thousands of mails and judge the whole; where only they see a factor, the most telling sentence is
quoted. A phrase that the heads think nothing of is dropped.
"""

from collections.abc import Iterable

import numpy as np

from agent.triage import lettering
from agent.triage.classifier import Head, Model, Seen
from agent.triage.factors import EVIDENCE_LENGTH
from agent.triage.patterns import load_table
from agent.triage.reading import FactorName, Signal
from agent.triage.sentences import matter

YES, NO = "yes", "no"

JUDGED = (FactorName.BUSINESS_IMPACT, FactorName.TIME_CRITICALITY, FactorName.ESCALATION_RISK)
"""The factors that have a head, called like them."""

_GRADES = {
    FactorName.BUSINESS_IMPACT: "degraded",
    FactorName.TIME_CRITICALITY: "indirect",
    FactorName.ESCALATION_RISK: "leave",
}
"""The mildest grade of each: a head says that, not how much."""


def judge(text: str, listed: Iterable[Signal], seen: Seen, model: Model) -> tuple[Signal, ...]:
    """The signals that stand: `listed` ones that are likely enough, and what only the heads see in `text`."""
    by_name = {signal.name: signal for signal in listed}
    numbers = load_table(".", "decisions")["factors"]
    for name in JUDGED:
        likely = model.heads[name].probabilities(seen)[YES]
        if name in by_name and likely < numbers[name]["listed_from"]:
            del by_name[name]
        elif name not in by_name and likely >= numbers[name]["alone_from"]:
            by_name[name] = Signal(name, _telling(text, model.heads[name], model), _GRADES[name])
    return tuple(by_name[name] for name in FactorName if name in by_name)


def _telling(text: str, head: Head, model: Model) -> str:
    """The sentence whose wording speaks most for the factor, shortened at a word where it is long."""
    row = head.letter_weights[head.classes.index(YES)]

    def score(sentence: str) -> float:
        places, values = lettering.weigh(lettering.count(sentence), model.rarity)
        return float(row[places] @ values) if len(places) else -np.inf

    sentence = max(matter(text), key=score, default=text)
    if len(sentence) <= EVIDENCE_LENGTH:
        return sentence
    return sentence[:EVIDENCE_LENGTH].rpartition(" ")[0] + "…"
