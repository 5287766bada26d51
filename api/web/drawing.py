"""Where the bars and lines of a chart lie. The template draws them as SVG, in the colours of the page."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

WIDTH, HEIGHT = 420, 180
LEFT, RIGHT, TOP, BOTTOM = 48, 8, 14, 24
_MOST_LABELS = 7
_SPAN_HEIGHT = 36
_MOST_VALUES = 12  # columns that are wide enough for a figure over each
SPARK_WIDTH, SPARK_HEIGHT = 88, 26
_SPARK_EDGE = 4


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
    """A series of dots; where a value is missing the line is broken. `bands` are the intervals, as polygons."""

    series: int
    runs: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    bands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Value:
    """A figure that is written at its bar or dot."""

    x: float
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart ready to be drawn in a box of `width` by `height`."""

    x_marks: tuple[Mark, ...]
    y_marks: tuple[Mark, ...]
    bars: tuple[Bar, ...] = ()
    lines: tuple[Line, ...] = ()
    values: tuple[Value, ...] = ()
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


@dataclass(frozen=True, slots=True)
class Spark:
    """A line without axes, in a box of `width` by `height`; `last` is its newest point, None without one."""

    runs: tuple[str, ...]
    last: tuple[float, float] | None
    bands: tuple[str, ...] = ()
    width: int = SPARK_WIDTH
    height: int = SPARK_HEIGHT


@dataclass(frozen=True, slots=True)
class Held:
    """A share on a bar of `width` with its interval: all are places in pixels."""

    to: float
    low: float
    high: float


Bounds = tuple[float | None, float | None]
"""Lower and upper end of an interval; None where it has no such end."""


def spark(values: Sequence[float | None], bounds: Sequence[Bounds] = ()) -> Spark:
    """How a figure went, from its lowest value to its highest, with room above and below for its intervals, `bounds`.

    Intervals are cut at the edge of the box: the line is to be seen, however little a single value says.
    """
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return Spark((), None)
    room = max(known) - min(known)
    low, high = (min(known) - room / 2, max(known) + room / 2) if bounds else (min(known), max(known))
    step = (SPARK_WIDTH - 2 * _SPARK_EDGE) / max(len(values) - 1, 1)

    def up(value: float) -> float:
        level = (value - low) / (high - low) if high > low else 0.5
        return round(SPARK_HEIGHT - _SPARK_EDGE - level * (SPARK_HEIGHT - 2 * _SPARK_EDGE), 1)

    runs: list[list[tuple[float, float]]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((round(_SPARK_EDGE + place * step, 1), up(value)))
    held = [
        None
        if least is None or most is None
        else (round(_SPARK_EDGE + place * step, 1), _within(up(least)), _within(up(most)))
        for place, (least, most) in enumerate(bounds)
    ]
    last = next(run[-1] for run in reversed(runs) if run)
    return Spark(tuple(_points(run) for run in runs if len(run) > 1), last, _polygons(held))


def _within(y: float) -> float:
    return min(max(y, 0.0), float(SPARK_HEIGHT))


def held(share: float, low: float, high: float, width: float = 100.0) -> Held:
    """Where a share and its interval end on a bar."""
    return Held(*(round(width * part, 1) for part in (share, low, high)))


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


def columns(
    labels: Sequence[str],
    now: Sequence[float],
    before: Sequence[float],
    written: Callable[[float], str] = "{:g}".format,
) -> Chart:
    """Two bars side by side for each label: the time before, and now, with its figure where there is room."""
    top, y_marks = _scale(max([*now, *before, 1]))
    slot = (WIDTH - LEFT - RIGHT) / max(len(labels), 1)
    wide = max(min(slot * 0.36, 24), 1.5)
    bars, figures = [], []
    for place, values in enumerate(zip(before, now, strict=True)):
        middle = LEFT + (place + 0.5) * slot
        for series, value in enumerate(values):
            if value:
                x = middle - wide - 0.5 if series == 0 else middle + 0.5
                y = _up(value / top)
                bars.append(Bar(round(x, 1), round(y, 1), round(wide, 1), round(_up(0) - y, 1), series))
                if series and len(labels) <= _MOST_VALUES:
                    figures.append(Value(round(x + wide / 2, 1), round(y - 5, 1), written(value)))
    return Chart(_labels(labels, slot), y_marks, bars=tuple(bars), values=tuple(figures))


def lines(
    labels: Sequence[str],
    now: Sequence[float | None],
    before: Sequence[float | None],
    bounds: Sequence[Bounds] = (),
    written: Callable[[float], str] = "{:.0f}".format,
) -> Chart:
    """Two lines: the time before, and now with the band of its intervals, `bounds`, and its figures where there is room.

    A band that is far wider than the line is cut at the chart's top, so that the line stays readable.
    """
    top, y_marks = _scale(max([value for value in (*now, *before) if value is not None], default=1) or 1)
    slot = (WIDTH - LEFT - RIGHT) / max(len(labels), 1)
    drawn = [_line(series, values, slot, top) for series, values in enumerate((before, now))]
    drawn[1] = replace(drawn[1], bands=_bands(bounds, slot, top))
    figures = []
    if len(labels) <= _MOST_VALUES:
        known = [value for value in now if value is not None]
        for (x, y), value in zip(drawn[1].dots, known, strict=True):
            below = y + 16 if y + 20 < HEIGHT - BOTTOM else y - 8
            figures.append(Value(x, round(below, 1), written(value)))
    return Chart(_labels(labels, slot), y_marks, lines=tuple(drawn), values=tuple(figures))


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


Between = tuple[float, float, float]
"""A place from left to right, and the lower and upper end of the interval there."""


def _bands(bounds: Sequence[Bounds], slot: float, top: float) -> tuple[str, ...]:
    return _polygons(
        [
            None
            if low is None or high is None
            else (
                round(LEFT + (place + 0.5) * slot, 1),
                round(_up(min(low / top, 1)), 1),
                round(_up(min(high / top, 1)), 1),
            )
            for place, (low, high) in enumerate(bounds)
        ]
    )


def _polygons(held: Sequence[Between | None]) -> tuple[str, ...]:
    """Around the intervals of neighbours; where one is missing, a new polygon begins."""
    runs: list[list[Between]] = [[]]
    for one in held:
        if one is None:
            runs.append([])
        else:
            runs[-1].append(one)
    return tuple(
        _points([*((x, high) for x, _, high in run), *((x, low) for x, low, _ in reversed(run))])
        for run in runs
        if len(run) > 1
    )


def _points(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


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
