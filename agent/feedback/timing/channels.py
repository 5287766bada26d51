"""Over which channel, and over which one next: the preferred first, the next after no answer, never two at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.feedback.history import Asked, Channel, Customer
from agent.feedback.timing.hours import zone_of
from agent.feedback.timing.limits import Limits
from agent.feedback.timing.segments import Profile


@dataclass(frozen=True, slots=True)
class Step:
    """The next message of a request: over which channel, and not before when (UTC)."""

    channel: Channel
    not_before: datetime


def usable(customer: Customer, now: datetime, limits: Limits) -> frozenset[Channel]:
    """The channels that reach the customer, that nobody asked us to leave, and whose hours we can keep."""
    zone_known = zone_of(customer, now) is not None
    return frozenset(
        channel
        for channel in customer.reachable - customer.bounced
        if channel in limits.channels
        and channel not in customer.opted_out
        and (zone_known or not limits.channels[channel].needs_zone)
    )


def in_order(customer: Customer, profile: Profile, now: datetime, limits: Limits) -> tuple[Channel, ...]:
    """The usable channels: the customer's preferred one first, then as the segment says, then the rest."""
    wanted = ([customer.preferred] if customer.preferred else []) + [*profile.channels, *limits.channels]
    able = usable(customer, now, limits)
    return tuple(channel for channel in dict.fromkeys(wanted) if channel in able)


def next_step(sent: Sequence[Asked], order: Sequence[Channel], now: datetime, limits: Limits) -> Step | None:
    """What follows the messages of one request that have left; None when the request is over.

    It is over when it was answered, when its messages are used up, or when no channel is left. A message that came
    back reached nobody: it counts for nothing, and the next channel need not wait.
    """
    delivered = [message for message in sent if not message.bounced]
    if any(message.answered_at is not None for message in sent) or len(delivered) >= limits.most_steps:
        return None
    used = {message.channel for message in sent}
    channel = next((channel for channel in order if channel not in used), None)
    if channel is None:
        return None
    last = max((message.at for message in delivered), default=None)
    return Step(channel, now if last is None else max(now, last + limits.wait_for_answer))
