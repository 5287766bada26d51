"""The people whom the envelope names, and those found once, wherever the text mentions them again.

"Anne Nørrelund" in the header makes "anne", "NØRRELUND", "Annes" and "Noerrelund" in the text hers.
"""

from collections.abc import Iterable

from agent.privacy.context import word_list
from agent.privacy.finding import Finding
from agent.privacy.lexicon import Lexicon, fold, spellings
from agent.privacy.name_words import (
    LEGAL_FORM,
    PARTICLES,
    Word,
    base,
    is_shouting,
    not_people,
    words,
)
from agent.privacy.redaction import KnownPeople, PiiType

_ROLE_MAILBOXES = frozenset(word_list("role_mailboxes"))


def name_words(known: KnownPeople, lexicon: Lexicon, spared: frozenset[str]) -> frozenset[str]:
    """The words, in every spelling, by which the people of the envelope may be mentioned."""
    people = [list(words(name)) for name in people_of(known, lexicon)]
    for email in known.emails:
        local = email.split("@")[0].split("+")[0]
        if local.casefold() not in _ROLE_MAILBOXES and any(sign in local for sign in "._-"):
            parts = list(words(local.replace(".", " ").replace("_", " ")))
            if any(lexicon.is_given(part.text) or lexicon.is_surname(part.text) for part in parts):
                people.append(parts)
    found: set[str] = set()
    for person in people:
        for word in person:
            lower = word.text.casefold()
            if len(lower) < 2 or lower in PARTICLES or lower in _NOT_PEOPLE or fold(lower) in spared:
                continue
            found.update(spellings(word.text))
    return frozenset(found)


def people_of(known: KnownPeople, lexicon: Lexicon) -> list[str]:
    """The display names that are a person's, not a company's or a department's."""
    return [name.strip() for name in known.names if not _is_company_name(name, lexicon)]


def words_of(findings: Iterable[Finding], text: str, lexicon: Lexicon) -> frozenset[str]:
    """The words of people already found with confidence, for finding them again."""
    found: set[str] = set()
    for finding in findings:
        if finding.type is not PiiType.PERSON or finding.score < 0.7:
            continue
        for word in words(text, finding.start, finding.end):
            if (
                len(word.text) > 2
                and word.text.casefold() not in PARTICLES
                and not lexicon.is_ordinary(word.text)
            ):
                found.update(spellings(word.text))
    return frozenset(found)


def find_known(text: str, known: frozenset[str], lexicon: Lexicon) -> list[Finding]:
    """Every mention of the known words: capitalised ones always, lower-case ones unless the word means more."""
    if not known:
        return []
    mentions: list[Word] = []
    for word in words(text):
        folded = fold(word.text)
        if folded not in known and folded.removesuffix("s") not in known and "-" not in folded:
            continue
        stem = base(word, lexicon, known)
        if (
            fold(stem.text) not in known
            and stem.text.casefold() not in known
            and not _half_known(stem.text, known)
        ):
            continue
        ordinary = lexicon.is_ordinary(stem.text) or lexicon.is_two_faced(stem.text)
        if ordinary and (not stem.is_capital or is_shouting(text, stem.start)):
            continue
        mentions.append(stem)
    return [Finding(PiiType.PERSON, start, end, 0.9, "known") for start, end in _joined(text, mentions)]


def _half_known(word: str, known: frozenset[str]) -> bool:
    return "-" in word and all(fold(part) in known for part in word.split("-") if part)


def _joined(text: str, mentions: list[Word]) -> list[tuple[int, int]]:
    """Neighbouring mentions as one stretch; particles and initials between them belong to it."""
    stretches: list[tuple[int, int]] = []
    for word in mentions:
        if stretches:
            start, end = stretches[-1]
            between = text[end : word.start].strip(" .")
            close = "\n" not in text[end : word.start] and word.start - end <= 12
            if (
                close
                and text[end : end + 1] in " ."
                and all(p in PARTICLES or len(p.strip(".")) == 1 for p in between.split())
            ):
                stretches[-1] = (start, word.end)
                continue
        stretches.append((word.start, word.end))
    return stretches


def _is_company_name(name: str, lexicon: Lexicon) -> bool:
    """Whether a display name is a company's or a department's, not a person's."""
    parts = list(words(name))
    if not parts or any(LEGAL_FORM.fullmatch(part.text) for part in parts):
        return True
    if any(part.text.casefold() in _NOT_PEOPLE for part in parts):
        return True
    return not any(
        lexicon.is_given(p.text) or lexicon.is_two_faced(p.text) or lexicon.is_surname(p.text) for p in parts
    ) and any(lexicon.is_ordinary(part.text) for part in parts)


_NOT_PEOPLE = not_people()
