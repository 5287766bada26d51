"""Four controls for the tone of a draft. Each stands at a word, never at a number; its place is only sent along."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agent.drafting.tone_wish import LEVELS, ToneWish, tone_wish
from agent.errors import WrongUse
from api.web.draft.words import ADDRESSED, TRAITS, YOU
from api.web.draft.words import LEVELS as LEVEL_WORDS

Words = Callable[[str], str]
Step = Mapping[str, str]
"""The levels of `agent.drafting.tone_wish` that one place of a control stands for."""

_MANNERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "da": (("informal", "familiar"), ("formal", "familiar"), ("formal", "polite")),
    "de": (("informal", "familiar"), ("informal", "polite"), ("formal", "polite")),
    "en": (("informal", ""), ("formal", "")),
}
"""From relaxed to polite. In the Nordic languages du is right in formal letters too; in German Sie in informal ones."""


@dataclass(frozen=True, slots=True)
class Control:
    """One range: its name, the words of its places in order, and where it stands."""

    name: str
    label: str
    words: tuple[str, ...]
    at: int

    @property
    def word(self) -> str:
        return self.words[self.at]


def controls(language: str, start: ToneWish, words: Words) -> tuple[Control, ...]:
    """The controls for a letter in `language`, standing at `start`."""
    made = []
    for name, steps in _steps(language).items():
        at = max(range(len(steps)), key=lambda place: _agreement(steps[place], start))
        made.append(Control(name, words(TRAITS[name]), tuple(_word(s, language, words) for s in steps), at))
    return tuple(made)


def wish_of(language: str, places: Mapping[str, int]) -> ToneWish:
    """The tone at these places. Raises `WrongUse` for a place that a control does not have."""
    chosen: dict[str, str] = {}
    for name, steps in _steps(language).items():
        place = places.get(name, -1)
        if not 0 <= place < len(steps):
            raise WrongUse(
                "There is no such tone.", code="tone.unknown", remedy="Choose it with the four controls."
            )
        chosen |= steps[place]
    return tone_wish(chosen)


def _steps(language: str) -> dict[str, Sequence[Step]]:
    manners = _MANNERS.get(language) or _MANNERS["da" if language in YOU else "en"]
    return {
        "manner": [{"formality": manner, "address": address} for manner, address in manners],
        **{trait: [{trait: level} for level in LEVELS[trait]] for trait in ("length", "expertise", "warmth")},
    }


def _agreement(step: Step, start: ToneWish) -> int:
    return sum(bool(level) and start.levels[trait] == level for trait, level in step.items())


def _word(step: Step, language: str, words: Words) -> str:
    if "formality" not in step:
        return words(LEVEL_WORDS[next(iter(step.values()))])
    manner, address = step["formality"], step["address"]
    if not address:
        return words(LEVEL_WORDS[manner])
    return words(ADDRESSED[manner]) % {"you": YOU[language][address]}
