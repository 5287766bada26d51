"""Postal addresses as they are written in the Nordic countries, Germany and Britain.

A street is known by its ending and its number, or by the postcode and town behind it; a postcode by its town.
Towns alone are no personal data. Each line of an address is a finding of its own.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from agent.privacy.context import other_thing
from agent.privacy.finding import Finding
from agent.privacy.lexicon import lexicon
from agent.privacy.redaction import PiiType

_UP = "A-ZÆØÅÄÖÜÉÁÍÓÚÐÞŁŚŽČŠ"
_WORD = rf"[{_UP}][\w'’.-]*"
_ANY = r"[^\W\d_][\w'’.-]*"
_NUMBER = r"\d{1,4}(?:\s?[A-Za-z](?![\w]))?(?:\s?[-–/+]\s?\d{1,4}\s?[A-Za-z]?(?!\w))?"
_JOIN = r"(?:\s*[,·|•;/–-]\s*|[ \t]+)"
_PLAIN = rf"[{_UP}][\w'’]*"
_TOWN = rf"{_PLAIN}(?:[ -](?:{_PLAIN}|Sj\.|am|an der|im|in|i|ob der|bei|v\.|a\.)){{0,3}}"
_POSTCODE = (
    r"(?:(?:DK|D|DE|N|NO|S|SE|FI|FIN|AX|CH|A|AT|NL|B|F|L)[- ])?"
    r"(?:\d{5}|\d{3} \d{2}|\d{2}-\d{3}|\d{4}-\d{3}|\d{4}(?: [A-Z]{2}(?= ))?)"
)
_UK_POSTCODE = (
    r"(?:[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}|[AC-FHKNPRTV-Y]\d[\dW] [AC-FHKNPRTV-Y\d]{4})"
)


def find_addresses(text: str) -> Iterator[Finding]:
    """Streets with their numbers, floors and doors, postcodes with their towns, and post boxes."""
    for pattern, score, rule in _patterns():
        for match in pattern.finditer(text):
            start, end = match.span("address") if "address" in match.re.groupindex else match.span()
            end = start + len(text[start:end].rstrip(" ,.;|·-\n"))
            if (
                rule == "street"
                and lexicon().is_ordinary(text[start:end].split(maxsplit=1)[0])
                and not re.search(r"\d{4}|,", text[start:end])
            ):
                continue  # "around 70", "omkring 14"
            if rule == "postcode" and not _is_postcode(text, start, match):
                continue
            yield Finding(PiiType.ADDRESS, start, end, score, rule)


def _is_postcode(text: str, start: int, match: re.Match[str]) -> bool:
    """`8800 Viborg` is; `2026 Januar`, `5000 Kunden` and `Order 8800 Viborg` are not."""
    code, town = match["code"], match["town"]
    digits = re.sub(r"\D", "", code)
    if other_thing(text, start) or digits.startswith("00"):
        return False
    first = town.split()[0].rstrip(".,")
    if first.casefold() in _no_towns():
        return False
    alone = _stands_alone(text, start, match.end("town"))
    words = lexicon()
    if len(digits) == 4 and re.fullmatch(r"(?:19|20)\d\d", code) and not alone:
        return False
    if alone or not code[0].isdigit() or " " in code:
        return not words.is_ordinary(first) or alone
    return not words.is_ordinary(first)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether the postcode begins a line or follows a comma, and the town ends one."""
    left = text[max(0, start - 3) : start].rstrip(" \t")
    right = text[end : end + 2].lstrip(" \t")
    return (not left or left[-1] in "\n,|·•>-;:") and (not right or right[0] in "\n,.|·•;\r)")


@cache
def _no_towns() -> frozenset[str]:
    """Capitalised words that follow a four- or five-digit number without being a town."""
    return frozenset(
        [
            "kr",
            "eur",
            "sek",
            "nok",
            "dkk",
            "usd",
            "januar",
            "februar",
            "marts",
            "april",
            "maj",
            "juni",
            "juli",
            "august",
            "september",
            "oktober",
            "november",
            "december",
            "kunden",
            "kunder",
            "euro",
            "stück",
            "stk",
            "uhr",
            "rechnungen",
            "fakturaer",
            "nutzer",
            "bruger",
            "january",
            "february",
            "march",
            "may",
            "june",
            "july",
            "october",
            "mitarbeiter",
            "artikel",
            "produkte",
            "mal",
            "mails",
            "kwh",
            "watt",
            "volt",
            "hz",
            "ghz",
            "mhz",
            "gb",
            "mb",
            "kb",
            "km",
            "kg",
            "og",
            "und",
            "and",
        ]
    )


@cache
def _words() -> dict[str, list[str]]:
    return tomllib.loads((files("agent.privacy") / "words" / "streets.toml").read_text(encoding="utf-8"))


def _any_of(name: str) -> str:
    ordered = sorted(set(_words()[name]), key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", " ") for word in ordered) + ")"


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], float, str], ...]:
    floor = rf"(?:(?:\s*,\s*|\s+)(?:\d{{1,2}}\.?\s?)?(?i:{_any_of('floor')})\b\.?(?:\s?\d{{1,4}}\b)?(?:\s?[.,]?\s?(?:tv|th|mf|venstre|højre|links|rechts)\b\.?)?){{0,3}}"
    town = rf"(?:{_JOIN}(?:{_POSTCODE}) {_TOWN})"
    house = rf"{_NUMBER}(?![\w%€]|[.,:]\d){floor}"
    glued = rf"(?:[{_UP}][\w'’-]*(?i:{_any_of('endings')})|[^\W\d_][\w'’-]+{_any_of('unmistakable')})"
    between = rf"(?:{_WORD}|{_any_of('between')})"
    lead = rf"(?:(?:{_WORD}|\d{{1,2}}\.) (?:{between} ){{0,3}})?"
    separate = rf"(?:{_WORD}[ -]{between}?[ -]?){{1,3}}(?i:{_any_of('words')})"
    line_town = rf"(?:{town}|,\s?{_TOWN}(?=\s*(?:[,.\n\r|]|$)))?"
    name = rf"(?:(?:ul|al|os)\. )?(?:{_WORD}(?:[ -]{between}){{0,4}}?)"
    english = rf"\d{{1,5}}[A-Za-z]?(?:-\d+)?,? (?:{_WORD} ){{1,3}}(?i:{_any_of('english')})(?![\w'])\.?"
    english_name = rf"(?:(?:Flat|Unit|Suite|Apt\.?) \w+,? )?{english}"
    table = (
        # Nørregade 14, 2. tv., 8000 Aarhus C
        (rf"(?<![\w.@/-]){lead}{glued} {house}{line_town}", 0.95, "street"),
        # Kongens gate 60, 7012 Trondheim
        (rf"(?<![\w.@/-])(?=[{_UP}]){separate} {house}{line_town}", 0.85, "street_word"),
        # Eigelstein 88, 50668 Köln: any name, since number, postcode and town follow
        (
            rf"(?<![\w.@/-])(?=[{_UP}]|ul|al|os)(?P<address>{name} {house}(?:\s*[,·|•;/–-]\s*|\s*\n[> \t]*|[ \t]+)(?:{_POSTCODE}) {_TOWN})",
            0.9,
            "street_before_town",
        ),
        # Am Steiger 12 behind "Adresse:"
        (
            rf"(?i:adresse[nr]?|anschrift|address|leveringsadresse|adressen er|wohnhaft(?: in)?|bor på|bor i|living at|live at|flyttet til|umgezogen in)\s?:?\s+(?P<address>{lead}{_WORD} {house}{line_town})",
            0.8,
            "called_address",
        ),
        (
            rf"(?<![\w.@/-]){english_name}(?:,? (?:{_WORD} ?){{1,3}})??(?:,? (?:{_UK_POSTCODE}))",
            0.95,
            "english",
        ),
        (
            rf"(?<![\w.@/-]){english_name}(?:, {_WORD}(?: {_WORD}){{0,2}})?(?:,? [A-Z]{{2}},? \d{{5}}(?:-\d{{4}})?)?",
            0.85,
            "english_street",
        ),
        # Unit 6, Canal Wharf, Leeds LS11 5PS: what stands between commas before a British or Irish postcode
        (
            rf"(?<![\w.@/&-])(?:(?:{_WORD}|\d{{1,4}}[A-Za-z]?)(?: (?:{_WORD}|\d{{1,4}}[A-Za-z]?)){{0,3}}, ){{0,4}}(?:{_WORD}[ -]){{0,3}}{_UK_POSTCODE}(?!\w)",
            0.85,
            "english_town",
        ),
        # Church St, Ludlow: a street without a number, to the end of the line
        (
            rf"(?<![\w.@/&-])(?:The (?:{_WORD} ?){{1,3}}, )?(?:{_WORD} ){{1,2}}(?i:street|st|road|rd|avenue|lane|close|crescent|terrace|square)\.?(?:, (?:Co\. )?{_PLAIN}(?: {_PLAIN})?){{1,3}}(?=\s*(?:[.\n\r|]|$))",
            0.8,
            "english_unnumbered",
        ),
        (rf"(?<![\w.-])(?:{_WORD},? ){{0,1}}(?P<address>{_UK_POSTCODE})(?!\w)", 0.75, "uk_postcode"),
        (
            rf"(?<![\w.@/!-])(?i:{_any_of('box')})\s?:?\s?\d{{1,3}}(?:[ .]?\d{{2,3}}){{0,2}}(?!\w){town}?",
            0.85,
            "box",
        ),
        (rf"(?<![\w.,@/+-])(?P<address>(?P<code>{_POSTCODE}) (?P<town>{_TOWN}))", 0.75, "postcode"),
    )
    return tuple((re.compile(pattern), score, rule) for pattern, score, rule in table)
