"""Where the lines and dots of a picture lie. The template draws them as SVG, in the colours of the page."""

from collections.abc import Sequence
from dataclasses import dataclass

from evals.outcome import Curve, Reliability

WIDTH, HEIGHT = 420, 300
LEFT, RIGHT, TOP, BOTTOM = 48, 16, 14, 44


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: where (in the drawing's units) and what stands there."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A point with the ends of its whisker (equal to `y` where it has none), its radius, and what it says."""

    x: float
    y: float
    low: float
    high: float
    radius: float
    says: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart of shares over an axis. `line` joins the dots; `diagonal` is where confidence would be truth."""

    x_label: str
    y_label: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    dots: tuple[Dot, ...]
    diagonal: bool = False
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM

    @property
    def line(self) -> str:
        """The dots as the points of a polyline."""
        return " ".join(f"{dot.x:.1f},{dot.y:.1f}" for dot in self.dots)


def reliability(picture: Reliability) -> Drawing:
    """Confidence to the right, the share that is right upwards; bigger dots stand for more decisions."""
    most = max((step.count for step in picture.steps), default=1)
    dots = tuple(
        Dot(
            _across(step.confidence),
            _up(step.right),
            _up(step.right),
            _up(step.right),
            3 + 7 * (step.count / most) ** 0.5,
            f"sure {step.confidence:.2f}, right {step.right:.2f}, {step.count} decisions",
        )
        for step in picture.steps
    )
    ticks = tuple(Tick(_across(step / 5), f"{step / 5:.1f}") for step in range(6))
    return Drawing("confidence", "right", ticks, _share_ticks(), dots, diagonal=True)


def curve(picture: Curve) -> Drawing:
    """Steps to the right (by their square root, since the first count most), the share upwards."""
    most = max((point.x for point in picture.points), default=1) or 1
    dots = tuple(
        Dot(
            _across((point.x / most) ** 0.5),
            _up(point.value),
            _up(point.low),
            _up(point.high),
            4,
            f"after {point.x}: {point.value:.2f} ({point.low:.2f}–{point.high:.2f})",
        )
        for point in picture.points
    )
    ticks = _apart([Tick(_across((point.x / most) ** 0.5), str(point.x)) for point in picture.points])
    return Drawing(picture.x_label, "right", ticks, _share_ticks(), dots)


def _share_ticks() -> tuple[Tick, ...]:
    return tuple(Tick(_up(step / 5), f"{step / 5:.1f}") for step in range(6))


def _apart(ticks: Sequence[Tick], least: float = 30) -> tuple[Tick, ...]:
    """The ticks whose labels do not touch, the last one always among them."""
    kept: list[Tick] = []
    for tick in reversed(ticks):
        if not kept or kept[-1].at - tick.at >= least:
            kept.append(tick)
    return tuple(reversed(kept))


def _across(share: float) -> float:
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _up(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
