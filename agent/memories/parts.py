"""A letter cut into greeting, sentences and sign-off, whoever wrote it."""

import re
from dataclasses import dataclass
from functools import cache

from agent.drafting.sentences import sentences
from agent.memories.memory import words_of
from agent.privacy.placeholders import PLACEHOLDER

NAME = "{name}"
_LONGEST_GREETING, _LONGEST_SIGN_OFF = 8, 6  # words
_LAST_LINES = 6


@dataclass(frozen=True, slots=True)
class Parts:
    """`greeting` and `sign_off` are one line each, as written, and empty where there is none."""

    greeting: str
    body: tuple[str, ...]
    sign_off: str


def parts_of(text: str, language: str) -> Parts:
    """Cut a letter, redacted or not. What stands below the sign-off (names, company) is left away."""
    lines = text.strip().splitlines()
    greeting = ""
    if lines and is_greeting(lines[0], language):
        greeting, lines = lines[0].strip(), lines[1:]
    last = len(lines)
    for place in range(len(lines) - 1, max(-1, len(lines) - 1 - _LAST_LINES), -1):
        if is_sign_off(lines[place], language):
            last = place
            break
    sign_off = lines[last].strip(" ,") if last < len(lines) else ""
    return Parts(greeting.rstrip(" ,"), sentences("\n".join(lines[:last])), sign_off)


def is_greeting(line: str, language: str) -> bool:
    words = line.split()
    return bool(words) and len(words) <= _LONGEST_GREETING and _bare(words[0]) in words_of(language)["opens"]


def is_sign_off(line: str, language: str) -> bool:
    return len(line.split()) <= _LONGEST_SIGN_OFF and bool(_closes(language).search(line.strip()))


def greeting_form(line: str, language: str) -> str | None:
    """A greeting with `{name}` in place of the customer's; None where it may hold anybody's name or more than one.

    What was not recognised as a name still shows by its capital letter; such a greeting is nobody's habit.
    """
    found = PLACEHOLDER.findall(line)
    if len(found) > 1 or any(kind != "PERSON" for kind, *_ in found):
        return None
    form = PLACEHOLDER.sub(NAME, line).strip()
    known = {*words_of(language)["opens"], *words_of(language)["filler"], NAME}
    strange = [word for word in form.split() if _bare(word) not in known and word.strip(",.!") not in known]
    return None if any(not word.islower() for word in strange) else form


def tells_of_person(form: str, language: str) -> bool:
    """Whether a greeting by name also says who that is: Frau and Herr, Dr., kära and käre are not for everybody."""
    return NAME in form and any(_bare(word) in words_of(language)["titles"] for word in form.split())


@cache
def _closes(language: str) -> re.Pattern[str]:
    return re.compile("|".join(words_of(language)["closes"]), re.IGNORECASE)


def _bare(word: str) -> str:
    return word.casefold().strip(",!") if word.endswith((",", "!")) else word.casefold()
