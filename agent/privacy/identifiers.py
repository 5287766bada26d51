"""Numbers that states and registers give to people and companies.

The table in `identifiers.toml` says how each is written, which check digit it has, and how far its shape alone can
be trusted; python-stdnum knows the check digits. A wrong check digit does not make a number harmless: people
mistype, and Danish CPR numbers since 2007 have none.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from importlib.resources import files

from stdnum import luhn

from agent.privacy.context import REACH_BEFORE, named, other_thing
from agent.privacy.finding import Finding
from agent.privacy.redaction import PiiType


@dataclass(frozen=True, slots=True)
class Identifier:
    """One line of the table; see the head of `identifiers.toml` for the meaning of each field."""

    name: str
    type: PiiType
    pattern: re.Pattern[str]
    check: str
    context: re.Pattern[str]
    trust: str
    date: str = ""
    digits: int = 0
    shifts: tuple[str, ...] = ()
    reach: int = REACH_BEFORE


def find_identifiers(text: str) -> Iterator[Finding]:
    """Every national and company number in the text that its row of the table lets pass."""
    for identifier in identifiers():
        for match in identifier.pattern.finditer(text):
            start, end = match.span(1) if match.re.groups and match[1] is not None else match.span()
            score = _score(identifier, text, start, end)
            if score:
                yield Finding(identifier.type, start, end, score, identifier.name)


def _score(identifier: Identifier, text: str, start: int, end: int) -> float:
    number = text[start:end]
    if identifier.date and not _has_date(identifier, number):
        return 0.0
    right = _checks(identifier.check, number)
    if identifier.reach > REACH_BEFORE:
        near = text[max(0, start - identifier.reach) : start]
        return 0.7 if right and identifier.context.search(near) and not other_thing(text, start) else 0.0
    called_by_name = named(identifier.context, text, start, end)
    if called_by_name:
        return 0.99 if right else 0.85
    if identifier.trust == "context" or (
        other_thing(text, start) and not (right and identifier.trust == "shape")
    ):
        return 0.0
    if right:
        return 0.95 if identifier.check else 0.7
    return 0.65 if identifier.trust == "shape" else 0.0


def _checks(module: str, number: str) -> bool:
    """Whether the check digit is right; where none is known, the shape has to do."""
    if not module:
        return True
    if module == "luhn":  # over the ten digits that follow the century
        return luhn.is_valid(re.sub(r"\D", "", number)[-10:])
    name, _, function = module.partition(":")
    library = import_module(f"stdnum.{name}")
    if function == "checksum":
        return bool(library.checksum(re.sub(r"\D", "", number)) == 0)
    return bool(library.is_valid(number))


def _has_date(identifier: Identifier, number: str) -> bool:
    """Whether the digits hold a real date of birth, allowing for what the register adds to mark special numbers."""
    digits = re.sub(r"\D", "", number)
    at = identifier.digits
    if identifier.date.startswith("%y") and len(digits) == 12:
        at += 2
    first, middle, last = (int(digits[at + i : at + i + 2] or "0") for i in (0, 2, 4))
    year, month, day = (first, middle, last) if identifier.date.startswith("%y") else (last, middle, first)
    shifts = [("day", 0), *((part, int(by)) for part, by in map(str.split, identifier.shifts))]
    days = [day - by for part, by in shifts if part == "day"]
    months = [month, *(month - by for part, by in shifts if part == "month")]
    return any(_is_date(year, m, d) for d in days for m in months)


def _is_date(year: int, month: int, day: int) -> bool:
    for century in (1900, 2000):
        try:
            date(century + year, month, day)
        except ValueError:
            continue
        return True
    return False


@cache
def identifiers() -> tuple[Identifier, ...]:
    """The table, read once."""
    table = tomllib.loads((files("agent.privacy") / "identifiers.toml").read_text(encoding="utf-8"))
    return tuple(
        Identifier(
            name=row["name"],
            type=PiiType(row["type"]),
            pattern=re.compile(row["pattern"]),
            check=row["check"],
            context=re.compile(rf"(?:{row['context']})", re.IGNORECASE),
            trust=row["trust"],
            date=row.get("date", ""),
            digits=row.get("digits", 0),
            shifts=tuple(row.get("shifts", ())),
            reach=row.get("reach", REACH_BEFORE),
        )
        for row in table["identifier"]
    )
