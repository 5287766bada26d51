"""Which words of a source its sentences share with it, so that a reader sees at once what they rest on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.citation import content

LEAST_LETTERS = 4
_WORD = re.compile(r"[^\W_]+(?:[.,:]\d+)*")
_GAP = re.compile(r"[ \t]+")


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a source; `shared` when its words stand in a sentence too."""

    text: str
    shared: bool = False


def mark_shared(passage: str, sentences: Sequence[str], language: str) -> tuple[Run, ...]:
    """The passage in runs: whole words and figures that a sentence has too are set apart.

    Words that every text of the language has are left alone. Neighbours are one run. Put together, the runs are the
    passage to the letter.
    """
    said = {word.casefold() for sentence in sentences for word in _WORD.findall(sentence)}
    runs: list[Run] = []
    end = 0
    for found in _WORD.finditer(passage):
        word = found[0]
        if word.casefold() not in said or not _tells(word, language):
            continue
        between = passage[end : found.start()]
        if runs and runs[-1].shared and _GAP.fullmatch(between):
            runs[-1] = Run(f"{runs[-1].text}{between}{word}", shared=True)
        else:
            runs += [Run(between), Run(word, shared=True)]
        end = found.end()
    runs.append(Run(passage[end:]))
    return tuple(run for run in runs if run.text)


def _tells(word: str, language: str) -> bool:
    """Whether a word says something of a subject: a figure, or a word that is neither short nor in every text."""
    if any(sign.isdigit() for sign in word):
        return True
    return len(word) >= LEAST_LETTERS and bool(content(word, language))
