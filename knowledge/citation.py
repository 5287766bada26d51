"""Does a sentence rest on a source? And which part of a source speaks to a question?

Both by words: rare words count more than common ones, endings are ignored, numbers must agree exactly. Across
languages the notions of the glossary take the place of words.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from wordfreq import zipf_frequency

from knowledge.concepts import concepts
from knowledge.features import codes

SUPPORTED = 0.6
"""Share of a sentence's weight that must be found in its source."""

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
    """How much `passage` has to do with `question`; both in `language`. Above 0, mostly below 2.

    Shared codes weigh most, then shared notions, then shared words.
    """
    wanted, found = content(question, language), content(passage, language)
    words = _share(wanted, found)
    asked, told = concepts(question, language), concepts(passage, language)
    notions = sum(name in told for name in asked) / max(len(asked), 2)
    same_codes = bool({code for code in codes(question) & codes(passage) if any(map(str.isdigit, code))})
    return words + notions + same_codes


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
    frequency = zipf_frequency(word, language or "en", wordlist="small")
    return 0.0 if frequency >= _COMMON else 7.0 - max(frequency, 2.0)
