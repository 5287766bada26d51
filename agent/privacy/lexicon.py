"""Which words are names, and which are ordinary words of the five languages.

Names come from the shipped lists, ordinary words from wordfreq's frequencies. A word can be both ("Bo", "Mark",
"Will"): `two_faced` says so, and the context has to decide.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache

from agent.privacy.context import word_list

LANGUAGES = ("da", "nb", "sv", "de", "en")
ORDINARY = 1e-6
"""One in a million: from here on a word that is no name is taken for an ordinary one."""

RARE = 3e-6
"""Ordinary words below this are seen so seldom that a capital may make a name of them."""

_SURNAME_SHAPE = re.compile(
    r"[^\W\d_]{2,}(?:sen|sson|zon|datter|dottir|dóttir|sdóttir|gaard|gård|gaards|strøm|ström|strup|qvist|kvist|quist|gren|lund|holm|stad|bakken|bakke|haug|haugen"
    r"|vold|rud|berg|berger|borg|dahl|dal|lien|moen|vik|viken|heim|seth|sæter|sætre|nes|ness|mark|felt|feldt|stedt|bäck|back|blad|blom|mann|meier|meyer|mayer|maier"
    r"|hauser|bauer|huber|müller|schmidt|schmitt|stein|steiner|wicz|vić|vic|ić|ič|ski|ska|cki|cka|czyk|czak|enko|escu|oglu|oğlu|pour|zadeh|shvili|yan|ez|ini|elli|etti|opoulos|akis|idis)",
    re.IGNORECASE,
)
_SHORTEST_COMPOUND = 9
_LINKS = ("s", "n", "e", "en", "es", "er")
_PATRONYM = re.compile(r"s?(?:sen|son|zon)$")
_FOLDS = str.maketrans(
    {
        "æ": "ae",
        "ø": "o",
        "å": "a",
        "ä": "a",
        "ö": "o",
        "ü": "u",
        "ß": "ss",
        "ð": "d",
        "þ": "th",
        "ł": "l",
        "đ": "d",
        "ı": "i",
    }
)
_SPELT_OUT = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """Without case and diacritics: `Søren` and `soren` fold alike."""
    if word.isascii():
        return word.casefold()
    decomposed = unicodedata.normalize("NFKD", word.casefold().translate(_FOLDS))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def spellings(word: str) -> set[str]:
    """How people without the right keyboard write it: `søren`, `soren`, `soeren`."""
    lower = word.casefold()
    return {lower, fold(lower), fold(lower.translate(_SPELT_OUT))}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Name lists and word frequencies; all keys are case-folded."""

    given: frozenset[str]
    given_elsewhere: frozenset[str]
    surnames: frozenset[str]
    two_faced: frozenset[str]
    frequency: dict[str, float]
    languages: dict[str, int]

    def is_given(self, word: str) -> bool:
        """Whether this is a first name and no ordinary word; each part of `Anne-Sofie` counts."""
        return any(
            part in self.given or (part in self.given_elsewhere and self.frequency.get(part, 0.0) < 2e-5)
            for part in _parts(word)
        )

    def is_familiar(self, word: str) -> bool:
        """Whether this is a first name even in lower case: usual where our customers live, and nothing else.

        Names are written about in every language; what only one or two languages know may be a word of theirs.
        """
        lower = word.casefold()
        if len(lower) < 4 or lower not in self.given or lower in self.two_faced:
            return False
        share = self.frequency.get(lower, 0.0)
        return share < 4e-6 or (share < 6e-5 and self.languages[lower] >= 3)

    def is_two_faced(self, word: str) -> bool:
        return any(part in self.two_faced for part in _parts(word))

    def is_surname(self, word: str) -> bool:
        """Whether this is a surname by list, or by a shape that only surnames have."""
        parts = _parts(word)
        return (
            any(part in self.surnames for part in parts)
            or self.is_patronymic(word)
            or (_SURNAME_SHAPE.fullmatch(parts[-1]) is not None and not self.is_ordinary(word))
        )

    def is_patronymic(self, word: str) -> bool:
        """Whether this is a first name with -sen or -son: Thomassen, Magnusson."""
        stem = _PATRONYM.sub("", word.casefold())
        return stem != word.casefold() and any(
            form in self.given or form in self.two_faced
            for form in (stem, stem + "e", stem + "s", stem.removesuffix("s"))
        )

    def is_ordinary(self, word: str) -> bool:
        """Whether this is a common word of one of the languages (names are not)."""
        lower = word.casefold()
        if self.is_patronymic(lower) or self._is_rare_surname(lower):
            return False
        if lower in self.given or (lower in self.given_elsewhere and self.frequency.get(lower, 0.0) < 2e-5):
            return False
        return self.frequency.get(lower, 0.0) >= ORDINARY

    def _is_rare_surname(self, lower: str) -> bool:
        """Whether a listed surname is written about so little that it cannot be a common word as well."""
        return lower in self.surnames and self.frequency.get(lower, 0.0) < RARE

    def is_compound(self, word: str) -> bool:
        """Whether a long word is put together of two ordinary ones (`Lieferschein`, `dagsoppgjøret`), as no name is
        that neither list nor shape knows."""
        lower = word.casefold()
        if (
            len(lower) < _SHORTEST_COMPOUND
            or self.is_surname(lower)
            or self.is_surname(lower.removesuffix("s"))
        ):
            return False
        return any(
            self.frequency.get(lower[at:], 0.0) >= ORDINARY and self._is_first_part(lower[:at])
            for at in range(4, len(lower) - 3)
        )

    def _is_first_part(self, part: str) -> bool:
        """Whether this is an ordinary word, alone or with the letters that join it to the next."""
        stems = (part, *(part[: -len(link)] for link in _LINKS if part.endswith(link)))
        return any(len(stem) >= 4 and self.frequency.get(stem, 0.0) >= ORDINARY for stem in stems)

    def commonness(self, word: str) -> float:
        """The share of this word in running text, 0 where it is unknown."""
        return self.frequency.get(word.casefold(), 0.0)


def _parts(word: str) -> list[str]:
    return [part for part in word.casefold().split("-") if part] or [""]


@cache
def lexicon() -> Lexicon:
    """The shipped lists and the frequencies, read once (about 0.3 s)."""
    from wordfreq import get_frequency_dict

    frequency: dict[str, float] = {}
    languages: Counter[str] = Counter()
    for language in LANGUAGES:
        shares = get_frequency_dict(language, "small")
        languages.update(shares.keys())
        for word, share in shares.items():
            if share > frequency.get(word, 0.0):
                frequency[word] = share
    two_faced = frozenset(name.casefold() for name in word_list("two_faced_names"))
    return Lexicon(
        given=_spelt(word_list("given_names"), frequency) - two_faced,
        given_elsewhere=_spelt(word_list("given_names_world"), frequency) - two_faced,
        surnames=_spelt(word_list("surnames"), frequency),
        two_faced=two_faced,
        frequency=frequency,
        languages=languages,
    )


def _spelt(names: tuple[str, ...], frequency: dict[str, float]) -> frozenset[str]:
    """The names in every spelling, without spellings that happen to be ordinary words."""
    found = {name.casefold() for name in names}
    for name in names:
        if name.isascii():
            continue
        found.update(spelling for spelling in spellings(name) if frequency.get(spelling, 0.0) < ORDINARY)
    return frozenset(found)
