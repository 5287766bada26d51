"""How a customer likes to be written to, learnt from mail to mail.

Each mail votes for a level of each trait it shows something of. Earlier votes fade with every further mail and with
time, so that a profile follows a change but not a mood: once a level is settled, one unusual mail cannot turn it.
What a person set stays until a person takes it back; a frozen profile learns nothing.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from agent.errors import WrongUse

DATA = Path(__file__).parent / "data"

TRAITS: Mapping[str, tuple[str, ...]] = {
    "formality": ("informal", "formal"),
    "address": ("familiar", "polite"),  # du, or Sie / De / Ni
    "expertise": ("beginner", "practitioner", "expert"),
    "length": ("short", "detailed"),
    "warmth": ("direct", "warm"),
    "role": ("technician", "operations_manager", "purchaser", "it", "business", "beginner"),
}
"""The traits and their levels, in their order on a scale where they have one."""

ONE_MAIL = 1.0


@dataclass(frozen=True, slots=True)
class Sign:
    """A level that a mail shows, and how much it shows it (0 to 1 mails)."""

    level: str
    weight: float = ONE_MAIL


@dataclass(frozen=True, slots=True)
class Impression:
    """What one mail shows of its sender: a sign for each trait it says anything about, and its mood (-1..1)."""

    at: datetime
    signs: Mapping[str, Sign]
    mood: float = 0.0


@dataclass(frozen=True, slots=True)
class Trait:
    """Faded votes by level, the level they have led to, and the one that a person set, which stands above it."""

    votes: Mapping[str, float] = field(default_factory=dict)
    learnt: str = ""
    chosen: str = ""

    @property
    def level(self) -> str:
        """The level that counts; empty while nothing is known."""
        return self.chosen or self.learnt

    @property
    def confidence(self) -> float:
        """0 to 1: the level's share of all votes, with some doubt on the other side. 1 for what a person set."""
        if self.chosen:
            return 1.0
        return self.votes.get(self.learnt, 0.0) / (sum(self.votes.values()) + float(numbers()["doubt"]))


@dataclass(frozen=True, slots=True)
class Mood:
    """How somebody has felt in their latest mails and usually, each from -1 (very upset) to 1 (delighted)."""

    recent: float = 0.0
    usual: float = 0.0

    @property
    def trend(self) -> str:
        """`falling`, `steady` or `rising`."""
        moved = self.recent - self.usual
        if abs(moved) < numbers()["mood"]["moves_from"]:
            return "steady"
        return "rising" if moved > 0 else "falling"


@dataclass(frozen=True, slots=True)
class StyleProfile:
    """A customer's profile. `mails` counts those it was learnt from; `last_at` is the newest of them."""

    traits: Mapping[str, Trait] = field(default_factory=dict)
    mood: Mood = Mood()
    mails: int = 0
    last_at: datetime | None = None
    frozen: bool = False

    def trait(self, name: str) -> Trait:
        return self.traits.get(name, Trait())


def grow(profile: StyleProfile, mail: Impression) -> StyleProfile:
    """The profile with one more mail; the same profile when it is frozen."""
    if profile.frozen:
        return profile
    kept = _kept(profile, mail.at)
    return replace(
        profile,
        traits={
            name: _voted(profile.trait(name), mail.signs.get(name), kept)
            for name in TRAITS
            if name in profile.traits or name in mail.signs
        },
        mood=_felt(profile, mail.mood),
        mails=profile.mails + 1,
        last_at=mail.at if profile.last_at is None else max(profile.last_at, mail.at),
    )


def choose(profile: StyleProfile, trait: str, level: str) -> StyleProfile:
    """A person sets a level, or with an empty one leaves the trait to learning again. Raises `WrongUse`."""
    if level and level not in TRAITS.get(trait, ()):
        raise WrongUse(
            "A style profile knows no such trait or level.",
            code="style.unknown",
            remedy=f"Use one of {', '.join(TRAITS.get(trait, TRAITS))}.",
        )
    return replace(profile, traits={**profile.traits, trait: replace(profile.trait(trait), chosen=level)})


def freeze(profile: StyleProfile, *, frozen: bool) -> StyleProfile:
    """Stop learning, or go on with it. What is known is used either way."""
    return replace(profile, frozen=frozen)


@cache
def numbers() -> Mapping[str, Any]:
    """`data/profile.toml`: how fast a profile learns and forgets."""
    return tomllib.loads((DATA / "profile.toml").read_text(encoding="utf-8"))


def _kept(profile: StyleProfile, now: datetime) -> float:
    """What another mail at `now` leaves of earlier weights. A mail that comes late ages nothing by time."""
    days = 0.0 if profile.last_at is None else max(0.0, (now - profile.last_at).total_seconds() / 86_400)
    return float(numbers()["each_mail_keeps"] * 0.5 ** (days / numbers()["half_life_days"]))


def _voted(trait: Trait, sign: Sign | None, kept: float) -> Trait:
    """Votes fade only when a trait is voted on: a mail that says nothing of it is no doubt about it."""
    if sign is None:
        return trait
    votes = {level: weight * kept for level, weight in trait.votes.items()}
    votes[sign.level] = votes.get(sign.level, 0.0) + min(ONE_MAIL, sign.weight)
    present, challenge = votes.get(trait.learnt, 0.0), votes[sign.level]
    turns = challenge > present and (challenge > ONE_MAIL or present < numbers()["settled"])
    return replace(trait, votes=votes, learnt=sign.level if turns else trait.learnt)


def _felt(profile: StyleProfile, mood: float) -> Mood:
    if not profile.mails:
        return Mood(mood, mood)
    rule, before = numbers()["mood"], profile.mood
    return Mood(
        before.recent + rule["recent_share"] * (mood - before.recent),
        before.usual + rule["usual_share"] * (mood - before.usual),
    )
