"""What a scorer hands back: figures with their intervals, and what can be drawn."""

from dataclasses import dataclass, field
from enum import StrEnum


class Better(StrEnum):
    """Which way a figure should go. `MACHINE` depends on the machine, and is shown without a verdict."""

    HIGHER = "higher"
    LOWER = "lower"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value with its 95 % interval and the number of items it rests on.

    `part` is the stretch of the set that it is about: a language, a kind of data, the name of a set; empty for all.
    """

    name: str
    value: float
    low: float
    high: float
    count: int
    part: str = ""
    better: Better = Better.HIGHER

    @property
    def key(self) -> str:
        """Its name among the figures of one scorer, as stored in a baseline."""
        return f"{self.name} · {self.part}" if self.part else self.name


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often each label (rows) was given as each label (columns), shape `(len(labels), len(labels))`."""

    title: str
    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class ReliabilityStep:
    """Decisions of about the same confidence: its mean, the share that is right, and how many they are."""

    confidence: float
    right: float
    count: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """Whether confidence means what it says: right as often as sure."""

    title: str
    steps: tuple[ReliabilityStep, ...]


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A share after `x` steps, with its 95 % interval."""

    x: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Curve:
    """How a share grows with what was learnt."""

    title: str
    x_label: str
    points: tuple[CurvePoint, ...]


Picture = Confusion | Reliability | Curve


@dataclass(frozen=True, slots=True)
class Miss:
    """One item that went wrong: its id in the set, and in few words what was wanted and what came."""

    item: str
    wanted: str
    came: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that one scorer found out."""

    figures: tuple[Figure, ...]
    pictures: tuple[Picture, ...] = ()
    misses: tuple[Miss, ...] = field(default=())
