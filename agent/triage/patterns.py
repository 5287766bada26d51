"""Phrase patterns as data: how the word lists under `data/` are written, compiled and matched.

A pattern is a regular expression with four conveniences, so that the lists read like phrases:

    a space     any white space
    word*       the word with any ending (`opsig*` finds "opsigelse")
    …           up to four other words between two parts of a phrase
    {name}      one of the list's own `words.name`

A pattern stands on word boundaries. Nordic and German letters also match the ways people write them without such
a keyboard (å: aa, a; ö: oe, o; ß: ss).
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"

SPELLINGS = {
    "å": ("å", "aa", "a"),
    "æ": ("æ", "ae", "ä", "a"),
    "ä": ("ä", "ae", "æ", "a"),
    "ø": ("ø", "oe", "ö", "o"),
    "ö": ("ö", "oe", "ø", "o"),
    "ü": ("ü", "ue", "u"),
    "ß": ("ß", "ss"),
    "é": ("é", "e"),
}
"""How a letter is written by people without its key. The last, bare one counts in long words only: "før" must not
match "for"."""

LONG_WORD = 5

GAP = r"(?:\\W+\\w+){0,4}?\\W+"

NEVER = re.compile(r"(?!)")
"""Matches nothing: what an empty list compiles to."""


def source(pattern: str, words: Mapping[str, str]) -> str:
    """The regular expression for one pattern; `words` holds alternations by name. Raises `KeyError`."""
    text = re.sub(r"\{([a-z_]+)\}", lambda name: f"(?:{words[name[1]]})", pattern.strip(" …"))
    text = re.sub(r"(?<!\\w)(?<=\w)\*", r"\\w*", text)
    text = re.sub(r" ?… ?", GAP, text)
    text = text.replace(" ", r"\s+").replace("'", "['’´]")
    return re.sub(r"\w+", lambda word: spelled(word[0]), text)


def spelled(word: str) -> str:
    """`word` with each special letter in all its spellings."""
    keep = slice(None) if len(word) >= LONG_WORD else slice(2)
    return "".join(
        f"(?:{'|'.join(SPELLINGS[letter][keep])})" if letter in SPELLINGS else letter for letter in word
    )


def compile_all(patterns: Iterable[str], words: Mapping[str, str] | None = None) -> re.Pattern[str]:
    """One expression that matches any of `patterns`; the longest start wins nothing, the first listed does."""
    alternatives = [source(pattern, words or {}) for pattern in patterns]
    if not alternatives:
        return NEVER
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=64)
def load_table(folder: str, name: str) -> dict[str, Any]:
    """The TOML table `data/<folder>/<name>.toml`, read once."""
    return tomllib.loads((DATA / folder / f"{name}.toml").read_text(encoding="utf-8"))


def word_table(table: Mapping[str, Any]) -> dict[str, str]:
    """The list's own `words`, each as an alternation, in which earlier ones may be used by later ones."""
    known: dict[str, str] = {}
    for name, entries in table.get("words", {}).items():
        known[name] = "|".join(
            re.sub(r"\{([a-z_]+)\}", lambda n: f"(?:{known[n[1]]})", entry) for entry in entries
        )
    return known


def language_or_english(language: str, supported: Iterable[str]) -> str:
    """`language` where we have lists for it, English elsewhere."""
    return language if language in supported else "en"
