"""The local writer's words: phrase books in `phrases/<language>.toml`, chosen by tone and, among equals, by message.

The same message always gives the same words; two messages seldom do, so that letters do not read alike.
"""

import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from babel.dates import format_date, format_time

from agent.drafting.tone import Tone
from agent.triage.reading import LANGUAGES


@dataclass(frozen=True)
class PhraseBook:
    """The phrases of one language. `seed` is any text of the message; it picks among variants."""

    language: str
    seed: str
    tone: Tone

    def has(self, section: str, name: str) -> bool:
        return bool(self._variants(section, name))

    def first(self, section: str, names: Sequence[str]) -> str:
        """The phrase of the first of these names that the book knows; empty also where it says nothing under it."""
        known = load(self.language).get(section, {})
        return next((self.say(section, name) for name in names if name in known), "")

    def say(self, section: str, name: str, /, **slots: str) -> str:
        """One phrase with its slots filled; empty where the book has none of that name.

        Raises `KeyError` for a slot that the phrase needs and nobody gave.
        """
        variants = self._variants(section, name)
        if not variants:
            return ""
        digest = hashlib.sha256(f"{section}.{name}\n{self.seed}".encode()).digest()
        return variants[digest[0] % len(variants)].format_map(self._pronouns() | slots)

    def instant(self, moment: datetime, now: datetime) -> str:
        """When something will happen, as one writes it in a letter: today, tomorrow, or the day by name."""
        book = load(self.language)
        clock = format_time(moment, book["time"], locale=self.language)
        for pattern, day in (("today", now), ("tomorrow", now + timedelta(days=1))):
            if moment.date() == day.date():
                return str(book[pattern]).format(time=clock)
        day_name = format_date(moment, book["day"], locale=self.language)
        return str(book["when"]).format(day=day_name, time=clock)

    def quoted(self, words: str) -> str:
        return str(load(self.language)["quote"]).format(words)

    def _variants(self, section: str, name: str) -> list[str]:
        entry: Any = load(self.language).get(section, {}).get(name, [])
        if isinstance(entry, dict):
            entry = entry[self.tone.address]
        return list(entry)

    def _pronouns(self) -> dict[str, str]:
        words: dict[str, str] = load(self.language)["pronouns"][self.tone.address]
        return words | {name.capitalize(): word[:1].upper() + word[1:] for name, word in words.items()}


@cache
def load(language: str) -> dict[str, Any]:
    """The phrase book's table. `language` is one of `LANGUAGES`."""
    if language not in LANGUAGES:
        raise KeyError(language)
    text = (files("agent.drafting") / "phrases" / f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def load_tables(name: str) -> dict[str, dict[str, str]]:
    """The tables of patterns of a file beside this module that has several, such as `procedures.toml`."""
    return tomllib.loads((files("agent.drafting") / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def load_rules(name: str) -> dict[str, list[str]]:
    """A table of word patterns beside this module, such as `personal.toml`."""
    return tomllib.loads((files("agent.drafting") / f"{name}.toml").read_text(encoding="utf-8"))
