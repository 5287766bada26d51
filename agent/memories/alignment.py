"""Two versions of a letter side by side: which sentences were added, left out or changed, and by how little.

Alignment is the standard library's `difflib`: over sentences first, then between the sentences of a changed run.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from agent.memories.memory import shipped_rules
from knowledge.citation import numbers

_WORD = re.compile(r"\{\w+\}|\w+")
_SHORTEST_TYPO = 4


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence before and after; `before` is empty for an added one, `after` for one that was left out."""

    before: str
    after: str


def words_in(text: str) -> list[str]:
    """The words of `text` without case and punctuation."""
    return _WORD.findall(text.casefold())


def near_identical(one: str, other: str) -> bool:
    """Whether two sentences differ in spelling, case, spaces or punctuation at most. Numbers must agree."""
    left, right = words_in(one), words_in(other)
    if left == right or "".join(left) == "".join(right):
        return True
    if numbers(one) != numbers(other) or len(left) != len(right):
        return False
    return all(a == b or _typo(a, b) for a, b in zip(left, right, strict=True))


def _typo(one: str, other: str) -> bool:
    """The same word spelt otherwise. The first letter is spared: im-, un- and u- turn a word round."""
    if min(len(one), len(other)) < _SHORTEST_TYPO or one[0] != other[0]:
        return False
    swapped = sorted(one) == sorted(other)
    alike = swapped or likeness(one, other) >= shipped_rules().likeness["typo"]
    return alike and not re.search(r"\d", one + other)


def likeness(one: str, other: str) -> float:
    """How alike two texts are by characters, 0 to 1; the same whichever comes first."""
    first, second = sorted((one.casefold(), other.casefold()))
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def changes(written: Sequence[str], sent: Sequence[str]) -> list[Change]:
    """What was added, left out and changed, in the order of the letter. Near-identical pairs are no change."""
    left, right = [" ".join(words_in(one)) for one in written], [" ".join(words_in(one)) for one in sent]
    found: list[Change] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag != "equal":
            found += _paired(list(written[i1:i2]), list(sent[j1:j2]))
    return _without_moved(found)


def _paired(before: list[str], after: list[str]) -> list[Change]:
    """The run's sentences in pairs that are alike, the best first; what finds no partner was added or left out."""
    least = shipped_rules().likeness["same_sentence"]
    rated = sorted(
        ((likeness(b, a), -i, -j) for i, b in enumerate(before) for j, a in enumerate(after)), reverse=True
    )
    partner: dict[int, int] = {}
    for rating, i, j in rated:
        if rating >= least and -i not in partner and -j not in partner.values():
            partner[-i] = -j
    found = [Change(text, after[partner[i]] if i in partner else "") for i, text in enumerate(before)]
    return found + [Change("", text) for j, text in enumerate(after) if j not in partner.values()]


def _without_moved(found: list[Change]) -> list[Change]:
    """Without sentences that only changed their place, or next to nothing."""
    kept = [change for change in found if not near_identical(change.before, change.after)]
    moved = {
        (lost, new)
        for lost, gone in enumerate(kept)
        for new, added in enumerate(kept)
        if not gone.after and not added.before and near_identical(gone.before, added.after)
    }
    left_out = {place for pair in moved for place in pair}
    return [change for place, change in enumerate(kept) if place not in left_out]


def single_run(before: str, after: str) -> Change | None:
    """The one run of words in which two sentences differ, as written; None where they differ in several places."""
    left, right = before.split(), after.split()
    matcher = SequenceMatcher(
        None, [one.casefold() for one in left], [one.casefold() for one in right], False
    )
    runs = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    if len(runs) != 1:
        return None
    _, i1, i2, j1, j2 = runs[0]
    return Change(" ".join(left[i1:i2]), " ".join(right[j1:j2]))
