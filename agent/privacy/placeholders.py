"""Placeholders: how they are given, kept through a conversation, and turned back.

    [EMAIL_1]                     the first address of the conversation
    [PERSON_1]                    a person, as first written in full
    [PERSON_1_FIRST] [PERSON_1_LAST]   the same person by first name or surname alone
    [PERSON_1_FULL]               the full name, where the conversation knew the person only in part before
    [PERSON_1_2]                  the same person written otherwise ("ANNE", "anne nørrelund")
    [LITERAL_1]                   what the sender typed that looked like a placeholder; it stands for itself only

Each token stands for exactly one string, for ever, so that restoring gives the very characters that were hidden.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agent.errors import PrivacyRefused
from agent.privacy.lexicon import fold
from agent.privacy.redaction import PiiType

LITERAL = "LITERAL"
_KINDS = "|".join([*PiiType, LITERAL])

PLACEHOLDER = re.compile(
    rf"\[(?P<kind>{_KINDS})_(?P<number>[1-9]\d*)(?:_(?P<form>FIRST|LAST|FULL|[1-9]\d*))?\]"
)
"""A token as we write it."""

NEARLY = re.compile(
    rf"[\[{{(<]\s*(?:{_KINDS})(?:[\s_-]*\d+)(?:[\s_-]*(?:FIRST|LAST|FULL|\d+))?\s*[\]}})>]", re.IGNORECASE
)
"""What could be taken for a token: typed by a sender it is a literal, written by a model it is a mistake."""


def restore(text: str, placeholders: Mapping[str, str]) -> str:
    """The text with the real values back in place.

    Raises `PrivacyRefused` for a token that this conversation never gave, and for one that a model bent out of
    shape (`[Person 1]`): guessing whom it means could put one person's data in another's letter.
    """
    for match in NEARLY.finditer(text):
        if match[0] not in placeholders or not PLACEHOLDER.fullmatch(match[0]):
            raise PrivacyRefused(
                "The text holds a placeholder that this conversation does not know.",
                code="privacy.unknown_placeholder",
                remedy="Replace it by the words that are meant.",
            )
    return PLACEHOLDER.sub(lambda match: placeholders[match[0]], text)


@dataclass
class PlaceholderBook:
    """The placeholders of one conversation, growing with each text. Never changes what a token stands for."""

    tokens: dict[str, str] = field(default_factory=dict)
    _by_value: dict[tuple[str, str], str] = field(default_factory=dict)
    _people: dict[int, list[str]] = field(default_factory=dict)

    @classmethod
    def open(cls, placeholders: Mapping[str, str]) -> "PlaceholderBook":
        """Continue a conversation. Raises `PrivacyRefused` where a key is no token of ours."""
        book = cls()
        for token, value in placeholders.items():
            match = PLACEHOLDER.fullmatch(token)
            if match is None:
                raise PrivacyRefused(
                    "The conversation's placeholders are damaged.",
                    code="privacy.bad_placeholder",
                    remedy="Redact the conversation anew.",
                )
            book._enter(token, match["kind"], int(match["number"]), value)
        return book

    def meet(self, names: Iterable[str]) -> None:
        """Make sure that full names come before their parts, so that `[PERSON_1]` is the whole name."""
        for name in sorted(set(names), key=lambda n: (-len(n.split()), n)):
            self.token(PiiType.PERSON, name)

    def token(self, kind: PiiType | str, value: str) -> str:
        """The token for `value`, given anew where this conversation has none."""
        if known := self._by_value.get((kind, value)):
            return known
        number = self._number_of(kind, value)
        if number is None:
            number = 1 + max(
                (
                    int(m["number"])
                    for t in self.tokens
                    if (m := PLACEHOLDER.fullmatch(t)) and m["kind"] == kind
                ),
                default=0,
            )
            token = f"[{kind}_{number}]"
        else:
            token = self._variant(kind, number, value)
        self._enter(token, kind, number, value)
        return token

    def _enter(self, token: str, kind: str, number: int, value: str) -> None:
        self.tokens[token] = value
        self._by_value.setdefault((kind, value), token)
        if kind == PiiType.PERSON:
            self._people.setdefault(number, []).append(value)

    def _number_of(self, kind: PiiType | str, value: str) -> int | None:
        """Whose number this value shares: the same digits written otherwise, the same person named otherwise."""
        if kind == PiiType.PERSON:
            return self._person(value)
        if kind in (
            LITERAL,
            PiiType.PASSWORD,
        ):  # case and signs matter: nothing is "the same written otherwise"
            return None
        wanted = _bare(value)
        for (other_kind, other), token in self._by_value.items():
            if other_kind == kind and _bare(other) == wanted and (match := PLACEHOLDER.fullmatch(token)):
                return int(match["number"])
        return None

    def _person(self, value: str) -> int | None:
        """The one person whose name contains, or is contained in, this one; None where there is none or several."""
        wanted = _name_words(value)
        candidates = {
            number
            for number, forms in self._people.items()
            if any(_same_person(wanted, _name_words(form)) for form in forms)
        }
        return candidates.pop() if len(candidates) == 1 else None

    def _variant(self, kind: PiiType | str, number: int, value: str) -> str:
        main = self.tokens.get(f"[{kind}_{number}]", "")
        candidates: list[str] = []
        if kind == PiiType.PERSON and main.split():
            whole, parts = main.split(), value.split()
            if len(whole) > 1 and value == whole[0]:
                candidates.append("FIRST")
            elif len(whole) > 1 and value == whole[-1]:
                candidates.append("LAST")
            elif len(parts) > len(whole):
                candidates.append("FULL")
        at = 2
        for form in candidates:
            if f"[{kind}_{number}_{form}]" not in self.tokens:
                return f"[{kind}_{number}_{form}]"
        while f"[{kind}_{number}_{at}]" in self.tokens:
            at += 1
        return f"[{kind}_{number}_{at}]"


def _bare(value: str) -> str:
    """The value without case, spaces and punctuation."""
    return "".join(character for character in value.casefold() if character.isalnum())


def _name_words(name: str) -> tuple[str, ...]:
    return tuple(fold(word.strip(".,'")) for word in re.split(r"[\s]+", name) if word.strip(".,'"))


def _same_person(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one name is the other, or its first name, surname or both, with initials for words."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if not short:
        return False
    if not any(len(word) > 1 for word in short):
        return False
    rest = iter(long)
    return all(any(_stands_for(word, whole) for whole in rest) for word in short)


def _stands_for(word: str, whole: str) -> bool:
    """Whether `word` is `whole` or its initial: `J. Holm` is Jens Holm."""
    return word == whole or (len(word) == 1 and whole.startswith(word))
