"""The numbers of learning when to ask (`data/learning.toml`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from agent.company import Company
from agent.errors import SettingError
from agent.feedback.notation import rule_file, span, wrong


@dataclass(frozen=True, slots=True)
class Likeness:
    """How far one experience speaks for another moment; see the comments in the file."""

    hour: float
    delay: float
    weekday: float
    strength: float


@dataclass(frozen=True, slots=True)
class PersonaSearch:
    """Bands of days after the event (`edges`, inner borders), and how personas are looked for in them."""

    edges: tuple[float, ...]
    most: int
    least_share: float
    rounds: int
    high: float


@dataclass(frozen=True, slots=True)
class Learning:
    """All of `data/learning.toml`."""

    threshold: float
    exploring: float
    leaning: float
    least_own: int
    least_of_all: int
    settled_after: timedelta
    tired_within: timedelta
    days: tuple[float, ...]
    hours: tuple[int, ...]
    likeness: Likeness
    personas: PersonaSearch
    penalty: float


def load_learning(company: Company) -> Learning:
    """The shipped numbers with a company's table `feedback.learning` laid over them. Raises `SettingError`."""
    changes = company.overrides.get("feedback", {}).get("learning")
    try:
        learning = _read(rule_file("learning", changes))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SettingError(
            f"The table feedback.learning is not valid: {error}.",
            remedy="Compare it with agent/feedback/data/learning.toml.",
        ) from error
    for name in ("threshold", "exploring"):
        if not 0 <= getattr(learning, name) <= 1:
            raise wrong(f"feedback.learning.{name}", "is no share", "Write a number from 0 to 1.")
    return learning


def _read(table: Mapping[str, Any]) -> Learning:
    place = "feedback.learning"
    likeness, personas = table["likeness"], table["personas"]
    return Learning(
        threshold=float(table["threshold"]),
        exploring=float(table["exploring"]),
        leaning=float(table["leaning"]),
        least_own=int(table["least_own"]),
        least_of_all=int(table["least_of_all"]),
        settled_after=span(table["settled_after"], f"{place}.settled_after"),
        tired_within=span(table["tired_within"], f"{place}.tired_within"),
        days=tuple(float(day) for day in table["moments"]["days"]),
        hours=tuple(int(hour) for hour in table["moments"]["hours"]),
        likeness=Likeness(**{name: float(value) for name, value in likeness.items()}),
        personas=PersonaSearch(
            edges=tuple(sorted(float(edge) for edge in personas["edges"])),
            most=int(personas["most"]),
            least_share=float(personas["least_share"]),
            rounds=int(personas["rounds"]),
            high=float(personas["high"]),
        ),
        penalty=float(table["fitting"]["penalty"]),
    )
