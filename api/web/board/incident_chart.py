"""When the cases of an incident were reported, as bars: the template draws them as SVG."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_BARS = 12
BAR_WIDTH, GAP, HEIGHT = 5, 2, 28
FRESH = timedelta(hours=1)
_STEPS = tuple(timedelta(minutes=one) for one in (5, 10, 15, 30, 60, 120, 240, 480, 720, 1440))


@dataclass(frozen=True, slots=True)
class Slot:
    """What was reported from an instant on, and its bar. `fresh` bars lie within the last hour."""

    start: datetime
    count: int
    x: int
    y: float
    height: float
    fresh: bool


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Reports over time. `step` is how long a bar lasts, `last_hour` how many came in the hour before now."""

    slots: tuple[Slot, ...]
    step: timedelta
    last_hour: int
    width: int = MOST_BARS * (BAR_WIDTH + GAP) - GAP
    height: int = HEIGHT

    @property
    def step_minutes(self) -> int:
        return int(self.step.total_seconds() // 60)


def arrivals(instants: Iterable[datetime], now: datetime) -> Arrivals:
    """Up to `MOST_BARS` bars that end now; the shortest step with which the first report is among them.

    Older reports than `MOST_BARS` days are left out of the bars. `now` must have a zone.
    """
    reported = sorted(instants)
    span = now - reported[0] if reported else timedelta()
    step = next((one for one in _STEPS if one * MOST_BARS > span), _STEPS[-1])
    counts = [0] * MOST_BARS
    for instant in reported:
        back = max(int((now - instant) / step), 0)  # a mail server's clock may be ahead
        if back < MOST_BARS:
            counts[MOST_BARS - 1 - back] += 1
    most = max([*counts, 1])
    slots = []
    for place, count in enumerate(counts):
        start = now - step * (MOST_BARS - place)
        height = round(HEIGHT * count / most, 1)
        slots.append(
            Slot(start, count, place * (BAR_WIDTH + GAP), HEIGHT - height, height, start + step > now - FRESH)
        )
    return Arrivals(tuple(slots), step, sum(1 for instant in reported if instant > now - FRESH))
