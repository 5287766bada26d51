"""How many drafts were sent as they were written: the plainest measure of what drafts are worth."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from agent.intervals import wilson


class By(StrEnum):
    """What drafts are counted by."""

    CATEGORY = "category"
    LANGUAGE = "language"
    PROMPT = "prompt"
    ENGINE = "engine"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Drafts of one category, language, prompt version and engine that were answered with: how many, how many unchanged.

    A field that was summed over is empty.
    """

    category: str
    language: str
    prompt: str
    engine: str
    sent: int
    unchanged: int

    @property
    def share(self) -> float | None:
        """The share that was sent unchanged; None where nothing was sent."""
        return self.unchanged / self.sent if self.sent else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share."""
        return wilson(self.unchanged, self.sent)


def summed(outcomes: Iterable[Outcome], by: By | None = None) -> tuple[Outcome, ...]:
    """The outcomes added up by one field, the largest group first; by none, one row for all."""
    groups: dict[str, Outcome] = {}
    for one in outcomes:
        key = getattr(one, by.value) if by else ""
        kept = {name.value: key if name is by else "" for name in By}
        group = groups.get(key, Outcome(**kept, sent=0, unchanged=0))
        groups[key] = replace(group, sent=group.sent + one.sent, unchanged=group.unchanged + one.unchanged)
    return tuple(sorted(groups.values(), key=lambda one: (-one.sent, getattr(one, by.value) if by else "")))
