"""What an agent asked for when a draft was to be rewritten, as far as the local writer can do it."""

import re
from dataclasses import dataclass, replace
from functools import cache

from agent.drafting.phrases import load_rules
from agent.drafting.tone import Tone

_TONES: dict[str, dict[str, str]] = {
    "shorter": {"length": "short"},
    "longer": {"length": "detailed"},
    "formal": {"manner": "formal", "address": "polite"},
    "informal": {"manner": "informal", "address": "familiar"},
}
_EXTRAS = {"warmer": "warm", "apologise": "apology", "call": "call"}


@dataclass(frozen=True, slots=True)
class Wish:
    """The understood part of a wish (`kinds`: shorter, formal, call, …), and what to tell the agent of the rest."""

    kinds: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def tone(self, present: Tone) -> Tone:
        for kind in self.kinds:
            present = replace(present, **_TONES.get(kind, {}))
        return present

    @property
    def extras(self) -> tuple[str, ...]:
        return tuple(_EXTRAS[kind] for kind in self.kinds if kind in _EXTRAS)


def understand(words: str) -> Wish:
    """Read a wish in any of the five languages. Parts that are not understood are named in `warnings`."""
    if not words.strip():
        return Wish()
    parts = [part.strip() for part in re.split(r"[,;.\n]|\b(?:and|og|och|und)\b", words) if part.strip()]
    kinds: list[str] = []
    unclear = []
    for part in parts:
        found = [kind for kind, pattern in _patterns().items() if pattern.search(part)]
        if "informal" in found and "formal" in found:
            found.remove("formal")
        kinds += found
        if not found:
            unclear.append(part)
    warnings = tuple(f"The local writer could not follow this wish: {part}" for part in unclear)
    return Wish(tuple(dict.fromkeys(kinds)), warnings)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {kind: re.compile("|".join(words), re.IGNORECASE) for kind, words in load_rules("wishes").items()}
