"""The tone that an agent asks for, trait by trait: chosen from what there is, never guessed from words."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib.resources import files

from agent.drafting.tone import Tone
from agent.errors import WrongUse
from agent.triage.reading import LANGUAGES, Style

LEVELS: Mapping[str, tuple[str, ...]] = {
    "formality": ("informal", "formal"),
    "address": ("familiar", "polite"),
    "length": ("short", "detailed"),
    "expertise": ("beginner", "practitioner", "expert"),
    "warmth": ("direct", "even", "warm"),
}
"""The traits and their levels, in their order on a scale."""


@dataclass(frozen=True, slots=True)
class ToneWish:
    """A level for each trait (`LEVELS`); empty where the customer's own tone is to be followed."""

    formality: str = ""
    address: str = ""
    length: str = ""
    expertise: str = ""
    warmth: str = ""

    def __bool__(self) -> bool:
        return any(self.levels.values())

    @property
    def levels(self) -> dict[str, str]:
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def style(self, own: Style) -> Style:
        """The customer's style with what was asked for in its place."""
        return replace(
            own,
            formality=self.formality or own.formality,
            length=self.length or own.length,
            expertise=self.expertise or own.expertise,
        )

    def over(self, tone: Tone) -> Tone:
        return replace(
            tone,
            manner=self.formality or tone.manner,
            address=self.address or tone.address,
            length=self.length or tone.length,
        )

    def in_words(self, language: str) -> str:
        """The wish as a colleague would write it, in the letter's language; for a language model."""
        said = _words().get(language if language in LANGUAGES else "en", {})
        words = (said.get(trait, {}).get(level, "") for trait, level in self.levels.items() if level)
        return " ".join(filter(None, words))


NO_TONE_WISH = ToneWish()


def tone_wish(chosen: Mapping[str, str]) -> ToneWish:
    """The wish of these levels. Raises `WrongUse` for a trait or level that does not exist."""
    for trait, level in chosen.items():
        if trait not in LEVELS or (level and level not in LEVELS[trait]):
            raise WrongUse(
                "There is no such tone.", code="tone.unknown", remedy="Choose it with the four controls."
            )
    return ToneWish(**chosen)


@cache
def _words() -> dict[str, dict[str, dict[str, str]]]:
    """By language, trait and level."""
    return tomllib.loads((files("agent.drafting") / "tone_wishes.toml").read_text(encoding="utf-8"))
