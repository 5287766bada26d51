"""What of a source may stand in a letter to somebody else, and which of it answers.

Articles are written for everybody. A solved case was written to one customer: what was found, done or promised
there, its dates, amounts and names belong to that customer and never enter another's letter. All that is taken from
it are instructions: what to press, open or send is the same for everybody.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from agent.drafting.phrases import load_rules, load_tables
from agent.drafting.sentences import Block, blocks
from agent.privacy.placeholders import PLACEHOLDER
from knowledge.citation import numbers, relevance
from knowledge.search import Document, DocumentKind, Match

_LINK = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
_OPENING_WORD = re.compile(
    r"^(?:hej|hei|hi|hello|dear|guten tag|hallo|kære|goddag)\b[^.,:!]*[.,:!]?\s*", re.IGNORECASE
)
_LEAST_WORDS = 4

_LEAST_OF_A_CASE = 10
"""Words that must be left of a case's answer; a single crumb of it helps nobody."""

_NEAREST = 0.5
"""Added to the relevance of the passage that the vectors, too, found nearest."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A block of one source with how well it answers."""

    source: str
    block: Block
    place: int
    relevance: float


def pieces(match: Match, question: str, allowed: str) -> list[Piece]:
    """The blocks of a match that may be quoted, each with its relevance to `question`.

    `allowed` is text whose numbers may be repeated: the customer's own words and the articles at hand.
    """
    document = match.document
    found = []
    nearest = _flat(match.passage) if len(match.passage) < len(document.body) else ""
    for place, block in enumerate(quotable_blocks(document, allowed)):
        weight = relevance(question, block.text, document.language)
        if nearest and _flat(block.text)[:60] in nearest:
            weight += _NEAREST
        found.append(Piece(document.id, block, place, weight))
    return found


def _flat(text: str) -> str:
    return " ".join(text.split())


def quotable_blocks(document: Document, allowed: str) -> list[Block]:
    """The blocks of a source that may be shown to another customer: all of an article, instructions of a case."""
    if document.kind is DocumentKind.ARTICLE:
        return _without_hidden(blocks(document.body))
    kept: list[Block] = []
    for block in blocks(document.body):
        bare = [_capitalised(_OPENING_WORD.sub("", sentence)) for sentence in block.sentences]
        general = tuple(sentence for sentence in bare if is_general(sentence, document.language, allowed))
        if general:
            kept.append(Block(general, block.marker))
    return kept if sum(block.words for block in kept) >= _LEAST_OF_A_CASE else []


def _without_hidden(article: Sequence[Block]) -> list[Block]:
    """The blocks of an article in which nothing was hidden; of a list with a hidden word, none.

    A placeholder of the article would be filled in with the name of the customer who is written to, and a list
    without one of its steps misleads.
    """
    kept: list[Block] = []
    for is_list, run in groupby(article, key=lambda block: bool(block.marker)):
        group = list(run)
        hidden = [block for block in group if PLACEHOLDER.search(block.text)]
        kept += [] if is_list and hidden else [block for block in group if block not in hidden]
    return kept


def _capitalised(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def is_general(sentence: str, language: str, allowed: str) -> bool:
    """Whether a sentence of a solved case holds for other customers too. In doubt it does not."""
    if not is_instruction(sentence, language):
        return False
    if len(sentence.split()) < _LEAST_WORDS or PLACEHOLDER.search(sentence) or _LINK.search(sentence):
        return False
    if _personal(language).search(sentence):
        return False
    known = set(numbers(allowed))
    if any(number not in known for number in numbers(sentence)):
        return False
    return not _names(sentence, language, allowed)


def is_instruction(sentence: str, language: str) -> bool:
    """Whether the main clause of the sentence tells the reader to do something (`procedures.toml`)."""
    return bool(_instruction(language).search(sentence))


def continues(block: Block, language: str) -> bool:
    """Whether a block goes on from the one before it ("If that does not help: …"), and is nothing alone."""
    return bool(re.search(load_tables("procedures")["continues"][language], block.text, re.IGNORECASE))


def _names(sentence: str, language: str, allowed: str) -> list[str]:
    """Capitalised words inside the sentence that are neither labels of a screen nor known from `allowed`.

    German nouns are all capitalised, so there nothing can be told from capitals.
    """
    if language == "de":
        return []
    suspects: Sequence[str] = re.findall(
        r"(?<=[a-zæøåäö,;] )[A-ZÆØÅÄÖ][a-zæøåäöé]+\b", _without_labels(sentence)
    )
    return [word for word in suspects if word not in allowed]


def _without_labels(sentence: str) -> str:
    """`sentence` without quoted words and menu paths (Settings > Users)."""
    without_quotes = re.sub(r"[»“„\"«][^»“”„\"«]*[«”“\"»]", " ", sentence)
    return re.sub(r"\S+(?:\s\S+)?\s>\s\S+(?:\s>\s\S+)*", " ", without_quotes)


@cache
def _instruction(language: str) -> re.Pattern[str]:
    tables = load_tables("procedures")
    lead, verb, when = (tables[name][language] for name in ("before_imperative", "imperative", "conditional"))
    verb = rf"(?:{verb})\b"
    if polite := tables["polite_german"].get(language):
        verb = rf"(?:(?:\w+ ){{0,4}}{polite}|{verb})"
    start = rf"(?:(?:{lead}),? )*"
    then = tables["then"][language]
    return re.compile(
        rf"^{start}{verb}|^(?:{when})\b[^;:]*, {start}{verb}|, (?:{then}) {start}{verb}", re.IGNORECASE
    )


@cache
def _personal(language: str) -> re.Pattern[str]:
    """Words that tie a sentence to one customer, one day or one agent."""
    words = load_rules("personal")[language]
    return re.compile("|".join(words), re.IGNORECASE)
