"""Unasked-for and fraudulent mail, by the tricks in its words. Conservative: several tricks must come together."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Final

from agent.mail.message import ParsedMessage

_READ: Final = 20_000
_SENTENCE: Final = re.compile(r"[.!?\n]+")
_LINK: Final = re.compile(r"https?://([\w.-]{3,200})", re.IGNORECASE)


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "spam_words.toml").read_text("utf-8"))


def spam_reason(message: ParsedMessage) -> str:
    """Which tricks say that this is spam; empty for a mail that a person should read."""
    if message.in_reply_to or message.references:
        return ""  # it answers somebody: a stranger's mass mail does not
    table = _words()
    written = f"{message.subject}\n{message.new_text}".lower()[:_READ]
    if any(words in written for words in table["reporting"]):
        return ""
    hidden = message.hidden_text.lower()[:_READ]
    clickable = (
        _LINK.search(message.text[:_READ]) is not None or _LINK.search(message.safe_html[:_READ]) is not None
    )
    score, tricks = _strange_ways(message), []
    for name, group in table.items():
        if not isinstance(group, dict) or (group.get("needs_link") and not clickable):
            continue
        hits = _hits(group, written)
        if name == "commands_to_machines":
            hits += _hits(group, hidden)
        if hits:
            score += group["weight"] + (hits > 1 and not group.get("once", False))
            tricks.append(name.replace("_", " "))
    if score < table["threshold"] or not tricks:
        return ""
    return f"Its words are those of unasked-for mail ({', '.join(tricks)})."


def _hits(group: dict[str, Any], text: str) -> int:
    """How many of a group's phrases are in `text`, and how many sentences hold two of its words."""
    hits = sum(phrase in text for phrase in group["phrases"])
    if near := group.get("near"):
        for sentence in _SENTENCE.split(text):
            hits += any(word in sentence for word in near["first"]) and any(
                word in sentence for word in near["second"]
            )
    return hits


def _strange_ways(message: ParsedMessage) -> int:
    """One point for answers that go elsewhere, one for links to a house that is not the sender's own name."""
    house = _house(message.sender.email.rpartition("@")[2])
    elsewhere = any(_house(address.email.rpartition("@")[2]) != house for address in message.reply_to)
    links = {_house(host) for host in _LINK.findall(message.text[:_READ])}
    return int(elsewhere) + int(bool(links) and house not in links)


def _house(domain: str) -> str:
    return ".".join(domain.lower().split(".")[-2:])
