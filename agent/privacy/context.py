"""What stands around a number: the word that calls it by name, or the word that says it is something else.

`Order 5512345678` and `Mobile 5512345678` differ in the word before. A rule asks `named` for words that speak for
it, and `other_thing` for words that speak against.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files

REACH_BEFORE = 36
REACH_AFTER = 26
"""How far, in characters, a word may stand from the number it names."""

_CLOSER = re.compile(r"[;?!]|\.\s+(?=[A-ZÆØÅÄÖÜ])|\n\s*\n")


def before(text: str, start: int, reach: int = REACH_BEFORE) -> str:
    """The words before `start` in the same sentence, at most `reach` characters, not cut in the middle."""
    stretch = text[max(0, start - reach) : start]
    ends = [match.end() for match in _CLOSER.finditer(stretch)]
    return stretch[ends[-1] :] if ends else stretch


def after(text: str, end: int, reach: int = REACH_AFTER) -> str:
    """The words after `end` on the same line and in the same sentence."""
    stretch = text[end : end + reach]
    if cut := re.search(r"[;?!\n|·]|[.,]\s", stretch):
        return stretch[: cut.start()]
    return stretch


def named(words: re.Pattern[str], text: str, start: int, end: int) -> bool:
    """Whether one of `words` calls `text[start:end]` by name, shortly before or after it."""
    return bool(words.search(before(text, start)) or words.search(after(text, end)))


def other_thing(text: str, start: int, things: str = "numbers.of_things") -> bool:
    """Whether the word just before says that the number is an order, an amount, a version or the like."""
    stretch = before(text, start, 28)
    last = stretch.rsplit("\n", maxsplit=1)[-1]
    return bool(_decoys(things).search(last))


@cache
def word_list(name: str) -> tuple[str, ...]:
    """A shipped list of words, one a line, `#` for comments."""
    lines = (files("agent.privacy") / "words" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


@cache
def phrases() -> dict[str, dict[str, list[str]]]:
    """The phrases of five languages that introduce personal data (`words/phrases.toml`)."""
    return tomllib.loads((files("agent.privacy") / "words" / "phrases.toml").read_text(encoding="utf-8"))


def alternatives(*parts: str) -> str:
    """A regular expression for any phrase of the named lists (`people.greeting`), longest first, spaces elastic."""
    found: set[str] = set()
    for part in parts:
        table, name = part.split(".")
        found.update(phrases()[table][name])
    ordered = sorted(found, key=lambda phrase: (-len(phrase), phrase))
    return "(?:" + "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in ordered) + ")"


@cache
def _decoys(things: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<!\w){alternatives(things)}(?:(?<=\w{{4}})\w{{0,3}})?[.:#]*"
        r"(?:\s*(?:n(?:umme)?r|no|number|id|kode|code|er|is|ist|är|var|was|på|over|über)\b)?[\s.:#(=\"'-]*[A-Z]{0,4}[-/]?$",
        re.IGNORECASE,
    )
