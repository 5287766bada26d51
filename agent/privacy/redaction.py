"""Text that may be shared, and how it comes to be.

Models, indexes, logs and notices accept `RedactedText` only. Making one is possible in `agent.privacy` alone:
the constructor asks for a key that nothing else holds. Where redaction fails there is no redacted text, and so
no model call: the rule "fail closed" is a matter of types.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class PiiType(StrEnum):
    """Kinds of personal data, as the contract names them; also the stem of the placeholder."""

    PERSON = "PERSON"
    EMAIL = "EMAIL"
    PHONE = "PHONE"
    ADDRESS = "ADDRESS"
    NATIONAL_ID = "NATIONAL_ID"
    IBAN = "IBAN"
    CREDIT_CARD = "CREDIT_CARD"
    ORG_ID = "ORG_ID"
    IP_ADDRESS = "IP_ADDRESS"
    DATE_OF_BIRTH = "DATE_OF_BIRTH"
    LICENSE_PLATE = "LICENSE_PLATE"
    USERNAME = "USERNAME"
    PASSWORD = "PASSWORD"  # noqa: S105 - the name of a kind, not a password


_KEY = object()
_WORD = re.compile(r"\w+")


class RedactedText:
    """Text in which every piece of personal data that was found stands as a placeholder such as `[PERSON_1]`.

    Immutable. `shareable()` gives the characters; `str()` does the same, so that it reads well in prompts.
    """

    __slots__ = ("_characters",)

    def __init__(self, characters: str, *, key: object) -> None:
        if key is not _KEY:
            raise TypeError("RedactedText is made by agent.privacy only: use Redactor.redact")
        self._characters = characters

    def shareable(self) -> str:
        return self._characters

    def __str__(self) -> str:
        return self._characters

    def __repr__(self) -> str:
        return f"RedactedText({self._characters!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RedactedText) and other._characters == self._characters

    def __hash__(self) -> int:
        return hash(self._characters)

    def __bool__(self) -> bool:
        return bool(self._characters)

    def __getitem__(self, part: slice) -> "RedactedText":
        """A part of redacted text is redacted text."""
        return RedactedText(self._characters[part], key=_KEY)


@dataclass(frozen=True, slots=True)
class PiiSpan:
    """Personal data found at `text[start:end]` of the text that was handed in; `score` in 0..1."""

    type: PiiType
    text: str
    start: int
    end: int
    score: float
    placeholder: str = ""


@dataclass(frozen=True, slots=True)
class KnownPeople:
    """What the envelope says of who is involved: names and addresses from the headers and the customer record.

    They are looked for in every form (full, first name, surname, genitive) before any model is asked.
    """

    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    company_names: tuple[str, ...] = ()  # never hidden: the company's own products and brands


@dataclass(frozen=True, slots=True)
class Redaction:
    """The outcome: text for models, what was found, and the placeholders of the whole conversation so far."""

    text: RedactedText
    spans: tuple[PiiSpan, ...]
    placeholders: Mapping[str, str] = field(default_factory=dict)  # "[PERSON_1]" -> "Anne Nørrelund"
    literals: tuple[
        tuple[int, int, str], ...
    ] = ()  # (start, end, token) of look-alike tokens the sender typed


class Redactor(Protocol):
    """Hides personal data. The same person keeps the same placeholder through a conversation."""

    def redact(
        self,
        text: str,
        *,
        language: str = "",
        known: KnownPeople = KnownPeople(),
        placeholders: Mapping[str, str] | None = None,
    ) -> Redaction:
        """Redact `text`; `placeholders` are those already given in this conversation and are extended.

        Raises `PrivacyRefused` where the text cannot be examined in full.
        """
        ...


class Restorer(Protocol):
    """Puts the real values back into a text that a model or the local writer wrote with placeholders."""

    def __call__(self, text: str, placeholders: Mapping[str, str]) -> str:
        """Raises `PrivacyRefused` for a placeholder that this conversation never gave."""
        ...


def seal(characters: str) -> RedactedText:
    """Vouch that `characters` hold no personal data. For `agent.privacy` alone (held by a test)."""
    return RedactedText(characters, key=_KEY)


NOTHING = seal("")


def join(parts: Iterable[RedactedText], separator: str = "\n") -> RedactedText:
    """Redacted pieces, joined, are redacted."""
    return seal(separator.join(part.shareable() for part in parts))


def recall(characters: str) -> RedactedText:
    """Text that this product redacted earlier and kept in its database. For `agent.desk.values` alone."""
    return seal(characters)


def cut_from(words: str, *sources: RedactedText) -> RedactedText:
    """Words that were cut out of redacted texts, as redacted text.

    Raises `ValueError` for a word that stands in none of `sources`.
    """
    known = {word for source in sources for word in _WORD.findall(source.shareable())}
    if not known.issuperset(_WORD.findall(words)):
        raise ValueError("these words were not cut from redacted text")
    return seal(words)


def part_of(redaction: Redaction, original: str, start: int, end: int) -> RedactedText:
    """The redacted form of `original[start:end]`, where `redaction` is of the whole of `original`.

    Data that reaches over either edge is hidden whole.
    """
    pieces: list[str] = []
    at = start
    hidden = [(span.start, span.end, span.placeholder) for span in redaction.spans]
    for first, last, token in sorted([*hidden, *redaction.literals]):
        if last <= start or first >= end:
            continue
        pieces += [original[at : max(at, first)], token]
        at = max(at, last)
    pieces.append(original[at:end])
    return seal("".join(pieces))
