"""Is the level right, and above all: is nothing critical left lying?"""

from agent.cases.case import Priority
from evals.material import Material
from evals.outcome import Better, Outcome
from evals.samples import readable
from evals.scorers.labels import Answer, labelled
from evals.scorers.sample.answers import answers
from evals.statistics import share


def score(material: Material) -> Outcome:
    found = answers(
        readable(material.seen), lambda gold: str(gold["priority"]), lambda out: str(out["priority"]["level"])
    )
    critical = [one for one in found if one.gold == Priority.CRITICAL]
    outcome = labelled("priority", found, with_f1=False)
    return Outcome(
        (
            *outcome.figures,
            share("critical at least high", [_rank(one.given) <= Priority.HIGH.rank for one in critical]),
            share("off by two levels or more", [_distance(one) >= 2 for one in found], better=Better.LOWER),
        ),
        outcome.pictures,
        outcome.misses,
    )


def _rank(level: str) -> int:
    return Priority(level).rank


def _distance(answer: Answer) -> int:
    return abs(_rank(answer.gold) - _rank(answer.given))
