"""What a text is about, in notions that are the same in every language.

`data/glossary.psv` lists notions of support mail with their word stems in five languages. Two texts that share
"refund" and "card" are near whatever language each is in; where the embedding model wavers between languages,
this decides.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_SHORT = 5
"""Stems shorter than this stand at the start of a word; longer ones also inside compounds."""

Concepts = Mapping[str, int]
"""The notions of a text (by their English name) and how often each occurs."""


def concepts(text: str, language: str) -> Concepts:
    """Count the notions in `text`. A language that the glossary does not have is read as English."""
    patterns = _patterns()
    lowered = text.lower()
    counts = {
        name: len(found.findall(lowered)) for name, found in patterns.get(language, patterns["en"]).items()
    }
    return {name: count for name, count in counts.items() if count}


@cache
def _patterns() -> dict[str, dict[str, re.Pattern[str]]]:
    """{language: {notion: pattern}}; a notion is called by its first English word."""
    text = (files("knowledge") / "data" / "glossary.psv").read_text(encoding="utf-8")
    header, *rows = [line.split("|") for line in text.splitlines() if line and not line.startswith("#")]
    return {
        language: {row[0].split(",")[0]: _pattern(row[column].split(",")) for row in rows}
        for column, language in enumerate(header)
    }


def _pattern(stems: list[str]) -> re.Pattern[str]:
    return re.compile(
        "|".join(
            re.escape(stem) if len(stem) >= _SHORT else rf"\b{re.escape(stem)}\w{{0,3}}\b" for stem in stems
        )
    )
