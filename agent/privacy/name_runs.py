"""Names in running text: runs of words that begin with a first name, an initial or a patronymic."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.privacy.finding import Finding
from agent.privacy.name_sense import NameSense, is_glued, joins
from agent.privacy.name_words import (
    LEGAL_FORM,
    LONGEST_NAME,
    PARTICLES,
    Word,
    base,
    calendar_words,
    follows_place_word,
    is_acronym,
    is_company,
    is_shouting,
    starts_sentence,
    words,
)
from agent.privacy.redaction import PiiType

_AMBIGUOUS_PARTICLES = frozenset(["og", "och", "und", "e", "y", "da", "den", "der", "de", "du"])
"""Particles of some names that are everyday words of our languages: a name does not go on over them."""

_INITIALS = re.compile(r"[A-ZÆØÅÄÖÜ]\. ?[A-ZÆØÅÄÖÜ]\. ?[A-ZÆØÅÄÖÜ][^\W\d_]{2}")
"""J. R. Holm, H.C. Ek"""

_BARE_INITIALS = re.compile(r"[A-ZÆØÅÄÖÜ] [A-ZÆØÅÄÖÜ] ([A-ZÆØÅÄÖÜ][^\W\d_]{2,})")
"""J R Holm"""

_MIDDLE_INITIAL = re.compile(r" [A-ZÆØÅÄÖÜ]\.? [A-ZÆØÅÄÖÜ][^\W\d_]{2}")


@dataclass(frozen=True, slots=True)
class RunReader:
    """Finds names by the lists: capitalised, or in lower case where nothing else can be meant."""

    sense: NameSense

    def find(self, text: str) -> Iterator[Finding]:
        line = list(words(text))
        at = 0
        while at < len(line):
            name = self._run(text, line, at)
            if not name:
                at += 1
                continue
            start, end = name[0].start, name[-1].end
            if not is_company(text, start, end) and not is_glued(text, start, end):
                yield Finding(PiiType.PERSON, start, end, 0.8 if len(name) > 1 else 0.7, "run")
            at += len(name)

    def _run(self, text: str, line: list[Word], at: int) -> list[Word]:
        """The words of the name that begins with `line[at]`; none where none does."""
        if self.sense.is_nobody(line[at]) or not self._begins(text, line, at):
            return []
        name = [base(line[at], self.sense.lexicon)]
        for following in line[at + 1 : at + LONGEST_NAME]:
            genitive = name[-1].end != line[at + len(name) - 1].end
            if genitive or not self._goes_on(text, line[at], name, following):
                break
            name.append(base(following, self.sense.lexicon))
        while name[-1].text in PARTICLES:
            name.pop()
        return name

    def _begins(self, text: str, line: list[Word], at: int) -> bool:
        word, lexicon = line[at], self.sense.lexicon
        stem = base(word, lexicon).text
        if not word.is_capital or is_shouting(text, word.start):
            return lexicon.is_familiar(stem)
        if lexicon.is_given(stem) and not (word.is_shouted and len(word.text) < 4):
            return True
        return self._opens(text, line, at)

    def _goes_on(self, text: str, first: Word, name: list[Word], following: Word) -> bool:
        lexicon = self.sense.lexicon
        if self.sense.ends_before(text, name[-1], following):
            return False
        if not first.is_capital and not following.is_capital:
            # "camilla ravnsø": a name in lower case goes on with a word that nobody knows
            return len(following.text) > 2 and lexicon.commonness(following.text) == 0
        if following.text in PARTICLES:
            return following.text not in _AMBIGUOUS_PARTICLES
        if not following.is_capital:
            return False
        if is_shouting(text, first.start) and not lexicon.is_surname(following.text):
            return False
        return self.sense.continues(following, generous=name[-1].is_initial)

    def _opens(self, text: str, line: list[Word], at: int) -> bool:
        """Whether a word that is no plain first name still opens one: `Bo Ek`, `J. Holm`, `Hansen`, `Thi Nguyen`."""
        word = line[at]
        following = line[at + 1] if at + 1 < len(line) and joins(text, word, line[at + 1]) else None
        if self.sense.lexicon.is_two_faced(word.text):
            return self._name_follows(word, following) or self._stands_for_itself(text, word)
        if word.is_initial:
            return self._initial_opens(text, word, following)
        if _MIDDLE_INITIAL.match(text, word.end):
            return not self.sense.lexicon.is_ordinary(word.text)
        return self._surname_opens(text, word, following) or self._both_unknown(word, following)

    def _stands_for_itself(self, text: str, word: Word) -> bool:
        """A two-faced word with a capital within a sentence: "jeg så Vibe i går"; in German only a rare one."""
        if starts_sentence(text, word.start) or follows_place_word(text, word.start):
            return False
        if word.text.casefold() in calendar_words() or self.sense.nouns_have_capitals:
            return self.sense.lexicon.commonness(word.text) < 1e-4
        return True

    def _initial_opens(self, text: str, word: Word, following: Word | None) -> bool:
        if _INITIALS.match(text, word.start) and not is_glued(text, word.start, word.start):
            return True
        if bare := _BARE_INITIALS.match(text, word.start):
            return not is_glued(text, word.start, word.start) and not self.sense.lexicon.is_ordinary(bare[1])
        if following is None or not following.is_capital:
            return False
        if self._surname_follows(following):
            return True
        heads_line = text[max(0, word.start - 8) : word.start].rstrip(" \t>")[-1:] in ("", "\n")
        dotted = text[word.end : word.end + 1] == "." and len(following.text) > 2
        return dotted and (heads_line or self._name_follows(word, following))

    def _surname_opens(self, text: str, word: Word, following: Word | None) -> bool:
        """A surname alone, or with another behind it."""
        lexicon = self.sense.lexicon
        listed = len(word.text) > 3 and word.text.casefold() in lexicon.surnames
        before_surname = following is not None and self._surname_follows(following)
        if not lexicon.is_ordinary(word.text) and before_surname:
            return True
        if follows_place_word(text, word.start) and not before_surname:
            return False
        if lexicon.is_ordinary(word.text):  # then only a capital that nothing else explains
            if self.sense.nouns_have_capitals:
                return False
            if starts_sentence(text, word.start):
                rare = following is not None and lexicon.commonness(following.text) < 2e-5
                return before_surname and rare and lexicon.commonness(word.text) < 5e-5
            return before_surname or (listed and lexicon.commonness(word.text) < 1e-4)
        return listed or lexicon.is_patronymic(word.text)

    def _both_unknown(self, word: Word, following: Word | None) -> bool:
        """Two capitalised words that no language knows: a name from far away more often than a thing."""
        return following is not None and all(self._is_unknown(one) for one in (word, following))

    def _is_unknown(self, word: Word) -> bool:
        lexicon = self.sense.lexicon
        plain = word.is_capital and not word.is_shouted and len(word.text) > 3 and "-" not in word.text
        if not plain or self.sense.is_nobody(word) or LEGAL_FORM.fullmatch(word.text):
            return False
        return lexicon.commonness(word.text) == 0 and not lexicon.is_compound(word.text)

    def _surname_follows(self, following: Word) -> bool:
        lexicon = self.sense.lexicon
        return (
            following.is_capital
            and not LEGAL_FORM.fullmatch(following.text)
            and lexicon.is_surname(base(following, lexicon).text)
            and lexicon.commonness(following.text) < 1e-4
        )

    def _name_follows(self, word: Word, following: Word | None) -> bool:
        """Whether what follows can be a surname, or at least no ordinary word."""
        if following is None or not following.is_capital or LEGAL_FORM.fullmatch(following.text):
            return False
        if self._surname_follows(following):
            return True
        if self.sense.is_nobody(following) or is_acronym(following.text):
            return False
        if word.is_initial and len(following.text) < 3:
            return False
        return not (self.sense.nouns_have_capitals and self.sense.lexicon.is_ordinary(following.text))
