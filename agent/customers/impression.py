"""What one mail shows of its sender: triage's style, and warmth, wishes and role read from the words themselves.

Marks of warmth and names of roles are lists of data (`data/warmth.toml`, `data/roles.toml`) in the notation of
`agent.triage.patterns`.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache

from agent.customers.profile import DATA, TRAITS, Impression, Sign, numbers
from agent.triage.patterns import compile_all, language_or_english
from agent.triage.reading import LANGUAGES, Reading, Sentiment
from agent.triage.style import distinct, letter_form, marks_of

DIRECT_WORDS = 40
"""A mail without greeting, closing or thanks shows a direct writer only while it is short."""

_TITLES = ("role", "title", "job_title", "position", "function", "stilling", "titel", "rolle", "befattning")
"""Columns of a customer's record that may hold a role."""

_COMPANY = re.compile(r"\b(?:aps|a/s|as|asa|ab|hb|gmbh|ag|kg|ohg|ug|ltd|llc|inc|plc|oy)\b\.?$", re.IGNORECASE)
_LONGEST_TITLE = 6  # words


def impression_of(
    reading: Reading, text: str, signature: str, at: datetime, *, address: str = ""
) -> Impression:
    """What the newly written `text` shows. `address` is how it addresses us, where it does (familiar, polite)."""
    style, language = reading.style, reading.language.value
    rule = numbers()
    weight = min(1.0, max(rule["least_weight"], len(text.split()) / rule["full_words"]))
    signs = {
        "formality": Sign(style.formality, weight),
        "expertise": Sign(style.expertise, weight),
        "length": Sign(style.length, weight),
    }
    if address:
        signs["address"] = Sign(address)
    if (warmth := warmth_of(text, language)) and (warmth.level, style.emotion) != ("warm", "frustrated"):
        signs["warmth"] = replace(warmth, weight=weight * warmth.weight)
    if role := role_of(signature, text, language):
        signs["role"] = Sign(role)
    return Impression(at, signs, mood_of(reading))


def mood_of(reading: Reading) -> float:
    """The mail's mood from -1 to 1."""
    rule = numbers()["mood"]
    felt = float(rule[reading.style.emotion])
    return min(felt, rule["very_negative"]) if reading.sentiment.value is Sentiment.VERY_NEGATIVE else felt


def outright(reading: Reading, text: str, signature: str, *, address: str = "") -> Mapping[str, str]:
    """The traits that this mail settles by itself, whatever earlier ones were like."""
    language = reading.language.value
    said = {
        "length": length_asked(text, language),
        "role": role_of(signature, text, language),
        "address": address,
    }
    if address == "polite" or (address == "familiar" and language == "de"):
        said["formality"] = (
            "formal" if address == "polite" else "informal"
        )  # du says nothing of it in the North
    return {trait: level for trait, level in said.items() if level}


def warmth_of(text: str, language: str) -> Sign | None:
    """`warm` (one mark may be a mere phrase and counts half), `direct`, or None where a mail shows neither."""
    table = _warmth()
    spoken = language_or_english(language, LANGUAGES)
    marks = distinct(table[spoken], text) + distinct(table["shared"], text)
    if marks:
        return Sign("warm", 0.5 if marks == 1 else 1.0)
    is_curt = letter_form(text) < 0 and len(text.split()) <= DIRECT_WORDS
    return Sign("direct") if is_curt else None


def length_asked(text: str, language: str) -> str:
    """`short` or `detailed` where the sender asks for that kind of answer, else empty."""
    marks = marks_of(language_or_english(language, LANGUAGES))
    short, long = bool(marks["detail.short"].search(text)), distinct(marks["detail.long"], text) >= 2
    return "" if short == long else "short" if short else "detailed"


def role_of(signature: str, text: str, language: str) -> str:
    """The sender's role by the title in the signature, or by what they call themselves; else empty.

    The name of a company is no title: "Elektriker Holm ApS" may write about invoices.
    """
    parts = [part.strip() for part in re.split(r"[\n,|;·•]|\s[-–—/]\s", signature)]
    for title in parts:
        if len(title.split()) <= _LONGEST_TITLE and not _COMPANY.search(title) and (role := _titled(title)):
            return role
    spoken = language_or_english(language, LANGUAGES)
    for said in _introductions(spoken).finditer(text):
        following = text[said.end() :].split()[:4]
        for start in range(min(2, len(following))):  # an adjective may come first: "a senior developer"
            if role := _begins_with_title(" ".join(following[start:])):
                return role
    return "beginner" if _new_here(spoken).search(text) else ""


def role_of_record(attributes: Mapping[str, object]) -> str:
    """The role that the customer's record names, either by our own word for it or by a title."""
    for column in _TITLES:
        value = str(attributes.get(column) or "").strip()
        if value in TRAITS["role"]:
            return value
        if role := _titled(value):
            return role
    return ""


def _titled(title: str) -> str:
    return next((role for role, pattern in _roles().items() if pattern.search(title)), "")


def _begins_with_title(words: str) -> str:
    return next((role for role, pattern in _roles().items() if pattern.match(words)), "")


@cache
def _table(name: str) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def _warmth() -> Mapping[str, re.Pattern[str]]:
    return {name: compile_all(words) for name, words in _table("warmth")["marks"].items()}


@cache
def _roles() -> Mapping[str, re.Pattern[str]]:
    return {role: compile_all(words) for role, words in _table("roles")["titles"].items()}


@cache
def _introductions(language: str) -> re.Pattern[str]:
    return compile_all(_table("roles")["introductions"][language])


@cache
def _new_here(language: str) -> re.Pattern[str]:
    return compile_all(_table("roles")["new_here"][language])
