"""From a letter to one customer to words that help everybody: what an article is begun from.

Works on redacted text. A placeholder becomes the general word for what it hides; sentences that speak of one customer
alone (who did what, when, what was granted there) are put aside for a person to look at. Instructions stay, whatever
stands in them: they are what others need.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from agent.drafting.extract import is_instruction
from agent.drafting.phrases import load_rules
from agent.drafting.sentences import Block, blocks
from agent.privacy.placeholders import PLACEHOLDER

_BROKEN = re.compile(r"\s+([.,;:!?])")


@dataclass(frozen=True, slots=True)
class General:
    """Words for everybody, and the sentences that were put aside because they speak of one customer alone."""

    text: str
    put_aside: tuple[str, ...] = ()


def generalise(letter: str, language: str) -> General:
    """The general part of an answer: without greeting, particulars and personal data. `letter` has no signature."""
    kept: list[str] = []
    aside: list[str] = []
    before = None
    for block in blocks(_without_greeting(letter)):
        general = [one for one in block.sentences if not _is_own_matter(one, language)]
        aside += [generalise_words(one, language) for one in block.sentences if one not in general]
        if not general:
            continue
        if kept:
            kept.append("\n" if block.marker and before and before.marker else "\n\n")
        kept.append(generalise_words(Block(tuple(general), block.marker).text, language))
        if block.marker:
            kept[-1] = f"{block.marker} {kept[-1]}"
        before = block
    return General("".join(kept), tuple(aside))


def generalise_words(text: str, language: str) -> str:
    """`text` with the general word for each placeholder; where it begins a sentence, with a capital letter."""
    words = _table()["words"]
    own = words.get(language, words["en"])

    def word(match: re.Match[str]) -> str:
        general: str = own[match["kind"]]
        begins = not text[: match.start()].rstrip() or text[: match.start()].rstrip()[-1] in ".!?:\n"
        return general[:1].upper() + general[1:] if begins else general

    return _BROKEN.sub(r"\1", PLACEHOLDER.sub(word, text)).strip()


def _is_own_matter(sentence: str, language: str) -> bool:
    known = language if language in load_rules("personal") else "en"
    return bool(_personal(known).search(sentence)) and not is_instruction(sentence, known)


def _without_greeting(letter: str) -> str:
    letter = letter.strip()
    greeting = _greeting().match(letter)
    if greeting is None:
        return letter
    rest = letter[greeting.end() :].lstrip()
    return rest[:1].upper() + rest[1:]


@cache
def _greeting() -> re.Pattern[str]:
    """A greeting to the end of its line, or to the stop or comma after at most four further words."""
    words = "|".join(map(re.escape, _table()["greetings"]))
    return re.compile(rf"(?:{words})\b(?:[^\S\n]+[^\s.,!:;]+){{0,4}}(?:[.,!:]|\s*\n|$)", re.IGNORECASE)


@cache
def _personal(language: str) -> re.Pattern[str]:
    return re.compile("|".join(load_rules("personal")[language]), re.IGNORECASE)


@cache
def _table() -> dict[str, Any]:
    text = (files("agent.drafting") / "generalising.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
