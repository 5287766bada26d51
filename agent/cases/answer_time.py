"""The answer time that an acknowledgement may promise: what today's load allows, rounded as people speak.

A value, not words: the acknowledgement puts it into the customer's language.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from agent.cases.clock_rules import Calendar, after_minutes, next_open

MINUTES_A_CASE = 12
"""Working time an agent needs for one case until there are figures of the company's own (MISSION B3)."""

ROUND_TO = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Load:
    """What waits now: open cases that are at least as urgent and not yet answered, and agents at work."""

    cases_before: int
    agents: int
    minutes_a_case: float = MINUTES_A_CASE


@dataclass(frozen=True, slots=True)
class AnswerTime:
    """The instant (UTC) to promise. `late` says that today's load does not allow the target: a lead should know."""

    at: datetime
    late: bool


def promise(respond_by: datetime, load: Load, *, now: datetime, open_hours: Calendar) -> AnswerTime:
    """When this customer will really have an answer: the target, or later where the queue is longer.

    Never earlier than the target: a promise is kept, not raced.
    """
    agents = max(load.agents, 1)
    minutes = (load.cases_before + 1) * load.minutes_a_case / agents
    reachable = after_minutes(next_open(now, open_hours), round(minutes), open_hours)
    if respond_by < next_open(now, open_hours) and respond_by > now:
        # Due outside business hours (a critical case at night): somebody is on call, the queue does not count.
        return AnswerTime(rounded_up(respond_by), late=False)
    return AnswerTime(rounded_up(max(respond_by, reachable)), late=reachable > respond_by)


def rounded_up(instant: datetime) -> datetime:
    """The next full quarter of an hour, in UTC."""
    instant = instant.astimezone(UTC)
    past = (instant - datetime.min.replace(tzinfo=UTC)) % ROUND_TO
    return instant if not past else instant + ROUND_TO - past
