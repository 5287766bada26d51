"""What to say to a customer who gave a bad answer: an opening, three steps and a mail, in the customer's language.

The texts are `data/follow_up_scripts/<language>.toml`. They are shown to the person who calls; nothing is sent.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from agent.feedback.notation import DATA

FOLDER = DATA / "follow_up_scripts"
LONGEST_QUOTE = 300
"""Characters of the customer's own words that are read back to them."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a script is about. `name` is empty where no name may be greeted; `kind` is nps, csat, ces or like csat."""

    name: str
    score: float
    top: int
    kind: str
    words: str
    agent: str
    company: str


@dataclass(frozen=True, slots=True)
class Script:
    """A call in its parts, and the same as a mail. `words` is empty where the customer wrote nothing."""

    language: str
    opening: str
    words: str
    steps: tuple[str, ...]
    closing: str
    subject: str
    mail: str


def script_of(told: Told, language: str) -> Script:
    """The script in the language; English where it is not one of the five."""
    code = language if language in known_languages() else "en"
    texts = _texts(code)
    call, mail = texts["call"], texts["mail"]
    facts = {
        "name": told.name,
        "score": f"{told.score:g}",
        "top": str(told.top),
        "agent": told.agent,
        "company": told.company,
        "words": _quote(told.words),
        "question": call["questions"].get(told.kind, call["questions"]["csat"]),
    }
    named = "" if told.name else "_unknown"
    in_mail = facts | {
        "hello": _fill(texts[f"hello{named}"], facts),
        "words_line": _fill(mail["words_line"], facts) if facts["words"] else "",
    }
    return Script(
        language=code,
        opening=_fill(call[f"opening{named}"], facts),
        words=_fill(call["words"], facts) if facts["words"] else "",
        steps=tuple(_fill(step, facts) for step in call["steps"]),
        closing=call["closing"],
        subject=mail["subject"],
        mail=_fill(mail["text"], in_mail).strip(),
    )


@cache
def known_languages() -> frozenset[str]:
    return frozenset(file.stem for file in FOLDER.iterdir() if file.suffix == ".toml")


def _quote(words: str) -> str:
    """On one line, and cut at a word where it is long."""
    flat = " ".join(words.split()).rstrip(".")
    if len(flat) <= LONGEST_QUOTE:
        return flat
    return flat[:LONGEST_QUOTE].rpartition(" ")[0] + " …"


def _fill(text: str, facts: Mapping[str, str]) -> str:
    """Each fact once; braces that a customer typed stay braces."""
    return text.format_map(facts)


@cache
def _texts(language: str) -> Mapping[str, Any]:
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
