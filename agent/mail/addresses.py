"""Addresses out of From, To, Cc and Reply-To: linear in the length, without recursion, suspicious of oddities."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from agent.mail.headers import ENCODED_WORD, decode_words, unfold
from agent.mail.message import Address

_EMAIL: Final = re.compile(r"[^\s<>@,;:\"()\[\]\\]{1,254}@[^\s<>@,;:\"()\\]{1,253}")
_LOCAL_MAILBOX: Final = re.compile(r"\s*<?([\w.+-]{1,64})>?\s*\(([^()\n]{1,200})\)\s*")
_DIRECTION: Final = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_MARKS: Final = str.maketrans({mark: f"={ord(mark):02X}" for mark in ',;:<>()"'})
_NAME_LENGTH: Final = 200


def parse_addresses(value: str, limit: int) -> tuple[Address, ...]:
    """All mailboxes of an address header, at most `limit`; groups are opened, comments left out.

    `"a" <a@b> <c@d>` gives both addresses: who calls decides what two senders mean.
    """
    value = unfold(value)
    found = _addresses(value, limit)
    if not found and "=?" in value:  # some senders encode name and address as one word
        found = _addresses(decode_words(value), limit)
    return found


def nameless(value: str) -> tuple[str, str]:
    """The name in a From that holds no address, and the mailbox of the own machine that it may name.

    `MAILER-DAEMON (Mail Delivery System)` gives both (RFC 822 allowed a local part alone); `Anne Holm` a name.
    """
    value = unfold(value)
    match = _LOCAL_MAILBOX.fullmatch(value)
    if match is not None:
        return _display(match[2]), match[1].lower()
    return _display(re.sub(r"<[^<>]{0,200}>?", " ", value)), ""


def _addresses(value: str, limit: int) -> tuple[Address, ...]:
    found: list[Address] = []
    for mailbox in _mailboxes(value):
        found.extend(mailbox.addresses())
        if len(found) >= limit:
            break
    return tuple(found[:limit])


@dataclass(slots=True)
class _Mailbox:
    """One comma-separated piece: all words before the bracket, those outside quotes, and what stood in brackets."""

    name: list[str] = field(default_factory=list)
    unquoted: list[str] = field(default_factory=list)
    angles: list[list[str]] = field(default_factory=list)

    def addresses(self) -> Iterator[Address]:
        in_brackets = [
            match for angle in self.angles if (match := _EMAIL.search("".join(angle).replace(" ", "")))
        ]
        for number, match in enumerate(in_brackets):
            yield Address(_display("".join(self.name)) if number == 0 else "", _normalised(match[0]))
        if not in_brackets:
            for match in _EMAIL.finditer("".join(self.unquoted)):
                yield Address("", _normalised(match[0]))


def _mailboxes(value: str) -> Iterator[_Mailbox]:
    """Split at commas and semicolons outside quotes, comments and brackets, looking at each character once.

    A group's `name:` goes, as does the route of `<@a,@b:c@d>`.
    """
    # Marks inside an encoded word are forbidden (RFC 2047 5), and common: they separate nobody.
    value = ENCODED_WORD.sub(lambda word: word[0].translate(_MARKS), value)
    box, angled = _Mailbox(), False
    for character, literal in _outside_comments(value):
        if literal:
            (box.angles[-1] if angled else box.name).append(character)
        elif character in "<>":
            angled = character == "<"
            if angled:
                box.angles.append([])
        elif character == ":" and angled:
            box.angles[-1].clear()
        elif angled:
            box.angles[-1].append(character)
        elif character in ",;":
            yield box
            box = _Mailbox()
        elif character == ":":
            box = _Mailbox()
        else:
            box.name.append(character)
            box.unquoted.append(character)
    yield box


def _outside_comments(value: str) -> Iterator[tuple[str, bool]]:
    """Each character outside (nested) comments, and whether a quote or backslash makes it literal."""
    depth, quoted, escaped = 0, False, False
    for character in value:
        if escaped:
            escaped = False
            if not depth:
                yield character, True
        elif character == "\\":
            escaped = True
        elif depth:
            depth += (character == "(") - (character == ")")
        elif character == '"':
            quoted = not quoted
        elif quoted:
            yield character, True
        elif character == "(":
            depth += 1
        else:
            yield character, False


def _display(name: str) -> str:
    shown = _DIRECTION.sub("", decode_words(name[:2_000])).strip()
    if (
        len(shown) > 1 and shown[0] == shown[-1] and shown[0] in "'\""
    ):  # quoted once more by the sender's program
        shown = shown[1:-1].strip()
    return shown[:_NAME_LENGTH]


def _normalised(email: str) -> str:
    local, _, domain = email.rpartition("@")
    return f"{local}@{domain.rstrip('.').lower()}"
