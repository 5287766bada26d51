"""Earlier requests as experience: when each message left, over what, how long after its event, and what came back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from agent.feedback.history import Asked, Channel
from agent.feedback.learning.pooling import Floats

DAY = timedelta(days=1).total_seconds()
CHANNELS = tuple(Channel)

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One message that reached a person, or might. Instants are in the person's own zone.

    `occasion` is when the event was that it is about, None where it is not known. `reminder`: the second message of
    a request, or a later one.
    """

    at: datetime
    channel: Channel
    occasion: datetime | None = None
    reminder: bool = False
    answered_at: datetime | None = None


def attempts_of(
    asked: Iterable[Asked], occasions: Mapping[str, datetime], zone: ZoneInfo
) -> tuple[Attempt, ...]:
    """The messages of a history as experience, the oldest first; what came back is none.

    `occasions` gives the instant of the event by request. Imported old requests are read alike.
    """
    begun: set[str] = set()
    attempts = []
    for message in sorted(asked, key=lambda one: (one.at, one.request, one.channel)):
        if message.bounced:
            continue
        occasion = occasions.get(message.request)
        attempts.append(
            Attempt(
                message.at.astimezone(zone),
                message.channel,
                occasion and occasion.astimezone(zone),
                message.request in begun,
                message.answered_at and message.answered_at.astimezone(zone),
            )
        )
        begun.add(message.request)
    return tuple(attempts)


@dataclass(frozen=True, slots=True)
class Columns:
    """Attempts as arrays, each of shape `(attempts,)`.

    Instants count days, unanswered is infinity; hours are of the local day; `delay` counts days after the event, NaN
    where it is not known; `planned_at` is when its moment was chosen: at the event.
    """

    at: Floats
    planned_at: Floats
    weekday: Ints
    hour: Floats
    delay: Floats
    channel: Ints
    reminder: Bools
    answered_at: Floats
    answer_weekday: Ints
    answer_hour: Floats

    @property
    def answered(self) -> Bools:
        return np.isfinite(self.answered_at)

    def __len__(self) -> int:
        return len(self.at)


def columns(attempts: Sequence[Attempt]) -> Columns:
    """The attempts as arrays, in their order."""
    at = np.array([one.at.timestamp() / DAY for one in attempts], np.float64)
    delay = np.array(
        [
            np.nan if one.occasion is None else (one.at - one.occasion).total_seconds() / DAY
            for one in attempts
        ],
        np.float64,
    )
    answers = [one.answered_at or one.at for one in attempts]
    return Columns(
        at=at,
        planned_at=at - np.nan_to_num(delay),
        weekday=np.array([one.at.weekday() for one in attempts], np.int64),
        hour=np.array([_hour(one.at) for one in attempts], np.float64),
        delay=delay,
        channel=np.array([CHANNELS.index(one.channel) for one in attempts], np.int64),
        reminder=np.array([one.reminder for one in attempts], np.bool_),
        answered_at=np.array(
            [np.inf if one.answered_at is None else one.answered_at.timestamp() / DAY for one in attempts],
            np.float64,
        ),
        answer_weekday=np.array([answer.weekday() for answer in answers], np.int64),
        answer_hour=np.array([_hour(answer) for answer in answers], np.float64),
    )


def known(past: Columns, now: Floats, settled_after: timedelta) -> Bools:
    """Which attempts have an outcome at each of the instants `now`: answered, or unanswered for long enough.

    Shape `(len(now), len(past))`.
    """
    outcome_at = np.minimum(past.answered_at, past.at + settled_after.total_seconds() / DAY)
    return np.asarray(outcome_at[None, :] <= now[:, None], np.bool_)


def counts_as_answered(past: Columns, now: Floats) -> Floats:
    """1.0 where the answer had come by `now`, else 0.0; shape `(len(now), len(past))`."""
    return np.asarray(past.answered_at[None, :] <= now[:, None], np.float64)


def _hour(at: datetime) -> float:
    return at.hour + at.minute / 60
