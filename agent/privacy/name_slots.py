"""Places where a name is expected: after a greeting, under a sign-off, behind "my name is", in a quote's header.

A slot is where the name would begin, and how much the place vouches for it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from agent.privacy.context import alternatives
from agent.privacy.name_words import is_occupation, words


class Trust(IntEnum):
    """How far a slot vouches for what stands in it."""

    HINT = 1  # "talked to …": a capitalised word that is no ordinary one
    LIKELY = 2  # "my name is …", a role, a title: also a lower-case name
    SURE = (
        3  # greeting, sign-off, From: header: any word that is not on the list of what people greet instead
    )


@dataclass(frozen=True, slots=True)
class Slot:
    """A name may begin at `start` and must end by `end` (exclusive)."""

    start: int
    end: int
    trust: Trust
    rule: str


_TRUST = {
    "greeting": Trust.SURE,
    "title": Trust.SURE,
    "introduces": Trust.LIKELY,
    "label": Trust.LIKELY,
    "care_of": Trust.LIKELY,
    "mentions": Trust.HINT,
    "role": Trust.HINT,
    "vocative": Trust.LIKELY,
}
_CAPITAL = "[A-ZÆØÅÄÖÜÉ]"
_BEFORE_CAPITAL = re.compile(rf"([^\W\d_]{{4,}})[ \t]+(?={_CAPITAL})")
_LINE_HEAD = r"(?m:^)[>| \t*_•-]*"
_MAIL_HEADER = re.compile(
    rf"{_LINE_HEAD}\*?(?:fra|från|von|from|til|till|an|to|cc|kopi|kopia|kopie|bcc|afsender|avsender|avsändare|absender"
    r"|svar til|reply-to)\*?\s?:\*?[ \t]*([^\n]{2,300})",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"\b(?:har )?(?:skrev(?:et)?|schrieb)(?: følgende)?[ \t\n>]+(?P<after>[^\n<:]{2,80}?)(?=\s*(?:\n?[>\s]*<|[\[:(]))"
    r"|(?m:^)[>| \t]*(?P<before>[^\n<:>]{2,60}?)\s*(?:<[^>\n]*>)?[ \t]*(?:\n[> ]*)?(?:wrote|skrev|schrieb|writes)\s*:",
    re.IGNORECASE,
)
_BEFORE_ADDRESS = re.compile(
    r"(?P<name>(?:[^\W\d_][\w'.-]*[ \t]+){1,5})(?:<|\[mailto:|\(mailto:|&lt;)(?=[^\s<>]{1,64}@)"
)
_QUOTED_DISPLAY = re.compile(r"[\"']([^\"'\n<>@]{2,60})[\"'][ \t]*<[^\s<>]+@")
_SELF_BEHIND = re.compile(
    r"(?:(?m:^)[ \t]*|[,.!]\s+|\b(?:hej|hei|hi|hallo|hello)[ ,!]+)"
    r"(?P<name>[^\W\d_][\w'-]*(?: [^\W\d_][\w'-]*){0,2}) (?:her|here|hier|här)(?=[ ,.!\n]|$)",
    re.IGNORECASE,
)


def find_slots(text: str) -> Iterator[Slot]:
    """All slots of the text, in no order."""
    for rule, pattern, trust in _patterns():
        for match in pattern.finditer(text):
            yield Slot(match.end(), _line_end(text, match.end()), trust, rule)
    yield from _sign_offs(text)
    yield from _quoted_senders(text)
    for match in _BEFORE_ADDRESS.finditer(text):
        yield Slot(*match.span("name"), Trust.LIKELY, "before_address")
    for match in _QUOTED_DISPLAY.finditer(text):
        yield Slot(*match.span(1), Trust.SURE, "display_name")
    for match in _speaker().finditer(text):
        yield Slot(*match.span("name"), Trust.HINT, "speaks")
    for match in _BEFORE_CAPITAL.finditer(text):
        if is_occupation(match[1]):
            yield Slot(match.end(), _line_end(text, match.end()), Trust.HINT, "occupation")
    for match in _SELF_BEHIND.finditer(text):
        yield Slot(*match.span("name"), Trust.LIKELY, "self_behind")


def _quoted_senders(text: str) -> Iterator[Slot]:
    """Header lines above a quote, and who wrote it ("On Monday, Anne wrote:")."""
    for match in _MAIL_HEADER.finditer(text):
        start = match.start(1)
        for part in re.finditer(r"[^;,<>]+(?:<[^>]*>)?", match[1]):
            yield Slot(
                start + part.start(),
                start + part.start() + len(part[0].split("<")[0]),
                Trust.SURE,
                "mail_header",
            )
    for match in _WROTE.finditer(text):
        group = "after" if match["after"] else "before"
        start, end = match.span(group)
        if (
            group == "before"
        ):  # "On Monday, at 10:03, Lone Bak": the name is what follows the last figure or comma
            start += max(
                (
                    m.end()
                    for m in re.finditer(
                        r"[\d,]\s*(?:AM|PM|Uhr)?|^(?:on|am|den)\b", match["before"], re.IGNORECASE
                    )
                ),
                default=0,
            )
        yield Slot(start, end, Trust.SURE, "wrote")


def expected(text: str, slots: Iterable[Slot]) -> frozenset[int]:
    """Where the slots expect a name to begin."""
    first = (next(words(text, slot.start, slot.end), None) for slot in slots)
    return frozenset(word.start for word in first if word)


def _sign_offs(text: str) -> Iterator[Slot]:
    """After a sign-off: the rest of its line, or the next two lines that say anything."""
    for match in _sign_off().finditer(text):
        end = _line_end(text, match.end())
        rest = text[match.end() : end]
        if re.search(r"[^\W\d_]", rest):
            trust = Trust.SURE if match["whole"] is None and len(rest.split()) <= 5 else Trust.HINT
            yield Slot(match.end(), end, trust, "sign_off")
            continue
        for number, line in enumerate(_next_lines(text, end, 2)):
            yield Slot(*line, Trust.HINT if number else Trust.SURE, "under_sign_off")


def _next_lines(text: str, at: int, count: int) -> Iterator[tuple[int, int]]:
    while count and at < len(text):
        start = at + 1
        at = _line_end(text, start)
        if re.search(r"\w", text[start:at]):
            count -= 1
            yield start, at


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


@cache
def _sign_off() -> re.Pattern[str]:
    return re.compile(
        rf"(?:{_LINE_HEAD}|(?P<whole>[.!?,)]\s+)){alternatives('people.sign_off')}(?!\w)"
        r"(?:\s+(?:fra|från|von|from|og|och|und|and)\b)?[ \t,.!:;/–-]*",
        re.IGNORECASE,
    )


@cache
def _speaker() -> re.Pattern[str]:
    """`Anne Holm said`, `Holm ringede`: one to three capitalised words before a verb of speech."""
    return re.compile(
        rf"(?<![\w.@/-])(?P<name>{_CAPITAL}[\w'-]+(?: {_CAPITAL}[\w'-]+){{0,2}}) (?i:{alternatives('people.speaks')})(?!\w)"
    )


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str], Trust], ...]:
    title = alternatives("people.title")
    filler = r"(?:\s+(?:igen|igjen|again|alle|all|there|kære|kjære|liebe|lieber|dear|den|til))*"
    again = r"(?:\s+(?:igen|igjen|again|bare|just|nochmal|wieder))?"
    whose = r"(?:\s(?:min|mitt|vår|våra|vores|hos os))?"
    capital = rf"(?-i:(?={_CAPITAL}))"
    table = (
        (
            "greeting",
            rf"{_LINE_HEAD}{alternatives('people.greeting')}(?!\w){filler}(?:[ \t]+{title}(?!\w)){{0,4}}[ \t,]+",
        ),
        ("title", rf"(?<![\w-])(?:(?:{title}) +)+{capital}"),
        ("introduces", rf"(?<!\w){alternatives('people.introduces')}{again}[ \t]+"),
        ("label", rf"(?<!\w){alternatives('people.labels')}(?!\w)\s*[:=][ \t]*"),
        ("care_of", r"(?<!\w)(?:c/o|v/|att\.?:?|attn\.?:?|z\. ?hd\.?|z\.hd\.)[ \t]*"),
        ("mentions", rf"(?<!\w){alternatives('people.mentions', 'people.speaks')}[ \t]+"),
        ("vocative", rf"(?m:^)[>| \t*_]*{capital}(?=[^\W\d_][\w'-]+(?: [^\W\d_][\w'-]+)?,(?:\s|$))"),
        ("role", rf"(?<!\w){alternatives('people.role')}{whose},?[ \t]+{capital}"),
    )
    return tuple((rule, re.compile(pattern, re.IGNORECASE), _TRUST[rule]) for rule, pattern in table)
