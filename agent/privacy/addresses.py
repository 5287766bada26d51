"""Postal addresses as they are written in the Nordic countries, Germany and Britain.

A street is known by its ending and its number, or by the postcode and town behind it; a postcode by its town.
Towns alone are no personal data. Each line of an address is a finding of its own.
"""

import re
from collections.abc import Iterator

from agent.privacy.address_grammar import ending_of_street, shapes
from agent.privacy.context import other_thing, word_list
from agent.privacy.finding import Finding
from agent.privacy.lexicon import lexicon
from agent.privacy.redaction import PiiType


def find_addresses(text: str) -> Iterator[Finding]:
    """Streets with their numbers, floors and doors, postcodes with their towns, and post boxes."""
    for rule, pattern, score in shapes():
        for match in pattern.finditer(text):
            start, end = match.span("address") if "address" in match.re.groupindex else match.span()
            start = _with_number_before(text, start, rule)
            end = start + len(text[start:end].rstrip(" ,.;|·-\n"))
            if rule == "street" and not _is_street(text[start:end]):
                continue
            if rule == "postcode" and not _is_postcode(text, match):
                continue
            if rule in {"lying", "room"} and other_thing(text, start):
                continue
            if rule == "block" and not re.search(r"\d", text[start:end]):
                continue
            for line in re.finditer(r"[^\s>|][^\n]*", text[start:end]):
                yield Finding(PiiType.ADDRESS, start + line.start(), start + line.end(), score, rule)


def _with_number_before(text: str, start: int, rule: str) -> int:
    """Where an address begins to which the number right before it belongs: `4844 Søndergade 52`."""
    number = re.search(r"(?<![\w.,/+-])\d{1,6} $", text[max(0, start - 8) : start])
    if rule == "postcode" or number is None or other_thing(text, start - len(number[0])):
        return start
    return start - len(number[0])


def _is_street(address: str) -> bool:
    """Whether it is more than a word that ends like one and a number: "omkring 90" is no street."""
    if any(ending_of_street(word) for word in re.findall(r"[^\W\d_]+", address)):
        return True
    first = address.split(maxsplit=1)[0]
    return not lexicon().is_ordinary(first) or re.search(r"\d{4}|,", address) is not None


def _is_postcode(text: str, match: re.Match[str]) -> bool:
    """`8800 Viborg` is; `2026 Januar`, `5000 Kunden` and `Order 8800 Viborg` are not."""
    code, town = match["code"], match["town"].split()[0].rstrip(".,")
    if code.startswith("00") or other_thing(text, match.start()) or town.casefold() in word_list("counted"):
        return False
    if _stands_alone(text, match.start(), match.end("town")):
        return True
    return not re.fullmatch(r"(?:19|20)\d\d", code) and not lexicon().is_ordinary(town)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether the postcode begins a line or follows a comma, and the town ends one."""
    left = text[max(0, start - 3) : start].rstrip(" \t")[-1:]
    right = text[end : end + 2].lstrip(" \t")[:1]
    return (not left or left in "\n,|·•>-;:") and (not right or right in "\n,.|·•;\r)")
