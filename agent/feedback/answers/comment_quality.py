"""How useful a comment is, from 0 to 1: length, specificity, concrete points, usefulness (`data/comment_quality.toml`)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from agent.feedback.answers.wordlist import pattern_of
from agent.feedback.notation import rule_file

_DETAIL = re.compile(r"\d+(?:[.,:]\d+)*|[\"“„»«”][^\"“”„«»]{2,60}[\"”“«»]")
_TOKEN = re.compile(r"\[[A-Z_]+_\d+\]")


@dataclass(frozen=True, slots=True)
class Quality:
    """The four parts, each between 0 and 1, and their weighted sum."""

    length: float
    specific: float
    concrete: float
    useful: float
    score: float


def quality_of(text: str, language: str, *, themes: int, key_terms: int = 0, asks: int = 0) -> Quality:
    """The quality of a redacted comment.

    `themes` are the different themes that it names, `key_terms` names of products, error codes and the like, `asks`
    its requests and questions. No text, no quality.
    """
    rules = _rules()
    words = len(_TOKEN.sub(" ", text).split())
    if not words:
        return Quality(0.0, 0.0, 0.0, 0.0, 0.0)
    reasons = rules.reasons
    patterns = [reasons[language]] if language in reasons else list(reasons.values())
    reasoned = any(pattern.search(text) for pattern in patterns)
    details = len(_DETAIL.findall(text)) + key_terms + len(_TOKEN.findall(text))
    parts = {
        "length": min(words / rules.enough_words, 1.0),
        "specific": min(details / rules.enough_details, 1.0),
        "concrete": min(themes / rules.enough_points, 1.0),
        "useful": 1.0 if reasoned or asks else 0.0,
    }
    score = sum(rules.weights[name] * value for name, value in parts.items())
    return Quality(**parts, score=round(score, 3))


@dataclass(frozen=True, slots=True)
class _Rules:
    weights: Mapping[str, float]
    enough_words: int
    enough_details: int
    enough_points: int
    reasons: Mapping[str, re.Pattern[str]]


@cache
def _rules() -> _Rules:
    table = rule_file("comment_quality")
    return _Rules(
        weights=table["weights"],
        enough_words=table["enough_words"],
        enough_details=table["enough_details"],
        enough_points=table["enough_points"],
        reasons={language: pattern_of(words) for language, words in table["reasons"].items()},
    )
