"""People in a text: rules first, then the model for what stays in doubt, then every other mention of those found."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.privacy.finding import Finding
from agent.privacy.known_people import find_known, name_words, words_of
from agent.privacy.lexicon import RARE, Lexicon
from agent.privacy.name_model import NameModel
from agent.privacy.name_sense import NameSense
from agent.privacy.name_slots import expected, find_slots
from agent.privacy.name_words import Word, capitalises_nouns, starts_sentence
from agent.privacy.names import NameReader
from agent.privacy.redaction import KnownPeople, PiiType

_LIKELY = 0.3
_LIKELY_AT_HEAD = 0.6
_LIKELY_WITHIN = 0.12
_LIKELY_WHERE_EXPECTED = 0.1
_LONGEST_PASSAGE = 600
_MOST_PASSAGES = 40
"""So many doubtful passages are put to the model; beyond them what is in doubt is hidden unasked."""


@dataclass(frozen=True, slots=True)
class PeopleFinder:
    """Finds people with a lexicon and, where there is one, a model."""

    lexicon: Lexicon
    model: NameModel | None

    def find(self, text: str, known: KnownPeople, spared: frozenset[str]) -> list[Finding]:
        """Everything that is, or may well be, a person's name."""
        german = capitalises_nouns(text)
        reader = NameReader(NameSense(self.lexicon, spared, german))
        slots = list(find_slots(text))
        envelope = name_words(known, self.lexicon, spared)
        found = [*reader.find(text, slots), *find_known(text, envelope, self.lexicon)]
        found.extend(self._settle_doubts(text, reader.doubts(text, found), expected(text, slots), german))
        found.extend(find_known(text, words_of(found, text, self.lexicon) - spared, self.lexicon))
        return found

    def _settle_doubts(
        self, text: str, doubts: list[Word], expected: frozenset[int], german: bool
    ) -> Iterator[Finding]:
        for number, (start, end, inside) in enumerate(_passages(text, doubts)):
            if self.model is None or number >= _MOST_PASSAGES:
                likely = [0.0 if starts_sentence(text, word.start) else 1.0 for word in inside]
            else:
                likely = self.model.name_likelihood(
                    text[start:end], [(w.start - start, w.end - start) for w in inside]
                )
            for word, likelihood in zip(inside, likely, strict=True):
                if likelihood >= self._needed(text, word, expected, german):
                    yield Finding(PiiType.PERSON, word.start, word.end, min(0.65, likelihood), "model")

    def _needed(self, text: str, word: Word, expected: frozenset[int], german: bool) -> float:
        """How likely a name must be: less where one is expected, more where any word has a capital."""
        if word.start in expected:
            return _LIKELY_WHERE_EXPECTED
        known = self.lexicon.is_ordinary(word.text)
        if starts_sentence(text, word.start):
            return _LIKELY_AT_HEAD if german or known else _LIKELY
        if german and known:
            return _LIKELY_AT_HEAD
        return _LIKELY_WITHIN if self.lexicon.commonness(word.text) < RARE else _LIKELY


def _passages(text: str, doubts: list[Word]) -> Iterator[tuple[int, int, list[Word]]]:
    """The sentences that hold doubtful words, each with those words."""
    at = 0
    while at < len(doubts):
        start = max(text.rfind("\n", 0, doubts[at].start), _sentence_start(text, doubts[at].start)) + 1
        end = _sentence_end(text, doubts[at].end)
        inside = [doubts[at]]
        while (
            at + len(inside) < len(doubts)
            and doubts[at + len(inside)].start < end
            and doubts[at + len(inside)].end < start + _LONGEST_PASSAGE
        ):
            inside.append(doubts[at + len(inside)])
            end = max(end, inside[-1].end)
        yield start, end, inside
        at += len(inside)


def _sentence_end(text: str, at: int) -> int:
    """Where the sentence, the line or at most some hundred characters after `at` end."""
    stretch = text[at : at + 200]
    ends = [match.end() for match in re.finditer(r"[.!?](?=\s+[A-ZÆØÅÄÖÜ])|(?=\n)", stretch)]
    return at + (ends[0] if ends else len(stretch))


def _sentence_start(text: str, at: int) -> int:
    stretch = text[max(0, at - 200) : at]
    ends = [match.end() for match in re.finditer(r"[.!?]\s+(?=[A-ZÆØÅÄÖÜ])", stretch)]
    return max(0, at - 200) + ends[-1] - 1 if ends else max(-1, at - 201)
