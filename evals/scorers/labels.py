"""One question put to many texts: macro-F1 and accuracy for all and by language, a confusion matrix, the misses."""

from collections.abc import Sequence
from dataclasses import dataclass

from evals.outcome import Figure, Miss, Outcome
from evals.scorers.parts import by_language, flat
from evals.statistics import confusion, macro_f1, share


@dataclass(frozen=True, slots=True)
class Answer:
    """The right label of one text and the one given, with how sure the product was where it says so."""

    item: str
    language: str
    gold: str
    given: str
    confidence: float = 1.0

    @property
    def right(self) -> bool:
        return self.gold == self.given


def labelled(name: str, answers: Sequence[Answer], *, with_f1: bool = True) -> Outcome:
    """What the answers to one question amount to; `with_f1` adds macro-F1 to the accuracy."""
    groups = [by_language(answers, _language, lambda own, part: accuracy(name, own, part))]
    if with_f1:
        groups.insert(
            0,
            by_language(answers, _language, lambda own, part: macro_f1(f"{name} macro-F1", pairs(own), part)),
        )
    return Outcome(flat(groups), (confusion(name.capitalize(), pairs(answers)),), misses(answers))


def accuracy(name: str, answers: Sequence[Answer], part: str = "") -> Figure:
    return share(f"{name} right", [one.right for one in answers], part)


def pairs(answers: Sequence[Answer]) -> list[tuple[str, str]]:
    return [(one.gold, one.given) for one in answers]


def misses(answers: Sequence[Answer]) -> tuple[Miss, ...]:
    return tuple(Miss(one.item, one.gold, one.given) for one in answers if not one.right)


def _language(answer: Answer) -> str:
    return answer.language
