"""How the sender writes, and so how the answer should read: formality, expertise, length wanted, emotion.

Marks are lists of data (`data/style`); strong ones count double. Each language has its own: `De`, `Ni` and `Sie`
inside a sentence, openings and closings, contractions, smileys, colloquial words.
"""

import re
from functools import lru_cache

from agent.triage.classifier import Model, Seen
from agent.triage.patterns import compile_all, language_or_english, load_table
from agent.triage.reading import LANGUAGES, FactorName, Sentiment, Signal, Style
from agent.triage.sentences import MAX_CHARACTERS, frame, split

STRONG = 2.0
PRONOUN = 5.0
"""`Sie` in a letter settles it against a good deal of chattiness."""
NUMBERS = frozenset({"pronouns", "lean", "letter"})
"""Entries of `formal` that are not patterns."""

LONG_MAIL_WORDS = 120
SEVERAL_ASKS = 3

_EMOJI = re.compile(r"[\U0001F300-\U0001FAFF☀-➿❤]|[:;]-?[)D(P]")
_LOWER_START = re.compile(r"(?:^|[.!?]\s+|\n\s*)[a-zæøåäöü]")
_SHOUTING = re.compile(r"!!|\?\?|[?!]{3,}|\b[A-ZÆØÅÄÖÜ]{4,}(?: [A-ZÆØÅÄÖÜ]{2,}){2,}")


@lru_cache(maxsize=len(LANGUAGES))
def marks_of(language: str) -> dict[str, re.Pattern[str]]:
    table = load_table("style", language)
    marks = {
        f"{part}.{name}": compile_all(patterns)
        for part in table
        for name, patterns in table[part].items()
        if name not in NUMBERS
    }
    if pronouns := table["formal"]["pronouns"]:
        marks["formal.pronouns"] = re.compile(rf"(?<=[\wæøåäöüß,;:–] )(?:{'|'.join(pronouns)})\b")
    return marks


@lru_cache(maxsize=1)
def _expert() -> re.Pattern[str]:
    return compile_all(load_table("style", "shared")["expert"])


def read(
    text: str,
    language: str,
    *,
    sentiment: Sentiment,
    signals: tuple[Signal, ...],
    asks: int,
    model: Model,
    seen: Seen,
) -> Style:
    """The style of the newly written `text` (greeting and closing line included: they show the most)."""
    text = text[:MAX_CHARACTERS]
    marks = marks_of(language_or_english(language, LANGUAGES))
    expertise = knows(text, marks, model, seen)
    return Style(
        formality=formality(text, language),
        expertise=expertise,
        length=wanted_length(text, marks, asks=asks, expertise=expertise),
        emotion=emotion(text, marks, sentiment, signals),
    )


def formality(text: str, language: str) -> str:
    """`formal` or `informal`: the marks of both sides, weighed against each other."""
    spoken = language_or_english(language, LANGUAGES)
    marks = marks_of(spoken)
    balance = load_table("style", spoken)["formal"]
    formal = (
        balance["lean"]
        + STRONG * distinct(marks["formal.strong"], text)
        + distinct(marks["formal.weak"], text)
    )
    formal += balance["letter"] * letter_form(text)
    if pronouns := marks.get("formal.pronouns"):
        formal += PRONOUN * min(2, len(pronouns.findall(text)))
    informal = STRONG * distinct(marks["informal.strong"], text) + distinct(marks["informal.weak"], text)
    informal += STRONG * min(2, len(_EMOJI.findall(text)))
    informal += STRONG * len(_SHOUTING.findall(text)[:2])
    sentences = split(text)
    if sentences:
        lower = len(_LOWER_START.findall(text))
        informal += STRONG * 2 * (lower / len(sentences) > 0.4)
        # Long sentences are written at a desk, short ones on a phone.
        words = len(text.split()) / len(sentences)
        formal += min(2.0, max(0.0, (words - 10) / 4))
        informal += 1.0 if words < 7 else 0.0
    return "formal" if formal > informal else "informal"


def letter_form(text: str) -> float:
    """How much the text looks like a letter: greeting and closing on lines of their own, from -2 to 2."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    greeting, closing = frame()
    opens = bool(lines) and len(lines) > 1 and len(lines[0].split()) <= 5 and bool(greeting.match(lines[0]))
    closes = any(len(line.split()) <= 5 and closing.match(line) for line in lines[1:][-4:])
    if not opens and not closes:
        return -2.0
    cheerful = opens and lines[0].endswith("!")
    return (1.0 if opens else -0.5) + (1.0 if closes else -0.5) - (1.0 if cheerful else 0.0)


def distinct(pattern: re.Pattern[str], text: str) -> int:
    """How many different marks show."""
    return len({match[0].lower() for match in pattern.finditer(text)})


def knows(text: str, marks: dict[str, re.Pattern[str]], model: Model, seen: Seen) -> str:
    """`beginner`, `practitioner` or `expert`: by telling words first, else by the trained head."""
    jargon = distinct(_expert(), text)
    novice = distinct(marks["beginner.patterns"], text)
    shares = model.heads["expertise"].probabilities(seen)
    expert = shares["expert"] + 0.15 * jargon
    beginner = shares["beginner"] + 0.3 * novice - 0.1 * jargon
    if expert >= 0.6 and expert > beginner:
        return "expert"
    return "beginner" if beginner >= 0.4 else "practitioner"


def wanted_length(text: str, marks: dict[str, re.Pattern[str]], *, asks: int, expertise: str) -> str:
    """`detailed` for who asks much or for much, else `short`."""
    if marks["detail.short"].search(text) and not marks["detail.long"].search(text):
        return "short"
    wish = distinct(marks["detail.long"], text)
    reasons = (
        wish + (len(text.split()) > LONG_MAIL_WORDS) + (asks >= SEVERAL_ASKS) + (expertise == "beginner")
    )
    return "detailed" if reasons >= 2 else "short"


def emotion(
    text: str, marks: dict[str, re.Pattern[str]], sentiment: Sentiment, signals: tuple[Signal, ...]
) -> str:
    """`calm`, `pressed`, `frustrated` or `delighted`."""
    if sentiment is Sentiment.POSITIVE:
        return "delighted"
    if sentiment is Sentiment.VERY_NEGATIVE:
        return "frustrated"
    urgent = any(signal.name is FactorName.TIME_CRITICALITY for signal in signals)
    if urgent and (marks["emotion.pressed"].search(text) or "!" in text):
        return "pressed"
    return "frustrated" if sentiment is Sentiment.NEGATIVE else "calm"
