"""Replays what left through the limits of `agent/feedback/data/limits.toml`, by arithmetic of its own.

It reads the numbers, not the code that decides: a fault there would not be found by asking it again.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import holidays

from agent.feedback.timing.limits import Limits
from evals.simulation.world import TRIGGER, ZONE, Life

YEAR = timedelta(days=365)


def broken(life: Life, limits: Limits) -> list[str]:
    """Each limit that a message of this life broke, in words; empty where all were kept."""
    requests: dict[str, list[datetime]] = {}
    for message in life.asked:
        requests.setdefault(message.request, []).append(message.at)
    return [
        *_caps(list(requests.values()), life, limits),
        *_hours(life, limits),
        *_complaints(life, limits),
    ]


def _caps(requests: Sequence[Sequence[datetime]], life: Life, limits: Limits) -> Iterator[str]:
    cap = limits.cap(business=life.customer.business)
    for earlier, later in pairwise(sorted(requests, key=min)):
        if min(later) - max(earlier) < cap.gap:
            yield "the gap between two requests"
    begun = sorted(min(times) for times in requests)
    most = cap.in_a_year
    if most and any(late - early < YEAR for early, late in zip(begun, begun[most:], strict=False)):
        yield "the number of requests in a year"
    for times in requests:
        if len(times) > limits.most_steps:
            yield "the number of messages of a request"
        if any(later - earlier < limits.wait_for_answer for earlier, later in pairwise(sorted(times))):
            yield "the wait for an answer"


def _hours(life: Life, limits: Limits) -> Iterator[str]:
    window = limits.windows[str(TRIGGER["window"])]
    for message in life.asked:
        local, channel = message.at.astimezone(ZONE), limits.channels[message.channel].hours
        opens, closes = max(window.opens, channel.opens), min(window.closes, channel.closes)
        if not opens <= local.time() < closes or local.isoweekday() not in window.weekdays & channel.weekdays:
            yield "the hours"
        if local.date() in _DANISH or (local.month, local.day) in limits.also_closed:
            yield "the closed days"


def _complaints(life: Life, limits: Limits) -> Iterator[str]:
    for case in life.cases:
        end = case.closed_at or datetime.max.replace(tzinfo=ZONE)
        if any(case.opened_at <= one.at < end + limits.complaint.quiet_after for one in life.asked):
            yield "the quiet after a complaint"


_DANISH = holidays.country_holidays("DK", years=range(2023, 2036))
