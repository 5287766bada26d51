"""How like two letters are in what they tell: a draft and what a person really sent.

By the telling words of both (rare ones weigh more, endings and order do not count), as sources are compared with
drafts. People word the same answer differently, so that a quarter of what both tell makes them close.
"""

from collections.abc import Mapping

from knowledge.citation import content

CLOSE = 0.25
"""Likeness from which a draft counts as close to what was sent (docs/decisions/backtest-likeness.md)."""


def likeness(one: str, other: str, language: str) -> float:
    """0 for nothing in common, 1 for the same telling words: twice the shared weight by the weight of both."""
    first, second = content(one, language), content(other, language)
    total = _weight(first) + _weight(second)
    if not total:
        return 1.0 if one.split() == other.split() else 0.0
    shared = sum(weight + second[stem] for stem, weight in first.items() if stem in second)
    return round(shared / total, 3)


def _weight(words: Mapping[str, float]) -> float:
    return sum(words.values())
