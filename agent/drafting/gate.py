"""Is a letter plausibly in the language it should be in?

The letter frequencies that tell languages apart take Danish for Norwegian and back in short texts; and a letter that
changes its language half-way passes as a whole. So the Nordic languages are told by their own words as well, and every
sentence is looked at.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache

from agent.drafting.phrases import load_rules
from agent.triage.reading import LanguageGuess

UNSURE = 0.55
"""Confidence of the language guess below which it is not held against a text."""

_LONG_ENOUGH = 8  # words from which a single sentence can be judged
_SURE_OF_A_SENTENCE = 0.9
_STRANGE_WORDS = 2  # tell-tale words of another Nordic language that settle it, where its own are fewer
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def other_language(sentences: Iterable[str], wanted: str, language_of: Callable[[str], LanguageGuess]) -> str:
    """The language that the sentences, or one of them, are in instead of `wanted`; empty where none stands out."""
    told = [one for one in sentences if one.strip()]
    whole = " ".join(told)
    if not whole:
        return ""
    guess = language_of(whole)
    if guess.value != wanted and guess.confidence >= UNSURE:
        return guess.value
    return _by_words(whole, wanted) or _in_one_sentence(told, wanted, language_of)


def _by_words(text: str, wanted: str) -> str:
    """Another Nordic language whose own words the text has, and more of them than of the wanted language's."""
    if wanted not in _telling():
        return ""
    words = [word.lower() for word in _WORD.findall(text)]
    counts = {language: sum(word in own for word in words) for language, own in _telling().items()}
    strange = max((language for language in counts if language != wanted), key=counts.__getitem__)
    return strange if counts[strange] >= _STRANGE_WORDS and counts[strange] > counts[wanted] else ""


def _in_one_sentence(
    sentences: Iterable[str], wanted: str, language_of: Callable[[str], LanguageGuess]
) -> str:
    for sentence in sentences:
        if len(sentence.split()) < _LONG_ENOUGH:
            continue
        guess = language_of(sentence)
        cousins = {wanted, guess.value} <= _telling().keys()  # one sentence's letters do not tell these apart
        if guess.value != wanted and guess.confidence >= _SURE_OF_A_SENTENCE and not cousins:
            return guess.value
        if strange := _by_words(sentence, wanted):
            return strange
    return ""


@cache
def _telling() -> dict[str, frozenset[str]]:
    """Single words by language, without those that two of the languages share."""
    lists = {
        language: {word for word in words if " " not in word}
        for language, words in load_rules("telltale").items()
    }
    return {
        language: frozenset(
            word
            for word in words
            if not any(word in other for name, other in lists.items() if name != language)
        )
        for language, words in lists.items()
    }
