"""Names that fill a line, or a part of one between commas and bars: how letters are signed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.privacy.finding import Finding
from agent.privacy.name_sense import NameSense
from agent.privacy.name_words import LEGAL_FORM, PARTICLES, Word, is_company, words
from agent.privacy.redaction import PiiType

_SEGMENT = re.compile(r"[^\n,|·•;/()\[\]<>–:\"\t]+")
_LONE_WORD = re.compile(r"[^\W\d_][\w'-]{1,19}")


@dataclass(frozen=True, slots=True)
class LineReader:
    """Finds lines and parts of lines that hold a name and nothing else."""

    sense: NameSense

    def find(self, text: str) -> Iterator[Finding]:
        for match in _SEGMENT.finditer(text):
            segment = match[0].strip(" \t>*_-.\r")
            if not 2 <= len(segment) <= 48:
                continue
            start = match.start() + match[0].index(segment)
            if self._is_lone_name(text, start, segment):
                yield Finding(PiiType.PERSON, start, start + len(segment), 0.7, "lone")
            elif self._is_full_name(text, start, segment):
                yield Finding(PiiType.PERSON, start, start + len(segment), 0.85, "line")

    def _is_full_name(self, text: str, start: int, segment: str) -> bool:
        """Two to four capitalised words, a first name first, and no ordinary word last."""
        name = list(words(text, start, start + len(segment)))
        if not 2 <= len(name) <= 4 or re.sub(r"[^\W\d_]+|[ .'-]", "", segment):
            return False
        if not all(word.is_capital or word.text in PARTICLES for word in name):
            return False
        if any(self.sense.is_nobody(word) for word in name) or LEGAL_FORM.fullmatch(name[-1].text):
            return False
        if is_company(text, start, start + len(segment)):
            return False
        first, last, lexicon = name[0].text, name[-1].text, self.sense.lexicon
        given = lexicon.is_given(first) or lexicon.is_two_faced(first)
        return given and (lexicon.is_surname(last) or not lexicon.is_ordinary(last))

    def _is_lone_name(self, text: str, start: int, segment: str) -> bool:
        """A single name on a line of its own after the letter has begun."""
        if not _LONE_WORD.fullmatch(segment) or text[:start].isspace() or start == 0:
            return False
        before = text[max(0, start - 40) : start].rsplit("\n", maxsplit=1)[-1]
        after = text[start + len(segment) : start + len(segment) + 40].split("\n", maxsplit=1)[0]
        if (before + after).strip(" \t>*_-.\r,/"):
            return False
        sense, word = self.sense, Word(segment, start, start + len(segment))
        if not (word.is_capital or sense.lexicon.is_familiar(segment)) or sense.is_nobody(word):
            return False
        return sense.is_listed(segment) and sense.lexicon.commonness(segment) < 3e-4
