"""Does a sentence rest on a source? And which part of a source speaks to a question?

Both by words: rare words count more than common ones, endings are ignored, numbers must agree exactly. Across
languages the notions of the glossary take the place of words.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge.concepts import concepts
from knowledge.features import codes

SUPPORTED = 0.6
"""Share of a sentence's weight that must be found in its source."""

_TELLING = 15.0
"""Weight of telling words from which a text has a subject of its own: about four of them."""

_FEW_NOTIONS = 3

_FAULT_CODE = re.compile(r"[a-z]+[-_ ]?[a-z]*-?\d{2,}\w*")
"""E-31, BR-CO-10, m207: what is named so is meant. A model such as T1 is named in many passages."""

_WORD = re.compile(r"[^\W\d_]{2,}")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_STEM = 6
_COMMON = 5.3
"""Zipf frequency (log10 per billion words) from which a word says nothing about the subject."""


@dataclass(frozen=True, slots=True)
class Support:
    """How far a sentence is found in its best source.

    `source` is that source's place in the list (None where there is none), `share` 0..1 of the sentence's weight,
    `missing_numbers` the numbers that no source has.
    """

    source: int | None
    share: float
    missing_numbers: tuple[str, ...]

    @property
    def supported(self) -> bool:
        return self.source is not None and self.share >= SUPPORTED and not self.missing_numbers


def support(sentence: str, sources: Sequence[str], language: str) -> Support:
    """The source that carries most of `sentence`."""
    wanted = content(sentence, language)
    shares = [_share(wanted, content(source, language)) for source in sources]
    known = {number for source in sources for number in numbers(source)}
    missing = tuple(number for number in numbers(sentence) if number not in known)
    if not shares:
        return Support(None, 0.0, missing)
    best = max(range(len(shares)), key=shares.__getitem__)
    return Support(best, round(shares[best], 3), missing)


def relevance(question: str, passage: str, language: str) -> float:
    """How much `passage` has to do with `question`; both in `language`. From 0, mostly below 2, at most 3.

    Shared words and shared notions are measured against the shorter of the two, and a shared code counts full: a
    long mail may speak of more than a passage does, and a passage answer more than a short question asks.
    """
    wanted, found = content(question, language), content(passage, language)
    shared = sum(weight for stem, weight in wanted.items() if stem in found)
    words = shared / max(min(sum(wanted.values()), sum(found.values())), _TELLING)
    asked, told = concepts(question, language), concepts(passage, language)
    notions = sum(name in told for name in asked) / max(min(len(asked), len(told)), _FEW_NOTIONS)
    same = codes(question) & codes(passage)
    coded = 1.0 if any(_FAULT_CODE.fullmatch(code) for code in same) else 0.3 if same else 0.0
    return words + notions + coded


def specificity(question: str, language: str) -> float:
    """How much a question says by itself: nearly 0 for "What do I do?", 1 from about two telling words."""
    return min(1.0, 2 * sum(content(question, language).values()) / _TELLING)


@lru_cache(maxsize=4_000)
def content(text: str, language: str) -> Mapping[str, float]:
    """The telling words of `text` by stem, with their weight (rarer is heavier)."""
    weights: dict[str, float] = {}
    for word in _WORD.findall(text.lower()):
        if weight := _weight(word, language):
            weights[word[:_STEM]] = max(weight, weights.get(word[:_STEM], 0.0))
    return weights


def numbers(text: str) -> list[str]:
    """All numbers in `text` as they are written, thousands and decimals included."""
    return [found.group().rstrip(".,:") for found in _NUMBER.finditer(text)]


def _share(wanted: Mapping[str, float], found: Mapping[str, float]) -> float:
    total = sum(wanted.values())
    return sum(weight for stem, weight in wanted.items() if stem in found) / total if total else 0.0


@lru_cache(maxsize=20_000)
def _weight(word: str, language: str) -> float:
    """Weight of a word; 0 for the most common ones. Unknown words are taken for rare."""
    from wordfreq import zipf_frequency

    frequency = zipf_frequency(word, language or "en", wordlist="small")
    return 0.0 if frequency >= _COMMON else 7.0 - max(frequency, 2.0)
