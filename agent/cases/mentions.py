"""Whom a note names: `@Ida Kjær`, `@ida`, or the part of their address before the @."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

_NAME: Final = re.compile(r"(?<![\w@.])@(?=\w)")


def mentioned(text: str, people: Mapping[int, Sequence[str]]) -> frozenset[int]:
    """The ids of those whom the text names. `people` holds the names that each answers to, in any case of letters.

    The longest name wins; one that two people share names nobody, so that no notice goes to the wrong one.
    """
    owners: dict[str, set[int]] = {}
    for person, names in people.items():
        for name in names:
            if name.strip():
                owners.setdefault(name.strip().casefold(), set()).add(person)
    longest_first = sorted(owners, key=len, reverse=True)
    folded, found = text.casefold(), set[int]()
    for at in _NAME.finditer(folded):
        rest = folded[at.end() :]
        name = next((name for name in longest_first if _begins(rest, name)), "")
        if name and len(owners[name]) == 1:
            found |= owners[name]
    return frozenset(found)


def names_of(name: str, email: str) -> tuple[str, ...]:
    """What a colleague answers to: full name, first name, and the address before its @."""
    first = name.split()[:1]
    return tuple(dict.fromkeys([name, *first, email.partition("@")[0]]))


def _begins(rest: str, name: str) -> bool:
    following = rest[len(name) : len(name) + 1]
    return rest.startswith(name) and not (following.isalnum() or following == "_")
