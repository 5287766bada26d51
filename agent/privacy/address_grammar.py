"""How addresses are written, as regular expressions over the word lists of `words/streets.toml`."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_UP = "A-ZÆØÅÄÖÜÉÁÍÓÚÐÞŁŚŽČŠ"
_WORD = rf"[{_UP}][\w'.-]*"
_PLAIN = rf"[{_UP}][\w']*"
_FREE = r"(?<![\w.@/&-])"
"""Not in the middle of a word, a path, an address or a company's name."""

_NUMBER = r"\d{1,4}(?:\s?[A-Za-z](?!\w))?(?:\s?[-–/+]\s?\d{1,4}\s?[A-Za-z]?(?!\w))?"
_BREAK = r"\s*[,·|•;/–-]\s*"
_TOWN = rf"{_PLAIN}(?:[ -](?:{_PLAIN}|Sj\.|am|an der|im|in|i|ob der|bei|v\.|a\.)){{0,3}}"
_POSTCODE = (
    r"(?:(?:DK|D|DE|N|NO|S|SE|FI|FIN|AX|CH|A|AT|NL|B|F|L)[- ])?"
    r"(?:\d{5}|\d{3} \d{2}|\d{2}-\d{3}|\d{4}-\d{3}|\d{4}(?: [A-Z]{2}(?= ))?)"
)
_ISLES_POSTCODE = (  # British, Irish
    r"(?:[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}"
    r"|[AC-FHKNPRTV-Y]\d[\dW] [AC-FHKNPRTV-Y\d]{4})"
)


class Shape(NamedTuple):
    """One way of writing an address; the group `address`, where there is one, is the address itself."""

    rule: str
    pattern: re.Pattern[str]
    score: float


@cache
def shapes() -> tuple[Shape, ...]:
    """All shapes. `street` is sure by its ending; `postcode` is for `addresses` to weigh."""
    return (*_continental(), *_further(), *_of_the_isles())


def _continental() -> tuple[Shape, ...]:
    """Street before number, postcode before town."""
    house = rf"{_NUMBER}(?![\w%€]|[.,:]\d){_floor()}"
    between = rf"(?:{_WORD}|{_any_of('between')})"
    lead = rf"(?:(?:{_WORD}|\d{{1,2}}\.) (?:{between} ){{0,3}})?"
    glued = rf"(?:[{_UP}][\w'-]*(?i:{_any_of('endings')})|[^\W\d_][\w'-]+{_any_of('unmistakable')})"
    separate = rf"(?:{_WORD}[ -]{between}?[ -]?){{1,3}}(?i:{_any_of('words')})"
    name = rf"(?:(?:ul|al|os)\. )?{_WORD}(?:[ -]{between}){{0,4}}?"
    town = rf"(?:(?:{_BREAK}|[ \t]+){_POSTCODE} {_TOWN})"
    line_town = rf"(?:{town}|,\s?{_TOWN}(?=\s*(?:[,.\n\r|]|$)))?"
    return (
        # Nørregade 14, 2. tv., 8000 Aarhus C
        _shape("street", rf"{_FREE}{lead}{glued} {house}{line_town}", 0.95),
        # Kongens gate 60, 7012 Trondheim
        _shape("street_word", rf"{_FREE}(?=[{_UP}]){separate} {house}{line_town}", 0.85),
        # Sandberget 88, 50668 Köln: any name, since number, postcode and town follow
        _shape(
            "street_before_town",
            rf"{_FREE}(?=[{_UP}]|ul|al|os){name} {house}(?:{_BREAK}|\s*\n[> \t]*|[ \t]+){_POSTCODE} {_TOWN}",
            0.9,
        ),
        # Adresse: Am Moor 12
        _shape(
            "called_address",
            rf"(?i:{_any_of('called')})\s?:?\s+(?P<address>{lead}{_WORD} {house}{line_town})",
            0.8,
        ),
        _shape(
            "box",
            rf"(?<![\w.@/!-])(?i:{_any_of('box')})\s?:?\s?\d{{1,3}}(?:[ .]?\d{{2,3}}){{0,2}}(?!\w){town}?",
            0.85,
        ),
        _shape(
            "postcode",
            rf"(?<![\w.,@/+-])(?P<address>(?P<code>{_POSTCODE}) (?P<town>{_TOWN}))",
            0.75,
        ),
    )


def _further() -> tuple[Shape, ...]:
    """Streets whose kind stands first, streets called by where they lie, and whole blocks under their label."""
    joined = r"(?:(?:de la|de l'|della|dello|dei|degli|del|de|du|des|d'|do|da|dos|der|den|am|im) ?)?"
    name = rf"{joined}(?:(?:\d{{1,2}}\. ?)?{_WORD}[ -]?{joined}){{1,4}}"
    house = rf"{_NUMBER}(?:/\d{{1,4}}|[A-Za-z])?(?![\w%€]|[.,:]\d)"
    town = rf"(?:{_BREAK}(?:{_POSTCODE} )?{_TOWN}(?=\s*(?:[,.\n\r|]|$)))?"
    end = r"(?=\s*(?:[,.\n\r|]|$))"
    return (
        _shape("leading", rf"{_FREE}(?i:{_any_of('leading')}) {name},? ?{house}{town}", 0.85),
        _shape(
            "leading_after_number",
            rf"{_FREE}\d{{1,4}}(?: (?:bis|ter))?,? (?i:{_any_of('leading_after_number')}) {name.rstrip()}{town}",
            0.85,
        ),
        _shape("shortened", rf"{_FREE}[{_UP}][\w-]+str\.{house}{town}", 0.9),
        _shape(
            "lying",
            rf"(?m:(?:^|(?<=, ))[ \t>|*]*)(?P<address>(?i:{_any_of('lying')}) (?:{_PLAIN} ){{1,2}}\d{{1,3}} ?[a-z]?{town}){end}",
            0.8,
        ),
        # Allika 46, Suite 501: any name, since a room follows
        _shape("street_before_room", rf"{_FREE}{name} {_NUMBER}(?=,?\s+(?:{_any_of('rooms')}) \d)", 0.8),
        _shape("country", rf"{_FREE}(?i:{_any_of('countries')}),? \d{{4,6}}(?!\w|[.,]\d)", 0.8),
        _shape("room", rf"{_FREE}(?:{_any_of('rooms')}) \d{{1,4}}[A-Za-z]?(?!\w)", 0.8),
        # Address: and what follows on the line and below it, until a line that is none of an address
        _shape(
            "block",
            rf"(?im:^)[ \t>|*]*(?i:{_any_of('labels')})\s?:[ \t]*(?P<address>[^\n:@]{{0,60}}"
            rf"(?:\n[> \t]*(?=[^\n]*\w)[^\n:@?!]{{2,40}}(?=\n|$)){{0,4}})",
            0.75,
        ),
    )


def _of_the_isles() -> tuple[Shape, ...]:
    """Number before street, town before postcode; American ones alike."""
    streets = rf"(?i:{_any_of('english')})(?![\w'])\.?"
    street = (
        rf"(?:(?:Flat|Unit|Suite|Apt\.?) \w+,? )?\d{{1,5}}[A-Za-z]?(?:-\d+)?,? (?:{_WORD} ){{1,3}}{streets}"
    )
    part = rf"(?:{_WORD}|\d{{1,4}}[A-Za-z]?)"
    return (
        _shape("english", rf"{_FREE}{street}(?:,? (?:{_WORD} ?){{1,3}})??,? {_ISLES_POSTCODE}", 0.95),
        _shape(
            "english_street",
            rf"{_FREE}{street}(?: [NS]?[NSEW](?!\w))?(?:,? (?:Suite|Apt\.?|Unit|Floor|#) ?\w+)?"
            rf"(?:, {_WORD}(?: {_WORD}){{0,2}})?(?:,? [A-Z]{{2}},? \d{{5}}(?:-\d{{4}})?)?",
            0.85,
        ),
        # Unit 6, Tannery Wharf, Leeds LS11 5PS: what stands between commas before the postcode
        _shape(
            "english_town",
            rf"{_FREE}(?:{part}(?: {part}){{0,3}}, ){{0,4}}(?:{_WORD}[ -]){{0,3}}{_ISLES_POSTCODE}(?!\w)",
            0.85,
        ),
        # Mill St, Ludlow: a street without a number, to the end of the line
        _shape(
            "english_unnumbered",
            rf"{_FREE}(?:The (?:{_WORD} ?){{1,3}}, )?(?:{_WORD} ){{1,2}}(?i:{_any_of('unnumbered')})\.?"
            rf"(?:, (?:Co\. )?{_PLAIN}(?: {_PLAIN})?){{1,3}}(?=\s*(?:[.\n\r|]|$))",
            0.8,
        ),
    )


def _floor() -> str:
    """Floor, door and flat behind a house number: `, 2. tv.`, ` lgh 1203`, `, 3. OG links`."""
    door = r"(?:\s?[.,]?\s?(?:tv|th|mf|venstre|højre|links|rechts)\b\.?)?"
    return rf"(?:(?:\s*,\s*|\s+)(?:\d{{1,2}}\.?\s?)?(?i:{_any_of('floor')})\b\.?(?:\s?\d{{1,4}}\b)?{door}){{0,3}}"


def _shape(rule: str, pattern: str, score: float) -> Shape:
    return Shape(rule, re.compile(pattern), score)


def ending_of_street(word: str) -> bool:
    """Whether a word is put together with an ending that only streets have: `Bahnhofstraße`, `Storgata`."""
    lower = word.casefold()
    endings = tuple(ending for ending in _word_lists()["unmistakable"] if len(ending) > 3)
    return lower.endswith(tuple(map(str.casefold, endings))) and lower not in endings


@cache
def _word_lists() -> dict[str, list[str]]:
    return tomllib.loads((files("agent.privacy") / "words" / "streets.toml").read_text(encoding="utf-8"))


def _any_of(name: str) -> str:
    ordered = sorted(set(_word_lists()[name]), key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", " ") for word in ordered) + ")"
