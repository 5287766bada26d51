"""Product names, error codes and order numbers in a message: what is found again by exact match, not by meaning."""

import re
from collections.abc import Iterable

MAX_TERMS = 12

_PLACEHOLDER = re.compile(r"\[[A-Z_]+_\d+\]")
_CODED = re.compile(
    r"""(?<![\w@./\[])(?:
        [A-ZÆØÅ]{1,6}[-–/ ]?\d{1,4}(?:[-–]\d{2,8}){0,3}[A-Za-z]?      # E-31, ISO 9001, RX-200, O-77801, F-2026-01044
      | \#\d{3,12}                                            # #4711
      | 0x[0-9A-Fa-f]{2,8}                                    # 0x8024
      | \d{3,12}-\d{1,8} | \d{4,12}                               # order and invoice numbers
      | [A-Z]{2,5}(?:-[A-Z]{2,5}){1,2}-\d{1,4}                # BR-DE-15
      | \d{1,2}\.\d{1,3}\.\d{1,4}                             # 3.2.1
    )(?![\w@\]])""",
    re.VERBOSE,
)
_QUOTED = re.compile(r"[\"»«“”„‘’']([^\"»«“”„‘’'\n]{4,60})[\"»«“”„‘’']")
_YEAR = re.compile(r"(?:19|20)\d\d")
_CLOCK_OR_MONEY = re.compile(r"(?:kl\.?|um|at|€|\$|£|kr\.?|EUR|DKK|NOK|SEK|SFr)\s*$", re.IGNORECASE)


def find(text: str, products: Iterable[str] = ()) -> tuple[str, ...]:
    """The terms in the order in which they stand, without doubles. `products` are the company's own names."""
    readable = _PLACEHOLDER.sub(" ", text)
    found: list[tuple[int, str]] = []
    for match in _CODED.finditer(readable):
        term = match[0].strip()
        if _YEAR.fullmatch(term) or _CLOCK_OR_MONEY.search(
            readable[max(0, match.start() - 5) : match.start()]
        ):
            continue
        found.append((match.start(), term))
    found += [(match.start(), match[1].strip()) for match in _QUOTED.finditer(readable)]
    for product in products:
        if product and (place := re.search(rf"(?<!\w){re.escape(product)}(?!\w)", readable, re.IGNORECASE)):
            found.append((place.start(), product))
    return tuple(dict.fromkeys(term for _, term in sorted(found)))[:MAX_TERMS]
