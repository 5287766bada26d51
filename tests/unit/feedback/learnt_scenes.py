"""Customers with plain habits, for the tests of learning."""

from datetime import datetime, timedelta
from functools import cache

import numpy as np

from agent.company import Company
from agent.feedback.history import Channel
from agent.feedback.learning.attempts import Attempt
from agent.feedback.learning.numbers import load_learning
from agent.feedback.learning.prediction import Predictor, learn
from tests.unit.feedback.scenes import COPENHAGEN

LEARNING = load_learning(Company())
MONDAY = datetime(2025, 1, 6, 9, tzinfo=COPENHAGEN)


def attempt(
    number: int, delay: float, *, answered: bool, hour: int = 10, channel: Channel = Channel.EMAIL
) -> Attempt:
    """The message about the event of month `number`, `delay` days after it; an answer comes within two hours."""
    occasion = MONDAY + timedelta(weeks=4 * number)
    at = (occasion + timedelta(days=delay)).replace(hour=hour)
    return Attempt(at, channel, occasion, answered_at=at + timedelta(hours=2) if answered else None)


def customer(likes: float, seed: int, requests: int = 12) -> tuple[Attempt, ...]:
    """Somebody asked at delays of all kinds who answers mostly within a day and a half of the delay `likes`."""
    draw = np.random.default_rng([7, seed])
    past = []
    for number in range(requests):
        delay = float(draw.integers(0, 14))
        chance = 0.8 if abs(delay - likes) <= 1.5 else 0.1
        past.append(
            attempt(number, delay, answered=bool(draw.random() < chance), hour=int(draw.integers(8, 17)))
        )
    return tuple(past)


LIKES = (0.0, 4.0, 11.0)


@cache
def customers() -> tuple[tuple[Attempt, ...], ...]:
    """Ninety customers, 30 of each liking."""
    return tuple(customer(LIKES[number % 3], number) for number in range(90))


@cache
def predictor() -> Predictor:
    found = learn(customers(), LEARNING)
    assert found is not None
    return found
