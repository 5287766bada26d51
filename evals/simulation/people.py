"""Made-up customers with hidden habits, of three personas: whom to ask when is known here and nowhere else.

The world is made of other shapes than the product's prediction uses (plateaus and straight lines instead of log odds),
so that a good outcome is no echo of its own assumptions. All figures are assumptions of ours, none is measured on
people; `habits` scales them, and with 0 people have none.
"""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from agent.feedback.history import Channel

SHARES = {"instant": 0.30, "planner": 0.45, "project": 0.25}
CHANNELS = (Channel.EMAIL, Channel.SMS, Channel.IN_APP)
MOST_WILLING = (0.88, 0.99)
"""The chance of an answer when everything suits, from the least to the most willing."""
EVEN = (0.20, 0.50)
"""The same for people without habits, whom everything suits alike."""
FLOORS = {"delay": 0.15, "hour": 0.65, "weekday": 0.80, "channel": 0.65}
"""What is left of the chance when the delay (hour, …) does not suit at all."""

TOO_MANY = 4
"""Messages within 90 days from which on the next ones tire."""


@dataclass(frozen=True, slots=True)
class Person:
    """One customer and the hidden habits: days after the event (`begin`..`end`, `slack` days beyond), the hour of the
    day, weekdays (0 Monday), channel, how reminders are taken, and how soon too many requests tire."""

    number: int
    persona: str
    business: bool
    willing: float
    begin: float
    end: float
    slack: float
    hour: float
    weekdays: frozenset[int]
    channel: Channel
    reminded: float
    tires: float
    quick_hours: float
    habits: float

    def chance(
        self, delay: float, weekday: int, hour: float, channel: Channel, step: int, lately: int
    ) -> float:
        """The true chance of an answer: `delay` in days, `lately` how many messages came in the last 90 days."""
        beyond = max(self.begin - delay, delay - self.end, 0.0)
        suits = {
            "delay": max(0.0, 1 - beyond / self.slack),
            "hour": max(0.0, 1 - max(0.0, abs(hour - self.hour) - 1) / 4),
            "weekday": float(weekday in self.weekdays),
            "channel": float(channel is self.channel),
        }
        chance = self.willing
        for name, floor in FLOORS.items():
            chance *= 1 - self.habits * (1 - floor) * (1 - suits[name])
        chance *= self.reminded if step else 1.0
        return chance * float(np.exp(-self.tires * max(0, lately - TOO_MANY)))


def people(count: int, seed: int, habits: float = 1.0) -> list[Person]:
    """So many customers, the personas in their shares."""
    draw = np.random.default_rng([seed, 1])
    personas = draw.choice(list(SHARES), size=count, p=list(SHARES.values()))
    return [_person(number, str(persona), draw, habits) for number, persona in enumerate(personas)]


def _person(number: int, persona: str, draw: Generator, habits: float) -> Person:
    begin, end, slack = {
        "instant": (0.0, draw.uniform(0.3, 1.0), 3.0),
        "planner": (draw.uniform(2.7, 3.3), draw.uniform(4.7, 5.3), 3.0),
        "project": (*(draw.uniform(8.5, 11.5) + np.array([-1.0, 1.0])), 4.0),
    }[persona]
    return Person(
        number=number,
        persona=persona,
        business=bool(draw.random() < 0.25),
        willing=float(habits * draw.uniform(*MOST_WILLING) + (1 - habits) * draw.uniform(*EVEN)),
        begin=float(begin),
        end=float(end),
        slack=slack,
        hour=float(draw.choice([8.5, 10.0, 12.5, 15.0, 17.0])),
        weekdays=frozenset(int(day) for day in draw.choice(5, size=3, replace=False)),
        channel=CHANNELS[int(draw.choice(3, p=[0.5, 0.25, 0.25]))],
        reminded=float(draw.choice([0.4, 0.9])),
        tires=float(draw.uniform(0.02, 0.10)),
        quick_hours=float(
            {"instant": 1.0, "planner": 12.0, "project": 30.0}[persona] * draw.uniform(0.5, 2.0)
        ),
        habits=habits,
    )
