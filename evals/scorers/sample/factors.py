"""Is it seen what makes a mail urgent: the business at a standstill, a deadline, a threat?"""

from collections.abc import Sequence
from typing import Any

from evals.material import Material
from evals.outcome import Figure, Outcome
from evals.samples import readable
from evals.scorers.labels import Answer, misses, pairs
from evals.scorers.parts import by_language, flat
from evals.scorers.sample.answers import answers
from evals.statistics import f1_of

LABELLED = {
    "business_impact": "business_impact",
    "time_critical": "time_criticality",
    "escalation_risk": "escalation_risk",
}
"""The name of each factor in the labels, and in what the analysis prints."""

YES, NO = "yes", "no"


def score(material: Material) -> Outcome:
    """F1 of each labelled factor."""
    mails = readable(material.seen)
    by_factor = {
        label: answers(
            mails,
            lambda gold, label=label: _word(gold["factors"][label]),  # type: ignore[misc]
            lambda out, name=name: _word(name in _factors(out)),  # type: ignore[misc]
        )
        for label, name in LABELLED.items()
    }
    return Outcome(
        flat(_f1(label, found) for label, found in by_factor.items()),
        misses=tuple(miss for found in by_factor.values() for miss in misses(found)),
    )


def _f1(label: str, found: Sequence[Answer]) -> list[Figure]:
    return by_language(
        found, lambda one: one.language, lambda own, part: f1_of(f"{label} F1", pairs(own), YES, part)
    )


def _word(present: bool) -> str:
    return YES if present else NO


def _factors(out: dict[str, Any]) -> set[str]:
    return {str(factor["name"]) for factor in out["priority"]["factors"]}
