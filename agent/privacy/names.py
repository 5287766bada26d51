"""Names of people, from where they stand and what the word lists know.

Three ways lead to a name: a slot that expects one, a run that begins with a first name, a line that holds nothing
else. What the words alone cannot decide is handed out as a doubt, for a model to judge.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from agent.privacy.finding import Finding
from agent.privacy.lexicon import RARE
from agent.privacy.name_lines import LineReader
from agent.privacy.name_runs import RunReader
from agent.privacy.name_sense import NameSense, joins
from agent.privacy.name_slots import Slot, Trust
from agent.privacy.name_words import (
    LEGAL_FORM,
    LONGEST_NAME,
    PARTICLES,
    Word,
    base,
    is_acronym,
    is_company,
    is_shouting,
    starts_sentence,
    words,
)
from agent.privacy.redaction import PiiType

_SCORES = {Trust.SURE: 0.9, Trust.LIKELY: 0.85, Trust.HINT: 0.7}
_BETWEEN_SLOT_AND_NAME = re.compile(r"[\s\"'(*_>|,.-]*")


@dataclass(frozen=True, slots=True)
class NameReader:
    """Reads the names of one text."""

    sense: NameSense

    def find(self, text: str, slots: Iterable[Slot]) -> list[Finding]:
        """Names by slot, by run and by line. Overlaps are left to `finding.settle`."""
        found = [finding for slot in slots if (finding := self._in_slot(text, slot))]
        found.extend(RunReader(self.sense).find(text))
        found.extend(LineReader(self.sense).find(text))
        return found

    def doubts(self, text: str, found: Iterable[Finding]) -> list[Word]:
        """Capitalised words that are neither ordinary nor found: what a model should look at."""
        taken = bytearray(len(text))
        for finding in found:
            taken[finding.start : finding.end] = b"\x01" * finding.length
        return [
            word
            for word in words(text)
            if not any(taken[word.start : word.end]) and self._is_doubtful(text, word)
        ]

    def _is_doubtful(self, text: str, word: Word) -> bool:
        if not word.is_capital or len(word.text) < 3 or not self._could_be_name(text, word):
            return False
        if word.is_shouted and (is_acronym(word.text) or is_shouting(text, word.start)):
            return False
        if re.search(r"[\w@./\\:]$", text[max(0, word.start - 1) : word.start]):
            return False
        if re.match(r"[\d_@/\\]|\.\w", text[word.end : word.end + 2]):
            return False
        return not self.sense.is_nobody(word) and not is_company(text, word.start, word.end)

    def _could_be_name(self, text: str, word: Word) -> bool:
        """Whether the word is unknown, or so rare that a capital may tell it from the ordinary word."""
        lexicon = self.sense.lexicon
        if lexicon.is_two_faced(word.text):
            return lexicon.commonness(word.text) < 5e-5
        if lexicon.is_ordinary(word.text):
            weak = self.sense.nouns_have_capitals or starts_sentence(text, word.start)
            return lexicon.commonness(word.text) < (RARE if weak else 2 * RARE)
        return not lexicon.is_compound(word.text)

    def _in_slot(self, text: str, slot: Slot) -> Finding | None:
        name = self._take(text, slot)
        if not name:
            return None
        start, end = name[0].start, name[-1].end
        if slot.trust is not Trust.SURE and is_company(text, start, end):
            return None
        return Finding(PiiType.PERSON, start, end, _SCORES[slot.trust], slot.rule)

    def _take(self, text: str, slot: Slot) -> list[Word]:
        """The words of a name that begins right where the slot does."""
        line = list(words(text, slot.start, slot.end))
        if not line or not _BETWEEN_SLOT_AND_NAME.fullmatch(text, slot.start, line[0].start):
            return []
        fills_line = (
            slot.trust is Trust.SURE
            and len(line) <= 4
            and not re.search(r"\d|@", text[slot.start : slot.end])
        )
        name: list[Word] = []
        for word in line[:LONGEST_NAME]:
            fits = (
                self._continues(text, name, word, fills_line)
                if name
                else self._begins(text, word, slot, fills_line)
            )
            if not fits:
                break
            name.append(base(word, self.sense.lexicon))
            if name[-1].end != word.end:
                break
        while name and name[-1].text.casefold() in PARTICLES:
            name.pop()
        return name

    def _begins(self, text: str, word: Word, slot: Slot, fills_line: bool) -> bool:
        sense, lexicon = self.sense, self.sense.lexicon
        if sense.is_nobody(word):
            return False
        common = lexicon.commonness(word.text)
        if not word.is_capital:
            a_first_name = lexicon.is_given(word.text) or lexicon.is_two_faced(word.text)
            rare = common < (2e-4 if a_first_name else 2e-5)
            return lexicon.is_familiar(word.text) or (fills_line and rare and sense.is_listed(word.text))
        if slot.rule == "title" or word.is_initial:
            return slot.rule == "title" or bool(re.match(r"\.? ?[A-ZÆØÅÄÖÜ]", text[word.end : word.end + 3]))
        listed = sense.is_listed(word.text)
        if slot.trust is Trust.SURE:
            return listed or not (lexicon.is_ordinary(word.text) or is_acronym(word.text))
        if sense.nouns_have_capitals:
            return listed and common < (1e-3 if slot.trust is Trust.LIKELY else 1e-4)
        return listed and (common < 1e-3 or slot.rule == "role")

    def _continues(self, text: str, name: list[Word], word: Word, fills_line: bool) -> bool:
        lower, lexicon = word.text.casefold(), self.sense.lexicon
        together = fills_line and text[name[-1].end : word.start] in (" & ", " + ")  # signed by two
        if LEGAL_FORM.fullmatch(word.text) or not (together or joins(text, name[-1], word)):
            return False
        if lower in PARTICLES:
            return True
        if self.sense.is_nobody(word):
            return False
        if not word.is_capital:
            if name[0].is_capital or not lexicon.is_surname(lower):
                return False
            return lexicon.commonness(lower) < (1e-4 if fills_line else 1e-5)
        return self.sense.continues(word, generous=fills_line)
