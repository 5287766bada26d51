"""Telephone numbers as people in Denmark, Norway, Sweden, Germany and Britain write them, and any with a plus."""

import re
from collections.abc import Iterator
from functools import cache

import phonenumbers

from agent.privacy.context import alternatives, before, other_thing
from agent.privacy.finding import Finding
from agent.privacy.redaction import PiiType

REGIONS = ("DK", "NO", "SE", "DE", "GB", "AT", "CH", "NL", "FI", "IE", "US")

_CANDIDATE = re.compile(
    r"(?<![\w.,@/=-])(?:\+|00|\(\+|\()?\d(?:[ \t().\-/·]{0,3}\d){5,16}(?![\w@]|[.,]\d|-\d)"
)
_DATE_OR_TIME = re.compile(
    r"(?:19|20)\d\d-[01]\d-[0-3]\d|[0-3]?\d[./-][01]?\d[./-](?:19|20)?\d\d(?!\d)"
    r"|[0-2]?\d[.:][0-5]\d[ -]+[0-2]?\d[.:][0-5]\d"
)
_NATIONAL_SHAPE = re.compile(
    r"\d{2} \d{2} \d{2} \d{2}"  # Danish and Norwegian in pairs
    r"|\d{4} \d{4}"  # Danish in halves
    r"|[49]\d{2} \d{2} \d{3}"  # Norwegian mobile
    r"|0\d{1,3}[-/ ] ?\d{2,3}(?: \d{2,3}){1,3}"  # Swedish
    r"|0\d{2,4} ?[/-] ?\d{3,9}(?:[ -]\d{1,4}){0,3}|0\d{2,4} \d{3,8}(?: \d{2,5})?|\(0\d{2,4}\) ?\d[\d -]{3,9}"  # German
    r"|0\d{2,4} \d{3,4} \d{3,4}|\(0\d{2,4}\) \d{3,4} ?\d{3,4}|07\d{3} \d{6}|07\d{9}"  # British
    r"|\(\d{3}\) \d{3}-\d{4}|\d{3}-\d{3}-\d{4}"  # American
    r"|04\d|0\d{2}-\d{6,7}"
)
_BARE_ALONE = re.compile(r"^[ \t>|*]*$")


def find_phones(text: str) -> Iterator[Finding]:
    """Numbers with a country code, in a national shape, or called a telephone by the words before them."""
    for match in _CANDIDATE.finditer(text):
        start, end = match.span()
        number = match[0]
        if number.startswith("(") and number.count("(") > number.count(")"):
            start, number = start + 1, number[1:]
        score = _score(text, start, end, number)
        if score:
            yield Finding(PiiType.PHONE, start, end, score, "phone")


def _score(text: str, start: int, end: int, number: str) -> float:
    digits = re.sub(r"\D", "", number)
    if _DATE_OR_TIME.match(number) or not 6 <= len(digits) <= 15:
        return 0.0
    called_phone = bool(_phone_word().search(before(text, start, 44)))
    if number.startswith(("+", "(+", "00")):
        international = "+" + digits.removeprefix("00") if number.startswith("00") else number
        return 0.97 if _possible(international, None) else 0.8 * called_phone
    if called_phone:
        return 0.93 if any(_possible(number, region) for region in REGIONS) else 0.6
    return 0.0 if other_thing(text, start) else _score_by_shape(text, start, end, number)


def _score_by_shape(text: str, start: int, end: int, number: str) -> float:
    """Of a number that no word around it speaks for or against."""
    if _NATIONAL_SHAPE.fullmatch(number):
        return 0.8 if any(_valid(number, region) for region in REGIONS) else 0.0
    bare = len(number) == 8 and number.isdigit() and _alone_on_line(text, start, end)
    return 0.6 if bare and (_valid(number, "DK") or _valid(number, "NO")) else 0.0


def _alone_on_line(text: str, start: int, end: int) -> bool:
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    rest = text[end : line_end if line_end >= 0 else len(text)]
    return bool(_BARE_ALONE.match(text[line_start:start])) and not rest.strip(" \t\r.,!")


def _possible(number: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number.replace("(0)", ""), region))
    except phonenumbers.NumberParseException:
        return False


def _valid(number: str, region: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False


@cache
def _phone_word() -> re.Pattern[str]:
    kind = r"(?:\s*[.:]?\s*(?:nr|nummer|no|number|direkt|direkte|direct|privat|mobil|arbejde|job|work)\b)?"
    few_words = r"[\s.:(=)/+-]*(?:\w+[\s:]{1,2}){0,3}"
    first_of_two = r"(?:\+?\d[\d ()./-]{5,18}\d\s*(?:,|/|;|og|eller|el\.|och|und|oder|and|or|\||·)\s*)?"
    return re.compile(
        rf"(?<!\w){alternatives('numbers.phone')}{kind}{few_words}{first_of_two}$", re.IGNORECASE
    )
