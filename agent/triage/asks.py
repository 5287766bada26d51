"""The sender's questions and requests, in order and in their own words: what an answer must not leave open."""

import re
from functools import lru_cache

from agent.triage.patterns import compile_all, language_or_english, load_table
from agent.triage.reading import LANGUAGES
from agent.triage.sentences import matter

CLAUSE_START = r"^(?:\W*)|(?<=[,;:–]) |(?:og|och|and|så|then|but|men) "

MAX_ASKS = 8
MAX_LENGTH = 300

_LIST_ITEM = re.compile(r"^(?:[-*•–]|\d{1,2}[.)]|[a-z]\)|\(?[ivx]{1,4}\))\s+")
_COURTESY = re.compile(r"\b(?:thank|tak|takk|tack|dank)\w*\b", re.IGNORECASE)


@lru_cache(maxsize=len(LANGUAGES))
def _requests(language: str) -> re.Pattern[str]:
    return compile_all(load_table(".", "asks")[language], {"start": CLAUSE_START})


def find(text: str, language: str) -> tuple[str, ...]:
    """Questions and requests in the newly written `text`, at most `MAX_ASKS`, each at most `MAX_LENGTH` long.

    The points of a list count when the sentence before it announces them with a colon.
    """
    requests = _requests(language_or_english(language, LANGUAGES))
    found: list[str] = []
    announced = False
    for sentence in matter(text):
        item = bool(_LIST_ITEM.match(sentence))
        asks = "?" in sentence or requests.search(sentence) is not None or (item and announced)
        announced = sentence.endswith(":") or (announced and item)
        if asks and not only_courtesy(sentence) and not sentence.endswith(":"):
            found.append(_LIST_ITEM.sub("", sentence)[:MAX_LENGTH])
    return tuple(dict.fromkeys(found))[:MAX_ASKS]


def only_courtesy(sentence: str) -> bool:
    """Whether it merely thanks ("Thanks in advance for your help")."""
    return "?" not in sentence and len(sentence.split()) <= 7 and bool(_COURTESY.search(sentence))
