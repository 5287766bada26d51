"""Dates of birth and number plates: harmless shapes that the words around them make personal."""

import re
from collections.abc import Iterator
from functools import cache

from agent.privacy.context import after, alternatives, before, other_thing
from agent.privacy.finding import Finding
from agent.privacy.redaction import PiiType

_MONTH = (
    r"(?:jan(?:uar[iy]?)?|feb(?:ruar[iy]?)?|mar(?:s|ts|ch)?|märz|apr(?:il)?|maj|mai|may|jun[ie]?|jul[iy]?|aug(?:ust[i]?)?"
    r"|sep(?:t(?:ember)?)?|o[kc]t(?:ober)?|nov(?:ember)?|de[czs](?:ember)?)\.?"
)
_DATE = re.compile(
    rf"(?<![\w.])(?:\d{{1,2}}\s?[./-]\s?\d{{1,2}}\s?[./-]\s?(?:19|20)?\d\d|(?:19|20)\d\d[-/.]\d{{1,2}}[-/.]\d{{1,2}}"
    rf"|\d{{1,2}}(?:\.|st|nd|rd|th)?\s?(?:of\s)?{_MONTH},?\s?(?:19|20)?\d\d|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s(?:19|20)\d\d"
    rf"|(?:19|20)\d{{6}}|\d{{6}})(?![\w-]|\.\d)",
    re.IGNORECASE,
)

_PLATES_BY_SHAPE = re.compile(
    r"(?<![\w-])(?:[A-Z]{2} \d{2} \d{3}|[A-HJ-PR-Y][A-Z]\d{2} [A-HJ-PR-Z]{3}"  # Danish; British
    r"|[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} \d{1,4}[EH]?)(?![\w-])"  # German
)
_PLATES_IN_CONTEXT = re.compile(
    r"(?<![\w-])(?:[A-Z]{2} ?\d{2} ?\d{2,3}|[A-Z]{2} ?\d{4,5}|[A-Z]{3} ?\d{2}[A-Z0-9]"
    r"|[A-ZÄÖÜ]{1,3}[ -][A-Z]{1,2}[ -]?\d{1,4}[EH]?|[A-Z]{2}\d{2} ?[A-Z]{3}|[A-Z]{3}[ -]\d{3,4})(?![\w-])"
)


def find_birth_dates(text: str) -> Iterator[Finding]:
    """Dates that the words beside them call a date of birth."""
    for match in _DATE.finditer(text):
        start, end = match.span()
        if _birth_before().search(before(text, start, 40)) or _birth_after().match(text[end : end + 40]):
            yield Finding(PiiType.DATE_OF_BIRTH, start, end, 0.93, "birth")


def find_plates(text: str) -> Iterator[Finding]:
    """Number plates by a shape that nothing else has, or near a word for vehicles."""
    for match in _PLATES_BY_SHAPE.finditer(text):
        if not other_thing(text, match.start()):
            yield Finding(PiiType.LICENSE_PLATE, *match.span(), 0.75, "plate_shape")
    for match in _PLATES_IN_CONTEXT.finditer(text):
        start, end = match.span()
        if _vehicle().search(before(text, start, 60)) or _vehicle().search(after(text, end, 40)):
            yield Finding(PiiType.LICENSE_PLATE, start, end, 0.8, "plate")


@cache
def _birth_before() -> re.Pattern[str]:
    return re.compile(
        rf"(?<!\w){alternatives('birth.before')}(?:\s*(?:er|is|ist|är|var|was|den|d\.|am|on|the|:|\())*[\s.:(]*$",
        re.IGNORECASE,
    )


@cache
def _birth_after() -> re.Pattern[str]:
    return re.compile(rf"\s*,?\s*{alternatives('birth.after')}\b", re.IGNORECASE)


@cache
def _vehicle() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){alternatives('vehicle.words')}(?!\w)", re.IGNORECASE)
