"""Ways of choosing when to ask. Each proposes; the rules of `agent.feedback` judge."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from agent.feedback.history import History
from agent.feedback.learning.attempts import Attempt
from agent.feedback.learning.best_time import How, Proposal, by_lot, drawn_one, judged, propose, shortlist
from agent.feedback.learning.prediction import Predictor
from agent.feedback.rules import Rules
from agent.feedback.timing.deciding import Ask, NotAsked, Wish, decide

Lots = tuple[float, float]
Policy = Callable[[Wish, History, Sequence[Attempt], datetime, Rules, Lots], Proposal]


@dataclass(frozen=True, slots=True)
class Fixed:
    """Ask the same number of days after every event, over the channel that the rules prefer."""

    days: float

    def __call__(
        self, wish: Wish, history: History, past: Sequence[Attempt], now: datetime, rules: Rules, lots: Lots
    ) -> Proposal:
        at = wish.wanted_from + timedelta(days=self.days)
        later = replace(wish, wanted_from=at, wanted_until=max(at, wish.wanted_until))
        return Proposal(decide(later, history, now, rules), How.RULES)


@dataclass(frozen=True, slots=True)
class Scattered:
    """A company that asked at all kinds of times over all kinds of channels: old feedback as it is imported."""

    days: float = 14.0

    def __call__(
        self, wish: Wish, history: History, past: Sequence[Attempt], now: datetime, rules: Rules, lots: Lots
    ) -> Proposal:
        channels = sorted(history.customer.reachable)
        channel = channels[int(lots[1] * len(channels))]
        preferring = replace(history, customer=replace(history.customer, preferred=channel))
        delay = self.days * lots[0] ** 1.5  # sooner more often than later
        hour = timedelta(hours=(lots[0] * 997) % 10)
        at = wish.wanted_from.replace(hour=7, minute=0) + timedelta(days=int(delay)) + hour
        scattered = replace(wish, wanted_from=max(at, wish.wanted_from))
        return Proposal(decide(scattered, preferring, now, rules), How.RULES)


@dataclass(frozen=True, slots=True)
class Learnt:
    """The product's own proposal."""

    predictor: Predictor

    def __call__(
        self, wish: Wish, history: History, past: Sequence[Attempt], now: datetime, rules: Rules, lots: Lots
    ) -> Proposal:
        return propose(wish, history, past, now, self.predictor, rules, lots)


@dataclass(frozen=True, slots=True)
class Choice:
    """One logged decision among moments, for judging other ways from the log: what there was to choose from, what
    was chosen, and how likely each moment was."""

    moments: tuple[Attempt, ...]
    past: tuple[Attempt, ...]
    chosen: int
    propensities: np.ndarray


class Exploring:
    """A time of exploring: half of the moments are the best ones by an early prediction, half are drawn by lot.

    `last` is what it chose from last.
    """

    def __init__(self, predictor: Predictor, share: float = 0.5) -> None:
        self.predictor, self.share = predictor, share
        self.last: Choice | None = None

    def __call__(
        self, wish: Wish, history: History, past: Sequence[Attempt], now: datetime, rules: Rules, lots: Lots
    ) -> Proposal:
        self.last = None
        by_rule = decide(wish, history, now, rules)
        if isinstance(by_rule, NotAsked):
            return Proposal(by_rule, How.RULES)
        found = shortlist(wish, by_rule, history, past, now, self.predictor, rules)
        count = len(found.attempts)
        if not count:
            return Proposal(by_rule, How.RULES)
        best = int(np.argmax(found.chances))
        likely = by_lot(found.chances, self.predictor.learning.leaning)
        chosen = drawn_one(likely, lots[1]) if lots[0] < self.share else best
        propensities = self.share * likely
        propensities[best] += 1 - self.share
        decision = judged(wish, found.attempts[chosen], history, now, rules)
        if isinstance(decision, Ask):
            self.last = Choice(found.attempts, tuple(past), chosen, propensities)
        return Proposal(decision, How.DRAWN, float(found.chances[chosen]), float(propensities[chosen]), count)
