"""What speaks for an answer at a moment: hand-made features of a person's history and of everybody's.

Each feature is a difference of log odds, 0 where nothing is known, so that a person without a history gets everybody's
chance. A person's own experience with a moment counts by its likeness to that moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from agent.feedback.learning.attempts import CHANNELS, DAY, Bools, Columns, counts_as_answered, known
from agent.feedback.learning.numbers import Learning, Likeness
from agent.feedback.learning.personas import Personas, bands
from agent.feedback.learning.pooling import Floats, log_odds, pooled, pooled_ratio, strength_of

GROWING = (
    "own rate", "own hour", "own weekday", "own delay", "own channel", "hour of own answers",
    "weekday of own answers", "everybody's hour", "everybody's weekday", "everybody's delay", "everybody's channel",
    "persona's delay", "own reminders",
)  # fmt: skip
"""Features that can only speak for an answer the larger they are."""
FREE = ("reminder", "own speed")
FALLING = ("tired",)
FEATURES = (*GROWING, *FREE, *FALLING)

DELAY_GRID = np.linspace(np.log(0.25), np.log(60.0), 60)
"""Delays at which everybody's rate is kept: logarithm of (days + a quarter)."""


@dataclass(frozen=True, slots=True)
class Everybody:
    """What is known of all customers together: rates as log odds beside the overall `rate`, moments of answers.

    `by_*` are differences of log odds; `answer_*` how alike the answers' moments are on average to each hour (24) and
    weekday (7); `strength` how many requests the overall rate is worth to one person; `quick` is the usual logarithm
    of the hours until an answer.
    """

    rate: float
    strength: float
    by_hour: Floats
    by_weekday: Floats
    by_delay: Floats
    by_channel: Floats
    answer_hour: Floats
    answer_weekday: Floats
    reminders: float
    quick: float
    personas: Personas


def everybody(customers: Sequence[Columns], personas: Personas, learning: Learning) -> Everybody:
    """Sum up the experience with all customers."""
    like, together = learning.likeness, joined(customers)
    answered = together.answered.astype(np.float64)
    rate = float((answered.sum() + 1) / (len(answered) + 2))

    def differences(near: Floats) -> Floats:
        shares = pooled(near @ answered, near.sum(1), rate, 10.0)
        return np.asarray(log_odds(shares) - log_odds(rate), np.float64)

    hours: Floats = np.arange(24, dtype=np.float64) + 0.5
    weekdays = np.arange(7)
    came = together.answered
    own = np.array([past.answered.sum() for past in customers], np.float64)
    asked = np.array([len(past) for past in customers], np.float64)
    waited = np.log1p(np.clip((together.answered_at - together.at)[came], 0, None) * 24)
    return Everybody(
        rate=rate,
        strength=strength_of(own, asked, rate),
        by_hour=differences(near_hour(hours, together.hour, like)),
        by_weekday=differences(near_weekday(weekdays, together.weekday, like)),
        by_delay=differences(_near(DELAY_GRID, _stretched(together.delay), like.delay)),
        by_channel=differences(_same(np.arange(len(CHANNELS)), together.channel)),
        answer_hour=_mean(near_hour(hours, together.answer_hour[came], like)),
        answer_weekday=_mean(near_weekday(weekdays, together.answer_weekday[came], like)),
        reminders=float(
            pooled(
                np.asarray(answered[together.reminder].sum()),
                np.asarray(together.reminder.sum(), np.float64),
                rate,
                like.strength,
            )
        ),
        quick=float(waited.mean()) if len(waited) else 0.0,
        personas=personas,
    )


def features(moments: Columns, past: Columns, everyone: Everybody, learning: Learning) -> Floats:
    """What speaks for an answer at each of the `moments`, shape `(moments, features)`, in the order of `FEATURES`.

    Only what was known when a moment was chosen counts, so that old attempts can be looked at as if they lay ahead.
    """
    like, strength = learning.likeness, learning.likeness.strength
    seen = known(past, moments.planned_at, learning.settled_after).astype(np.float64)
    seen *= past.at[None, :] < moments.at[:, None]
    hits = seen * counts_as_answered(past, moments.planned_at)
    expected = seen * _expected(past, seen, hits, everyone, learning)

    def lift(near: Floats | float) -> Floats:
        return np.log(pooled_ratio((near * hits).sum(1), (near * expected).sum(1), strength))

    def moments_of_answers(near: Floats, usual: Floats) -> Floats:
        share = pooled((near * hits).sum(1), hits.sum(1), usual, strength)
        return np.asarray(np.log(share / usual), np.float64)

    delay = np.nan_to_num(_stretched(moments.delay))
    reminded = seen * past.reminder[None, :]
    reminders = pooled((reminded * hits).sum(1), reminded.sum(1), everyone.reminders, strength)
    hour, weekday = moments.hour.astype(np.int64), moments.weekday
    columns = {
        "own rate": np.log(pooled_ratio(hits.sum(1), expected.sum(1), everyone.strength * everyone.rate)),
        "own hour": lift(near_hour(moments.hour, past.hour, like)),
        "own weekday": lift(near_weekday(weekday, past.weekday, like)),
        "own delay": lift(_near(_stretched(moments.delay), _stretched(past.delay), like.delay)),
        "own channel": lift(_same(moments.channel, past.channel)),
        "hour of own answers": moments_of_answers(
            near_hour(moments.hour, past.answer_hour, like), everyone.answer_hour[hour]
        ),
        "weekday of own answers": moments_of_answers(
            near_weekday(weekday, past.answer_weekday, like), everyone.answer_weekday[weekday]
        ),
        "everybody's hour": everyone.by_hour[hour],
        "everybody's weekday": everyone.by_weekday[weekday],
        "everybody's delay": np.where(
            np.isnan(moments.delay), 0.0, np.interp(delay, DELAY_GRID, everyone.by_delay)
        ),
        "everybody's channel": everyone.by_channel[moments.channel],
        "persona's delay": _by_persona(moments, past, seen, hits, everyone, learning),
        "own reminders": moments.reminder * (log_odds(reminders) - log_odds(everyone.reminders)),
        "reminder": moments.reminder.astype(np.float64),
        "own speed": _speed(past, hits, everyone.quick, strength),
        "tired": np.log1p(_lately(moments, past, learning.tired_within).sum(1)),
    }
    return np.column_stack([columns[name] for name in FEATURES])


def joined(customers: Sequence[Columns]) -> Columns:
    """The attempts of all customers one after the other."""
    fields = Columns.__dataclass_fields__
    return Columns(**{name: np.concatenate([getattr(past, name) for past in customers]) for name in fields})


def near_hour(one: Floats, other: Floats, like: Likeness) -> Floats:
    """How alike two hours of the day are, 0..1, shape `(len(one), len(other))`."""
    return _near(one, other, like.hour)


def near_weekday(one: np.ndarray, other: np.ndarray, like: Likeness) -> Floats:
    """How alike two weekdays are: 1 for the same, a little for neighbours; Sunday neighbours Monday."""
    apart = np.abs(one[:, None] - other[None, :])
    apart = np.minimum(apart, 7 - apart)
    return np.asarray(np.where(apart == 0, 1.0, np.where(apart == 1, like.weekday, 0.0)), np.float64)


def _expected(past: Columns, seen: Floats, hits: Floats, everyone: Everybody, learning: Learning) -> Floats:
    """What the customer's likely personas would have answered to each past message, shape of `seen`.

    A silence at a delay that suits nobody of that persona says little about the hour or the channel.
    """
    edges = learning.personas.edges
    inside = bands(past.delay, edges)
    first = inside * ~past.reminder[:, None]
    member = everyone.personas.membership(hits @ first, seen @ first)
    rates = member @ (everyone.personas.rates @ inside.T)
    return np.where(np.isfinite(past.delay)[None, :], rates, everyone.rate)


def _by_persona(
    moments: Columns, past: Columns, seen: Floats, hits: Floats, everyone: Everybody, learning: Learning
) -> Floats:
    """The rate at the moment's delay as the customer's likely personas have it, beside everybody's."""
    edges = learning.personas.edges
    first = bands(past.delay, edges) * ~past.reminder[:, None]
    member = everyone.personas.membership(hits @ first, seen @ first)
    rates = (member @ everyone.personas.rates * bands(moments.delay, edges)).sum(1)
    return np.where(np.isfinite(moments.delay), log_odds(rates) - log_odds(everyone.rate), 0.0)


def _speed(past: Columns, hits: Floats, usual: float, strength: float) -> Floats:
    """How much faster than usual this person answered (logarithm of hours), drawn to 0 by few answers."""
    waited = np.where(past.answered, np.log1p(np.clip(past.answered_at - past.at, 0, 1e4) * 24), usual)
    return np.asarray((hits * (usual - waited)[None, :]).sum(1) / (hits.sum(1) + strength), np.float64)


def _lately(moments: Columns, past: Columns, within: timedelta) -> Bools:
    ago = moments.at[:, None] - past.at[None, :]
    return np.asarray((ago > 0) & (ago <= within.total_seconds() / DAY), np.bool_)


def _stretched(delay: Floats) -> Floats:
    return np.asarray(np.log(np.maximum(delay, 0.0) + 0.25), np.float64)


def _near(one: Floats, other: Floats, width: float) -> Floats:
    """1 for the same, falling with the distance; 0 where one is not known."""
    apart = (one[:, None] - other[None, :]) / width
    return np.nan_to_num(np.exp(-0.5 * apart**2))


def _same(one: np.ndarray, other: np.ndarray) -> Floats:
    return np.asarray(one[:, None] == other[None, :], np.float64)


def _mean(near: Floats) -> Floats:
    return np.asarray((near.sum(1) + 0.5) / (near.shape[1] + 1), np.float64)
