"""Where the bars and lines of a chart lie. The template draws them as SVG, in the colours of the page."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 420, 180
LEFT, RIGHT, TOP, BOTTOM = 40, 8, 14, 24
_MOST_LABELS = 7
_SPAN_HEIGHT = 36


@dataclass(frozen=True, slots=True)
class Mark:
    """A label on an axis: where, and what stands there."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle of a series: 0 is the time before, 1 to 3 are the colours of the page."""

    x: float
    y: float
    width: float
    height: float
    series: int


@dataclass(frozen=True, slots=True)
class Line:
    """A series of dots; where a value is missing the line is broken."""

    series: int
    runs: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart ready to be drawn in a box of `width` by `height`."""

    x_marks: tuple[Mark, ...]
    y_marks: tuple[Mark, ...]
    bars: tuple[Bar, ...] = ()
    lines: tuple[Line, ...] = ()
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


@dataclass(frozen=True, slots=True)
class Span:
    """A value with its interval, on one line of a chart: all are places in pixels, `share` is the value itself."""

    label: str
    share: float
    y: float
    dot: float
    low: float
    high: float
    best: bool


@dataclass(frozen=True, slots=True)
class Intervals:
    """Shares with their intervals, one below the other, over an axis of shares."""

    spans: tuple[Span, ...]
    marks: tuple[Mark, ...]
    width: int
    height: int
    bottom: int


def intervals(values: Sequence[tuple[str, float, float, float, bool]]) -> Intervals:
    """`values` are label, share, lower and upper end, and whether it is the best; the axis ends above the largest."""
    most = max([high for _, _, _, high, _ in values], default=1.0) or 1.0
    top = next(step for step in (0.1, 0.2, 0.4, 0.6, 0.8, 1.0) if step >= min(1.0, most) - 1e-9)
    bottom = TOP + _SPAN_HEIGHT * len(values)

    def across(share: float) -> float:
        return round(RIGHT + min(share, top) / top * (WIDTH - 2 * RIGHT - LEFT), 1)

    spans = tuple(
        Span(
            label, share, TOP + (number + 0.5) * _SPAN_HEIGHT, across(share), across(low), across(high), best
        )
        for number, (label, share, low, high, best) in enumerate(values)
    )
    marks = tuple(Mark(across(top * part), f"{top * part:.0%}") for part in (0, 0.5, 1))
    return Intervals(spans, marks, WIDTH, bottom + BOTTOM, bottom)


def columns(labels: Sequence[str], now: Sequence[float], before: Sequence[float]) -> Chart:
    """Two bars side by side for each label: the time before, and now."""
    top, y_marks = _scale(max([*now, *before, 1]))
    slot = (WIDTH - LEFT - RIGHT) / max(len(labels), 1)
    wide = max(min(slot * 0.36, 24), 1.5)
    bars = []
    for place, values in enumerate(zip(before, now, strict=True)):
        middle = LEFT + (place + 0.5) * slot
        for series, value in enumerate(values):
            if value:
                x = middle - wide - 0.5 if series == 0 else middle + 0.5
                y = _up(value / top)
                bars.append(Bar(round(x, 1), round(y, 1), round(wide, 1), round(_up(0) - y, 1), series))
    return Chart(_labels(labels, slot), y_marks, bars=tuple(bars))


def lines(labels: Sequence[str], now: Sequence[float | None], before: Sequence[float | None]) -> Chart:
    """Two lines: the time before, and now."""
    top, y_marks = _scale(max([value for value in (*now, *before) if value is not None], default=1) or 1)
    slot = (WIDTH - LEFT - RIGHT) / max(len(labels), 1)
    drawn = tuple(_line(series, values, slot, top) for series, values in enumerate((before, now)))
    return Chart(_labels(labels, slot), y_marks, lines=drawn)


def stacks(labels: Sequence[str], parts: Sequence[Sequence[int]]) -> Chart:
    """A bar of 100 % for each label, its parts from the bottom up; none where there is nothing."""
    slot = (WIDTH - LEFT - RIGHT) / max(len(labels), 1)
    wide = max(min(slot * 0.8, 40), 2)
    bars = []
    for place, counts in enumerate(parts):
        whole, below = sum(counts), 0
        for series, count in enumerate(counts, start=1):
            if count:
                y = _up((below + count) / whole)
                height = _up(below / whole) - y - 1
                x = LEFT + (place + 0.5) * slot - wide / 2
                bars.append(Bar(round(x, 1), round(y, 1), round(wide, 1), round(max(height, 1), 1), series))
                below += count
    return Chart(
        _labels(labels, slot), tuple(Mark(_up(s), f"{s:.0%}") for s in (0, 0.5, 1)), bars=tuple(bars)
    )


def _line(series: int, values: Sequence[float | None], slot: float, top: float) -> Line:
    runs: list[list[str]] = [[]]
    dots = []
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
            continue
        x, y = round(LEFT + (place + 0.5) * slot, 1), round(_up(value / top), 1)
        dots.append((x, y))
        runs[-1].append(f"{x},{y}")
    return Line(series, tuple(" ".join(run) for run in runs if len(run) > 1), tuple(dots))


def _scale(most: float) -> tuple[float, tuple[Mark, ...]]:
    """A round number at or above `most`, with marks at nothing, half of it and all of it."""
    power = 10 ** math.floor(math.log10(most))
    top = next(step * power for step in (1, 2, 4, 6, 10) if step * power >= most * 0.999)
    top = max(top, 2)
    return top, tuple(Mark(round(_up(share), 1), f"{top * share:g}") for share in (0, 0.5, 1))


def _labels(labels: Sequence[str], slot: float) -> tuple[Mark, ...]:
    every = max(1, math.ceil(len(labels) / _MOST_LABELS))
    return tuple(
        Mark(round(LEFT + (place + 0.5) * slot, 1), label)
        for place, label in enumerate(labels)
        if place % every == 0
    )


def _up(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
