"""What the page of figures draws: how things went part by part, and the shares of categories and priorities."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.cases.case import Priority
from agent.insight.facts import By, Facts, Outcome
from agent.insight.figures import Figure, Kind, Name, figures
from agent.insight.period import Grain, Part, Period
from api.web import drawing
from api.web.pages import Reader

MOST_HELD = 6
"""Categories that are drawn; all of them stand in the breakdown."""

Figures = dict[Name, Figure]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart with the rows of its table: the label of each part, and what stands in its columns."""

    chart: drawing.Chart
    rows: Sequence[tuple[str, Sequence[float | None]]]


@dataclass(frozen=True, slots=True)
class HeldShare:
    """The share of one group, on a bar with its interval; `bar` is None where there are too few to say."""

    value: str
    figure: Figure
    bar: drawing.Held | None


def charts(facts: Facts, before: Facts, period: Period, reader: Reader) -> dict[str, Any]:
    """The charts of the page, and the little lines of its tiles."""
    parts = period.parts
    now = [figures(one) for one in facts.parted([(part.start, part.end) for part in parts])]
    then = [figures(one) for one in before.parted([(part.before_start, part.before_end) for part in parts])]
    labels = [_label(part.start, period, reader) for part in parts]
    return {
        "volume": _volume(labels, now, then, reader),
        "speed": _speed(labels, now, then, reader),
        "drafts": _drafts(labels, now),
        "sparks": {name: _spark(name, then, now, parts, facts.now) for name in Name},
    }


def held_by(facts: Facts, by: By, name: Name) -> list[HeldShare]:
    """A share in each group: priorities in their order, anything else with the most cases first."""
    values = facts.values(by)
    if by is By.PRIORITY:
        values = tuple(str(one) for one in Priority if str(one) in values)
    found = ((value, figures(facts.of(by, value))[name]) for value in values if value)
    return [HeldShare(value, one, None if one.too_few else _held(one)) for value, one in found if one.n][
        :MOST_HELD
    ]


def _held(one: Figure) -> drawing.Held:
    assert one.value is not None
    assert one.low is not None
    assert one.high is not None
    return drawing.held(one.value, one.low, one.high)


def _volume(labels: Sequence[str], now: Sequence[Figures], then: Sequence[Figures], reader: Reader) -> Drawn:
    here, there = ([one[Name.NEW].value or 0 for one in side] for side in (now, then))
    return Drawn(
        drawing.columns(labels, here, there, reader.number),
        list(zip(labels, zip(here, there, strict=True), strict=True)),
    )


def _speed(labels: Sequence[str], now: Sequence[Figures], then: Sequence[Figures], reader: Reader) -> Drawn:
    here, there = ([_minutes(one[Name.FIRST_MEDIAN].value) for one in side] for side in (now, then))
    ends = [(_minutes(one[Name.FIRST_MEDIAN].low), _minutes(one[Name.FIRST_MEDIAN].high)) for one in now]
    rows = [(a, b, *end) for a, b, end in zip(here, there, ends, strict=True)]
    chart = drawing.lines(labels, here, there, ends, lambda value: reader.number(round(value)))
    return Drawn(chart, list(zip(labels, rows, strict=True)))


def _drafts(labels: Sequence[str], now: Sequence[Figures]) -> Drawn:
    names = (Name.UNCHANGED, Name.EDITED, Name.REJECTED)
    assert len(names) == len(Outcome)
    counts = [[len(one[name].hits) for name in names] for one in now]
    return Drawn(drawing.stacks(labels, counts), list(zip(labels, counts, strict=True)))


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / 60


def _spark(
    name: Name, then: Sequence[Figures], now: Sequence[Figures], parts: Sequence[Part], instant: datetime
) -> drawing.Spark:
    """From the time before to this moment; a part in which too few say anything is left out."""
    begun = [one for one, part in zip(now, parts, strict=True) if part.start <= instant]
    shown = [one[name] for one in (*then, *begun)]
    return drawing.spark([None if one.kind is not Kind.COUNT and one.n < 2 else one.value for one in shown])


def _label(instant: datetime, period: Period, reader: Reader) -> str:
    local = instant.astimezone(period.zone)
    if period.grain is Grain.HOUR:
        return f"{local.hour}"
    if period.grain is Grain.DAY and period.days == 7:
        return reader.day_of_week(local.date())
    return reader.date(local.date())
