"""What stands below a letter: the mailbox's signature with the agent's name, said once. Pure functions."""

import re
from collections.abc import Mapping
from typing import Final

from agent.mail.signature import is_closing

NAME: Final = "{name}"
COMPANY: Final = "{company}"
_SLOT: Final = re.compile(r"\{[^{}\n]*\}")
_OTHERWISE: Final = "en"


def unknown_slots(signature: str) -> tuple[str, ...]:
    """What stands in braces and cannot be filled."""
    return tuple(slot for slot in _SLOT.findall(signature) if slot not in (NAME, COMPANY))


def signature_in(language: str, signatures: Mapping[str, str]) -> str:
    """The signature for letters in `language`, else the English one, else none."""
    return signatures.get(language) or signatures.get(_OTHERWISE, "")


def filled(signature: str, *, name: str, company: str) -> str:
    """The signature with its names; a line that held nothing but an empty name goes."""
    names, lines = {NAME: name, COMPANY: company}, []
    for line in signature.strip().split("\n"):
        said = _SLOT.sub(lambda slot: names.get(slot[0], slot[0]), line).rstrip()
        if said or not line.strip():
            lines.append(said)
    return "\n".join(lines).strip("\n")


def addition(text: str, signature: str) -> str:
    """What is put below `text` so that it ends with `signature`, with the line breaks before it.

    Lines that the letter ends with already are not said again; a whole signature is not added twice.
    """
    letter, lines = text.rstrip().split("\n"), signature.strip("\n").split("\n")
    if not signature.strip():
        return ""
    have = next(
        (
            count
            for count in range(min(len(letter), len(lines)), 0, -1)
            if _same(letter[-count:], lines[:count])
        ),
        0,
    )
    rest = "\n".join(lines[have:])
    if not rest.strip():
        return ""
    return ("\n" if have or is_closing(letter[-1]) else "\n\n") + rest


def signed(text: str, signature: str) -> str:
    """The letter as it leaves."""
    return text.rstrip() + addition(text, signature) if signature.strip() else text


def _same(some: list[str], others: list[str]) -> bool:
    return all(one.strip() == other.strip() for one, other in zip(some, others, strict=True))
