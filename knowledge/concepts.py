"""What a text is about, in notions that are the same in every language.

`data/glossary.psv` lists notions of support mail with their word stems in five languages. Two texts that share
"refund" and "card" are near whatever language each is in; where the embedding model wavers between languages,
this decides.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

_SHORT = 5
"""Stems shorter than this stand at the start of a word; longer ones also inside compounds."""

_WORD = re.compile(r"\w[\w.-]*")

Concepts = Mapping[str, int]
"""The notions of a text (by their English name) and how often each occurs."""


@dataclass(frozen=True)
class _Glossary:
    """One language: patterns within a word, and phrases of several words, each by notion."""

    words: Mapping[str, re.Pattern[str]]
    phrases: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=4_000)
def concepts(text: str, language: str) -> Concepts:
    """Count the notions in `text`. A language that the glossary does not have is read as English."""
    if language not in _glossaries():
        language = "en"
    lowered = text.lower()
    counts: Counter[str] = Counter()
    for word, times in Counter(_WORD.findall(lowered)).items():
        for notion in _of_word(word, language):
            counts[notion] += times
    for notion, phrases in _glossaries()[language].phrases.items():
        if found := sum(phrase in lowered for phrase in phrases):
            counts[notion] += found
    return counts


@cache
def notion_names() -> tuple[str, ...]:
    """All notions of the glossary, in alphabetical order."""
    return tuple(
        sorted({name for glossary in _glossaries().values() for name in (*glossary.words, *glossary.phrases)})
    )


@lru_cache(maxsize=50_000)
def _of_word(word: str, language: str) -> tuple[str, ...]:
    return tuple(notion for notion, stems in _glossaries()[language].words.items() if stems.search(word))


@cache
def _glossaries() -> dict[str, _Glossary]:
    """{language: glossary}; a notion is called by its first English word."""
    text = (files("knowledge") / "data" / "glossary.psv").read_text(encoding="utf-8")
    header, *rows = [line.split("|") for line in text.splitlines() if line and not line.startswith("#")]
    return {
        language: _glossary({row[0].split(",")[0]: row[column].split(",") for row in rows})
        for column, language in enumerate(header)
    }


def _glossary(stems: Mapping[str, list[str]]) -> _Glossary:
    phrases = {notion: tuple(stem for stem in listed if " " in stem) for notion, listed in stems.items()}
    words = {notion: [stem for stem in listed if " " not in stem] for notion, listed in stems.items()}
    return _Glossary(
        {notion: _pattern(listed) for notion, listed in words.items() if listed},
        {notion: listed for notion, listed in phrases.items() if listed},
    )


def _pattern(stems: list[str]) -> re.Pattern[str]:
    return re.compile(
        "|".join(
            re.escape(stem) if len(stem) >= _SHORT else rf"^{re.escape(stem)}\w{{0,3}}$" for stem in stems
        )
    )
