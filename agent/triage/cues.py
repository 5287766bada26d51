"""Countable hints in a text: words of a category or a mood (`data/cues`), and how it is typed.

The classifier weighs them beside the vector of the meaning: a vector places "invoice" near billing in every
sentence, the words around it tell whether the bill or the invoicing program is at fault.
"""

import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from agent.triage.patterns import compile_all, language_or_english, load_table
from agent.triage.reading import LANGUAGES
from agent.triage.sentences import MAX_CHARACTERS, without_placeholders

WORD_CUES = (
    "malfunction",
    "howto",
    "billing",
    "service",
    "delivery",
    "praise",
    "suggestion",
    "privacy",
    "outside",
    "unsolicited",
    "strong",
    "negative",
    "irony",
    "positive",
    "polite",
)
"""The sections of each language's list, in the order of the features."""

SHAPE_CUES = ("exclamations", "questions", "capitals", "length", "smiles", "frowns")
"""Features of typing, after the words."""

_CAPITALS = re.compile(r"\b[A-ZÅÄÖÆØÜ]{3,}\b")
_SMILE = re.compile(r"[:;]-?[)D]|[😀-😆😉😊😍🙂🤩👍🎉❤🙏🙌⭐🥰😄]")
_FROWN = re.compile(r":-?\(|[😠😡🤬😤😞😢😭🙄😒👎😳]")


@lru_cache(maxsize=len(LANGUAGES))
def _patterns(language: str) -> tuple[re.Pattern[str], ...]:
    table = load_table("cues", language)["cues"]
    return tuple(compile_all(table[name]) for name in WORD_CUES)


def count(text: str, language: str) -> NDArray[np.float32]:
    """How strongly each cue shows, shape `(len(WORD_CUES) + len(SHAPE_CUES),)`.

    Words count as log(1 + different words found), so that a long mail does not drown a short one.
    """
    text = without_placeholders(text[:MAX_CHARACTERS])
    words = [
        float(np.log1p(len({match[0].lower() for match in pattern.finditer(text)})))
        for pattern in _patterns(language_or_english(language, LANGUAGES))
    ]
    letters = sum(character.isalpha() for character in text) or 1
    capitals = sum(len(match[0]) for match in _CAPITALS.finditer(text))
    shape = [
        min(text.count("!"), 6) / 3,
        min(text.count("?"), 4) / 3,
        capitals / letters,
        float(np.log1p(len(text.split()))) / 5,
        float(bool(_SMILE.search(text))),
        float(bool(_FROWN.search(text))),
    ]
    return np.array(words + shape, dtype=np.float32)
