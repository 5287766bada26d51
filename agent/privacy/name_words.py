"""Words of a text with what their writing says: capital, all capitals, first of a sentence, genitive.

Shared by the rules that look for people.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from agent.privacy.context import phrases, word_list
from agent.privacy.lexicon import Lexicon, fold

WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
PARTICLES = frozenset(word_list("particles"))
"""Small words inside names: Ludwig van Beethoven."""

LONGEST_NAME = 5
"""Words; what is longer is a list of names or no name."""

LEGAL_FORM = re.compile(
    r"(?:ApS|A/S|I/S|K/S|P/S|IVS|AmbA|A\.m\.b\.a\.?|AS|ASA|ANS|DA|ENK|SA|AB|HB|KB|GmbH|gGmbH|mbH|AG|KG|KGaA|OHG|UG"
    r"|GbR|SE|e\.?K\.?|e\.?V\.?|eG|Ltd|Limited|LLP|LLC|Inc|Corp|Plc|PLC|Co|Oy|Oyj|BV|B\.V\.|NV|S\.?A\.?S?"
    r"|S\.?r\.?l\.?|Sp\. z o\.o|Group|Gruppen|Holding)(?!\w)\.?"
)
"""What makes the words before it a company."""

_SENTENCE_START = re.compile(r"(?:^|[.!?:•*-]\s+|\n[\s>|*•-]*|[\"(]\s*)$")


@dataclass(frozen=True, slots=True)
class Word:
    """One word at `[start, end)`, without a genitive `'s`."""

    text: str
    start: int
    end: int

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def is_shouted(self) -> bool:
        return len(self.text) > 1 and self.text.isupper()

    @property
    def is_initial(self) -> bool:
        return len(self.text) == 1 and self.text.isupper()


def words(text: str, start: int = 0, end: int | None = None) -> Iterator[Word]:
    """The words of a stretch, in order."""
    for match in WORD.finditer(text, start, len(text) if end is None else end):
        raw = match[0]
        if len(raw) > 2 and raw[-2:] in ("'s", "'S"):
            raw = raw[:-2]
        yield Word(raw, match.start(), match.start() + len(raw))


def base(word: Word, lexicon: Lexicon, known: frozenset[str] = frozenset()) -> Word:
    """The word without a genitive -s, where what is left is a name and the whole is not."""
    if len(word.text) > 3 and word.text[-1] in "sS" and fold(word.text) not in known:
        stem = word.text[:-1]
        if not word.is_capital and fold(stem) not in known:
            return word
        lower = word.text.casefold()
        if lower in lexicon.given or lexicon.is_two_faced(word.text):  # Lars, Jonas, Hans
            return word
        unlisted = lower not in lexicon.given_elsewhere and lower not in lexicon.surnames
        if fold(stem) in known or stem.casefold() in lexicon.given or (unlisted and lexicon.is_surname(stem)):
            return Word(stem, word.start, word.end - 1)
    return word


def is_acronym(word: str) -> bool:
    """Whether capitals alone make the word: DKIM, EHF, MVA."""
    return 1 < len(word) < 6 and word.isupper()


def is_product_like(word: str) -> bool:
    """Whether a capital stands inside the word, as in MitID or FortiGate; McCarthy and D'Arcy are people."""
    return re.search(r"[a-zæøåäöüß][A-ZÆØÅÄÖÜ]", word) is not None and not re.match(
        r"(?:Ma?c|O'|D'|De|Di|La|Le|Van|Fitz)[A-Z]", word
    )


def is_shouting(text: str, at: int) -> bool:
    """Whether the line around `at` is written in capitals, so that capitals say nothing."""
    before, after = text[max(0, at - 150) : at], text[at : at + 150]
    line = before.rsplit("\n", maxsplit=1)[-1] + after.split("\n", maxsplit=1)[0]
    letters = [character for character in line if character.isalpha()]
    return len(letters) > 15 and sum(map(str.isupper, letters)) > 0.7 * len(letters)


def starts_sentence(text: str, at: int) -> bool:
    """Whether the word at `at` begins a sentence, a line or a list item, where any word has a capital."""
    return _SENTENCE_START.search(text[max(0, at - 12) : at]) is not None or at == 0


def is_company(text: str, start: int, end: int) -> bool:
    """Whether the words at `[start, end)` are part of a company's name: a legal form follows on the line."""
    rest = text[end : end + 60].split("\n", maxsplit=1)[0]
    follow = re.match(
        r"(?:[ ,]{0,2}(?:&|\+|og|och|und|and|i|in|[A-ZÆØÅÄÖÜ][\w'-]*)){0,4},? " + LEGAL_FORM.pattern, rest
    )
    return follow is not None


_PLACE_BEFORE = re.compile(
    r"(?:\b(?:i|in|til|till|fra|från|nach|aus|ved|på|near|from|bei|omkring)\s)$", re.IGNORECASE
)


def follows_place_word(text: str, at: int) -> bool:
    """Whether a preposition of place stands before: "in Lund" is a town more often than a person."""
    return _PLACE_BEFORE.search(text[max(0, at - 10) : at]) is not None


@cache
def not_people() -> frozenset[str]:
    """Words that stand where a name could stand: everyone, support, team, Damen und Herren, titles and roles."""
    people = phrases()["people"]
    greeted = {word for phrase in people["not_people"] for word in phrase.split()}
    return frozenset(greeted | set(people["role"]) | set(people["title"]) | set(people["labels"]))


@cache
def calendar_words() -> frozenset[str]:
    """Weekdays and months, which are capitalised in some languages and are nobody's names."""
    return frozenset(word_list("calendar"))


@cache
def _occupations() -> tuple[str, ...]:
    return word_list("occupations")


def is_occupation(word: str) -> bool:
    """Whether a compound names a job, a department or an authority: Driftschef, Bogholderiafdelingen."""
    lower = word.casefold()
    return lower.endswith(_occupations())


# The commonest words of German, and of the languages that write nouns small. Shared ones (mit, der) tip no scale.
_NOUNS_CAPITAL = re.compile(
    r"\b(?:und|die|das|nicht|ist|ich|wir|sie|auf|für|ein|eine|dem|zu|bei|von|sind|haben|wird|aber|oder)\b",
    re.IGNORECASE,
)
_NOUNS_SMALL = re.compile(
    r"\b(?:og|och|and|the|ikke|inte|not|jeg|jag|er|är|det|att|at|på|som|til|till|to|of|is|vi|we|et|en|for|har|have)\b",
    re.IGNORECASE,
)


def capitalises_nouns(text: str) -> bool:
    """Whether the text is German, where a capital within a sentence says little; by its commonest words."""
    beginning = text[:6000]
    return len(_NOUNS_CAPITAL.findall(beginning)) > len(_NOUNS_SMALL.findall(beginning))
