"""Who else a mail went to, and what is to be known of an address before an answer goes there too.

An answer goes to the sender alone unless a person adds somebody: whoever stands in Cc was put there by the sender,
and may be anybody. Pure functions.
"""

import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Final

from agent.mail.automatic import is_nobody
from agent.mail.message import Address, ParsedMessage

MOST: Final = 20
"""How many people an answer may have besides the one it is for."""

_LIST_ADDRESS: Final = re.compile(r"mailto:([^>?\s]{3,254})", re.IGNORECASE)


class Mark(StrEnum):
    """What an address is, beside being one. An address may have several marks, or none."""

    STRANGER = "stranger"  # of another house than the sender, or a private address
    INTERNAL = "internal"  # a colleague
    LIST = "list"  # read by many whom nobody sees here
    NO_REPLY = "no_reply"  # read by nobody


WARNED: Final = frozenset({Mark.LIST, Mark.NO_REPLY})
"""Marks that speak against writing there at all."""


@dataclass(frozen=True, slots=True)
class Marked:
    """An address with its marks."""

    address: Address
    marks: tuple[Mark, ...] = ()

    @property
    def warned(self) -> bool:
        return not WARNED.isdisjoint(self.marks)


@dataclass(frozen=True, slots=True)
class House:
    """Whose addresses are ours: the mailboxes that we read, and the people who work here."""

    mailboxes: frozenset[str]
    people: frozenset[str] = frozenset()

    @classmethod
    def of(cls, mailboxes: Collection[str], people: Collection[str] = ()) -> "House":
        return cls(frozenset(map(str.lower, mailboxes)), frozenset(map(str.lower, people)))

    def reads(self, email: str) -> bool:
        """Whether this is one of our own mailboxes: an answer there would open a case with ourselves."""
        return email.lower() in self.mailboxes

    def employs(self, email: str) -> bool:
        domains = {_domain(mailbox) for mailbox in self.mailboxes} - _public()
        return email.lower() in self.people or _domain(email) in domains


def people_beside(mail: ParsedMessage, house: House) -> tuple[Address, ...]:
    """To and Cc of a mail without the sender and our own mailboxes, each once, in their order."""
    found: dict[str, Address] = {}
    for address in (*mail.to, *mail.cc):
        email = address.email.lower()
        if email and email != mail.sender.email.lower() and not house.reads(email):
            found.setdefault(email, address)
    return tuple(found.values())


def other_reply_to(mail: ParsedMessage, house: House) -> Address | None:
    """Where the sender asks answers to go, if that is another address than From and not ours."""
    for address in mail.reply_to:
        if address.email.lower() != mail.sender.email.lower() and not house.reads(address.email):
            return address
    return None


def marked(address: Address, mail: ParsedMessage, house: House) -> Marked:
    """The address with what people should know of it before they write there."""
    email = address.email.lower()
    marks = []
    if house.employs(email):
        marks.append(Mark.INTERNAL)
    elif email != mail.sender.email.lower() and not _same_house(email, mail.sender.email):
        marks.append(Mark.STRANGER)
    if _is_list(email, mail):
        marks.append(Mark.LIST)
    if is_nobody(email):
        marks.append(Mark.NO_REPLY)
    return Marked(address, tuple(marks))


def _same_house(one: str, other: str) -> bool:
    return _domain(one) == _domain(other) and _domain(one) not in _public()


def _is_list(email: str, mail: ParsedMessage) -> bool:
    """By what the list says of itself in the mail (RFC 2369, RFC 2919), else by its name."""
    if any(found.lower() == email for found in _LIST_ADDRESS.findall(mail.header("list-post"))):
        return True
    named = mail.header("list-id").lower().rpartition("<")[2].rstrip("> ")
    local, _, domain = email.partition("@")
    if named and named in {email.replace("@", "."), f"{local}.{domain}"}:
        return True
    words: dict[str, Any] = _words()
    if domain in words["list_hosts"] or domain.partition(".")[0] in words["list_prefixes"]:
        return True
    return local in words["list_names"] or re.split(r"[._-]", local)[-1] in words["list_names"]


def _public() -> frozenset[str]:
    return frozenset(_words()["public"])


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "reply_words.toml").read_text("utf-8"))


def _domain(email: str) -> str:
    return email.rpartition("@")[2].lower()
