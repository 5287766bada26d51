"""Sensitive topics: the law, the end of a contract, people hurt, the press, minors. A lead reads the answer first.

The patterns (`sensitive.toml`) are looked for in what the customer wrote, in their language and in English, since
many write "legal" or name an authority in English. In doubt a mail is sensitive: a lead who reads one draft too
many costs less than a careless answer to a lawyer.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from agent.drafting.draft import CheckName, CheckResult

TOPICS = ("legal", "termination", "injury", "press", "minors")


@dataclass(frozen=True, slots=True)
class SensitiveTopic:
    """A topic and the customer's own (redacted) words that show it."""

    topic: str
    evidence: str


def sensitive_topics(text: str, language: str) -> tuple[SensitiveTopic, ...]:
    """The sensitive topics of a mail, each once, in the order of `TOPICS`."""
    found = []
    for topic in TOPICS:
        match = _pattern(topic, language).search(text)
        if match:
            found.append(SensitiveTopic(topic, " ".join(match.group().split())))
    return tuple(found)


def needs_lead(checks: Iterable[CheckResult]) -> bool:
    """Whether a checked draft may be sent by a lead only."""
    return any(check.name is CheckName.SENSITIVE and not check.passed for check in checks)


@cache
def _pattern(topic: str, language: str) -> re.Pattern[str]:
    table = _table()[topic]
    words = [*table.get(language, []), *(table["en"] if language != "en" else [])]
    return re.compile("|".join(words), re.IGNORECASE)


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((files("agent.drafting") / "sensitive.toml").read_text(encoding="utf-8"))
