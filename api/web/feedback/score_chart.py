"""Where the points and bands of a score's trend lie, and the bars of its distribution. The template draws them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.feedback.answers.figures import Week
from api.web.drawing import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Mark

BOUNDS = {"nps": (-100.0, 100.0), "ces": (1.0, 7.0)}
"""The ends of each scale; satisfaction is a share."""

_MOST_LABELS = 7


@dataclass(frozen=True, slots=True)
class Point:
    """One week's figure and its interval, as places in the picture; `answers` tells how much it rests on."""

    x: float
    y: float
    top: float
    bottom: float
    answers: int


@dataclass(frozen=True, slots=True)
class Trend:
    """A score by week. Weeks without answers break the line."""

    points: tuple[Point, ...]
    runs: tuple[str, ...]
    x_marks: tuple[Mark, ...]
    y_marks: tuple[Mark, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


@dataclass(frozen=True, slots=True)
class ScoreBar:
    """How often a score was given; `width` of 100 is the most frequent."""

    score: int
    count: int
    width: float


def trend(weeks: Sequence[Week], labels: Sequence[str], kind: str) -> Trend:
    """The trend of one kind of score, on its whole scale so that small changes look small."""
    low, high = BOUNDS.get(kind, (0.0, 1.0))
    slot = (WIDTH - LEFT - RIGHT) / max(len(weeks), 1)

    def up(value: float) -> float:
        return round(HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM), 1)

    points: list[Point] = []
    runs: list[list[str]] = [[]]
    for place, week in enumerate(weeks):
        if week.figure is None:
            runs.append([])
            continue
        x, figure = round(LEFT + (place + 0.5) * slot, 1), week.figure
        points.append(Point(x, up(figure.value), up(figure.high), up(figure.low), week.answers))
        runs[-1].append(f"{x},{up(figure.value)}")
    every = max(1, -(-len(labels) // _MOST_LABELS))
    return Trend(
        tuple(points),
        tuple(" ".join(run) for run in runs if len(run) > 1),
        tuple(
            Mark(round(LEFT + (place + 0.5) * slot, 1), label)
            for place, label in enumerate(labels)
            if place % every == 0
        ),
        tuple(Mark(up(value), _written(value, kind)) for value in (low, (low + high) / 2, high)),
    )


def bars(distribution: Mapping[int, int]) -> tuple[ScoreBar, ...]:
    """The scores from the best to the worst."""
    most = max([*distribution.values(), 1])
    return tuple(
        ScoreBar(score, count, round(100 * count / most, 1))
        for score, count in sorted(distribution.items(), reverse=True)
    )


def _written(value: float, kind: str) -> str:
    return f"{value:+.0f}" if kind == "nps" and value else f"{value:g}" if kind in BOUNDS else f"{value:.0%}"
