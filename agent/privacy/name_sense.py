"""What a word can be in a name: nobody's, the opening, or the next word of one that has begun."""

import re
from dataclasses import dataclass

from agent.privacy.lexicon import Lexicon, fold
from agent.privacy.name_words import (
    LEGAL_FORM,
    Word,
    calendar_words,
    is_occupation,
    is_product_like,
    not_people,
)

_KNOWN_ABROAD = 4
"""Languages in which a word is usual; a German noun is in fewer, a name that the news brings is in all."""


@dataclass(frozen=True, slots=True)
class NameSense:
    """The judgement that all rules for names share, with one lexicon and for one text.

    `spared` holds folded words that are never hidden: the company and its brands. `nouns_have_capitals` says that
    the text is German, where a capital within a sentence is no sign of a name.
    """

    lexicon: Lexicon
    spared: frozenset[str] = frozenset()
    nouns_have_capitals: bool = False

    def is_nobody(self, word: Word) -> bool:
        """Whether the word cannot be part of a name: a brand, a role, a weekday, a product, an authority."""
        if word.is_initial:
            return False
        lower = word.text.casefold()
        if self.spared:
            folded = fold(word.text)
            if folded in self.spared or (folded.endswith("s") and folded[:-1] in self.spared):
                return True
        if lower in not_people() or (lower in calendar_words() and not self.lexicon.is_two_faced(lower)):
            return True
        known = self.lexicon.is_given(lower) or lower in self.lexicon.surnames
        return is_product_like(word.text) or (not known and is_occupation(lower))

    def is_listed(self, word: str) -> bool:
        """Whether any list or shape knows the word as a name."""
        return self.lexicon.is_given(word) or self.lexicon.is_two_faced(word) or self.lexicon.is_surname(word)

    def continues(self, word: Word, *, generous: bool = False) -> bool:
        """Whether a capitalised word goes on with a name that has begun."""
        lexicon = self.lexicon
        if not self.nouns_have_capitals or generous:  # a capital within a sentence: rather hide too much
            return True
        if word.is_initial or lexicon.is_given(word.text) or lexicon.is_two_faced(word.text):
            return True
        known_abroad = lexicon.languages.get(word.text.casefold(), 0) >= _KNOWN_ABROAD
        limit = 3e-4 if lexicon.is_surname(word.text) else 1.5e-4 if known_abroad else 1e-5
        return lexicon.commonness(word.text) < limit

    def ends_before(self, text: str, left: Word, right: Word) -> bool:
        """Whether the name that ends in `left` cannot go on with `right`."""
        return not joins(text, left, right) or self.is_nobody(right) or bool(LEGAL_FORM.fullmatch(right.text))


def joins(text: str, left: Word, right: Word) -> bool:
    """Whether two words can be one name: a space, or an initial's dot, between them."""
    gap = text[left.end : right.start]
    return gap in (" ", "  ") or (gap in (". ", ".") and len(left.text) <= 2)


_GLUE_BEFORE = re.compile(r"[\w@/\\#_]\Z|\w-\Z")
_GLUE_AFTER = re.compile(r"[\d_@\\]|[!+]\w|-\d|\.(?:com|dk|no|se|de|org|net)\b")


def is_glued(text: str, start: int, end: int) -> bool:
    """Whether it is part of an address, a path, a product code or a compound: `anna@`, `/lars/`, `Bo-100`."""
    before, after = text[max(0, start - 2) : start], text[end : end + 5]
    return _GLUE_BEFORE.search(before) is not None or _GLUE_AFTER.match(after) is not None
