"""The best moment and channel to ask a person, proposed within what the rules allow.

What was learnt only proposes. `decide` speaks first (nobody whom it holds back is asked), bounds what may be chosen,
and judges the chosen moment again; the look just before sending is the same `decide` as ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

import numpy as np

from agent.feedback.history import Channel, History
from agent.feedback.learning.attempts import DAY, Attempt, columns, known
from agent.feedback.learning.pooling import Floats
from agent.feedback.learning.prediction import Predictor
from agent.feedback.reasons import Code, Reason
from agent.feedback.rules import Rules
from agent.feedback.timing.channels import usable
from agent.feedback.timing.deciding import Ask, Decision, NotAsked, Wish, decide
from agent.feedback.timing.hours import Hours, next_allowed, zone_of
from agent.feedback.timing.segments import profile_of


class How(StrEnum):
    """How a proposal came about."""

    RULES = "rules"  # held back by the rules, or too little is known of this person
    BEST = "best"  # the moment with the best chance
    DRAWN = "drawn"  # drawn by lot, to go on learning
    UNLIKELY = "unlikely"  # not even the best moment has a good enough chance


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to do about a wish, and what to log of it.

    `chance` is the predicted chance of an answer (None where nothing was predicted); `propensity` how likely this
    very moment was to be chosen, `moments` among how many: with both, other ways of choosing can be judged from the
    log (`agent.feedback.learning.off_policy`).
    """

    decision: Decision
    how: How
    chance: float | None = None
    propensity: float = 1.0
    moments: int = 1


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The moments to choose from (a function of wish, history and rules alone) and their chances."""

    attempts: tuple[Attempt, ...]
    chances: Floats


def propose(
    wish: Wish,
    history: History,
    past: Sequence[Attempt],
    now: datetime,
    predictor: Predictor | None,
    rules: Rules,
    lots: tuple[float, float],
    *,
    keeps_channel: bool = False,
) -> Proposal:
    """The proposal for the first message of a wish.

    `past` are the person's earlier messages (`attempts_of`). `lots` are two numbers of 0..1: the first decides
    whether the moment is drawn, the second which; take them from a generator seeded by the wish, so that a later look
    proposes the same. `keeps_channel`: the channel is not ours to choose, as in an experiment on channels; nor is it
    where the customer has said which one they prefer.
    """
    by_rule = decide(wish, history, now, rules)
    if isinstance(by_rule, NotAsked) or predictor is None or not _knows(past, now, predictor):
        return Proposal(by_rule, How.RULES)
    found = shortlist(wish, by_rule, history, past, now, predictor, rules, keeps_channel=keeps_channel)
    if not found.attempts:
        return Proposal(by_rule, How.RULES)
    learning, count = predictor.learning, len(found.attempts)
    best = int(np.argmax(found.chances))
    good = bool(found.chances[best] >= learning.threshold)
    drawn = lots[0] < learning.exploring
    if not (good or drawn):
        no = NotAsked(Reason(Code.UNLIKELY), None, wish.name)
        return Proposal(no, How.UNLIKELY, float(found.chances[best]), 1 - learning.exploring, count)
    likely = by_lot(found.chances, learning.leaning)
    chosen = drawn_one(likely, lots[1]) if drawn else best
    propensity = learning.exploring * float(likely[chosen])
    propensity += (1 - learning.exploring) * (good and chosen == best)
    decision = judged(wish, found.attempts[chosen], history, now, rules)
    if not isinstance(decision, Ask):
        return Proposal(by_rule, How.RULES)
    how = How.DRAWN if drawn else How.BEST
    return Proposal(decision, how, float(found.chances[chosen]), propensity, count)


def by_lot(chances: Floats, leaning: float) -> Floats:
    """How likely each moment is to be drawn: the likelier an answer, the more often, and none never."""
    weights = np.maximum(chances, 1e-3) ** leaning
    return np.asarray(weights / weights.sum(), np.float64)


def drawn_one(likely: Floats, lot: float) -> int:
    """The place of the moment on which the lot (0..1) falls."""
    return min(int(np.searchsorted(np.cumsum(likely), lot, side="right")), len(likely) - 1)


def judged(wish: Wish, moment: Attempt, history: History, now: datetime, rules: Rules) -> Decision:
    """What `decide` says to asking at this moment over its channel."""
    narrowed = replace(wish, wanted_from=moment.at.astimezone(UTC))
    preferring = replace(history, customer=replace(history.customer, preferred=moment.channel))
    return decide(narrowed, preferring, now, rules)


def shortlist(
    wish: Wish,
    by_rule: Ask,
    history: History,
    past: Sequence[Attempt],
    now: datetime,
    predictor: Predictor,
    rules: Rules,
    *,
    keeps_channel: bool = False,
) -> Shortlist:
    """The moments that may be chosen, from the rules' own one to the end of the wish, and the chance of each."""
    keeps_channel |= by_rule.channel is history.customer.preferred
    over = frozenset({by_rule.channel}) if keeps_channel else usable(history.customer, now, rules.limits)
    moments = _moments(wish, by_rule, history, now, predictor, rules, over)
    return Shortlist(moments, predictor.chances(moments, past)) if moments else Shortlist((), np.zeros(0))


def _moments(
    wish: Wish,
    by_rule: Ask,
    history: History,
    now: datetime,
    predictor: Predictor,
    rules: Rules,
    over: frozenset[Channel],
) -> tuple[Attempt, ...]:
    customer, learning, limits = history.customer, predictor.learning, rules.limits
    zone = zone_of(customer, now) or rules.company.zone
    occasion = None if wish.event is None else wish.event.at.astimezone(zone)
    first = by_rule.when.astimezone(zone)
    wanted = [by_rule.when] + [
        datetime.combine(first.date() + timedelta(days=day), time(hour), zone).astimezone(UTC)
        for day in learning.days
        for hour in learning.hours
    ]
    planned = profile_of(history, now, rules.segments, limits).planned
    window = planned if wish.window == "planned" else limits.windows[wish.window]
    allowed: dict[Hours, list[datetime]] = {}
    found: list[Attempt] = []
    for channel in (one for one in Channel if one in over):
        hours = window.within(limits.channels[channel].hours)
        if hours is None:
            continue
        if hours not in allowed:
            allowed[hours] = [
                instant.astimezone(zone)
                for instant in wanted
                if by_rule.when <= instant <= max(wish.wanted_until, by_rule.when)
                and next_allowed(instant, hours, customer, rules.company, limits.also_closed) == instant
            ]
        found += [Attempt(instant, channel, occasion) for instant in dict.fromkeys(allowed[hours])]
    return tuple(found)


def _knows(past: Sequence[Attempt], now: datetime, predictor: Predictor) -> bool:
    """Whether enough of this person's requests have an outcome."""
    if len(past) < predictor.learning.least_own:
        return False
    settled = known(columns(past), np.array([now.timestamp() / DAY]), predictor.learning.settled_after)
    return int(settled.sum()) >= predictor.learning.least_own
