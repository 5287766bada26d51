"""Bank accounts and payment cards, also where line breaks, dots or dashes split them."""

import re
from collections.abc import Iterator
from functools import cache

from stdnum import iban, luhn

from agent.privacy.context import named, other_thing
from agent.privacy.finding import Finding
from agent.privacy.redaction import PiiType

_GAP = r"(?:[ \t.\-/|]|\r?\n[> \t|]*){0,3}"
"""What may stand between two characters of one number: spaces, dots, a line break with its quote marks."""

_IBAN_START = re.compile(rf"(?<![A-Za-z0-9])[A-Za-z]{{2}}{_GAP}\d{_GAP}\d(?={_GAP}[A-Za-z0-9])")
_NEXT = re.compile(rf"{_GAP}([A-Za-z0-9])")
_IBAN_WORD = re.compile(r"\biban\b|konto|account|bank", re.IGNORECASE)

_CARD = re.compile(r"(?<![\w.,/+-])[1-6](?:[ .\-\n]?\d){11,18}(?![\w-])")
_CARD_STARTS = re.compile(r"4|5[0-8]|2[2-7]|2131|1800|3[0456-9]|6[0-9]")
_CARD_WORD = re.compile(
    r"kort|\bcard|visa|master ?card|amex|american express|karte|maestro|\bcc\b",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"\d{4}([ -])\d{4}\1\d{4}\1\d{4}|\d{4}([ -])\d{6}\2\d{5}")

_ACCOUNT = re.compile(
    r"(?<!\w)(?:reg\.? ?(?:n(?:umme)?r)?\.?:? ?\d{4}[ ,/-]{1,3}(?:kto|konto(?:n(?:umme)?r)?)?\.?:? ?\d{6,10}"
    r"|\d{4}[ .]\d{2}[ .]\d{5})(?!\w)",
    re.IGNORECASE,
)
_ACCOUNT_WORD = re.compile(
    r"kontonummer|konto-?n(?:umme)?r|bankkonto|kontoen|\bkonto\b|account (?:no|number)|clearing|reg\.? ?n|\bkto\b",
    re.IGNORECASE,
)


def find_accounts(text: str) -> Iterator[Finding]:
    """IBANs (as `IBAN`, national account numbers called by name included) and cards (as `CREDIT_CARD`)."""
    yield from _ibans(text)
    yield from _cards(text)
    for match in _ACCOUNT.finditer(text):
        if match[0][0].isalpha() or named(_ACCOUNT_WORD, text, *match.span()):
            yield Finding(PiiType.IBAN, *match.span(), 0.75, "account")


def _ibans(text: str) -> Iterator[Finding]:
    """Where two letters and two digits of a country begin, take as many characters as its IBANs have."""
    for match in _IBAN_START.finditer(text):
        start, at = match.span()
        taken = [c for c in match[0] if c.isalnum()]
        length = iban_lengths().get("".join(taken[:2]).upper())
        if length is None:
            continue
        while len(taken) < length and (following := _NEXT.match(text, at)):
            taken.append(following[1])
            at = following.end()
        if len(taken) < length:
            continue
        number = "".join(taken)
        if iban.is_valid(number, check_country=False):
            yield Finding(PiiType.IBAN, start, at, 0.99, "iban")
        elif not text[at : at + 1].isalnum() and (
            named(_IBAN_WORD, text, start, at)
            or re.match(r"[A-Z]{2}\d\d (?:[A-Z0-9]{4} ){2}", text[start:at])
            or (re.fullmatch(r"[A-Z0-9]+", text[start:at]) and sum(map(str.isdigit, number)) > 11)
        ):
            yield Finding(PiiType.IBAN, start, at, 0.7, "iban_mistyped")


@cache
def iban_lengths() -> dict[str, int]:
    """How many characters the IBANs of each country have, from the registry that python-stdnum ships."""
    lengths: dict[str, int] = {}
    for first in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        for second in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
            info = iban._ibandb.info(f"{first}{second}00")[0][1]  # noqa: SLF001 - no public way to the registry
            if bban := info.get("bban"):
                lengths[first + second] = 4 + sum(int(n) for n in re.findall(r"(\d+)!", bban))
    return lengths


def _cards(text: str) -> Iterator[Finding]:
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if not _CARD_STARTS.match(digits) or not 12 <= len(digits) <= 19:
            continue
        called_card = named(_CARD_WORD, text, *match.span())
        grouped = _GROUPED.fullmatch(match[0]) is not None
        if luhn.is_valid(digits):
            if (
                called_card
                or grouped
                or (len(digits) in (14, 15, 16) and not other_thing(text, match.start()))
            ):
                yield Finding(PiiType.CREDIT_CARD, *match.span(), 0.97, "card")
        elif called_card and len(digits) in (14, 15, 16):
            yield Finding(PiiType.CREDIT_CARD, *match.span(), 0.75, "card_mistyped")
