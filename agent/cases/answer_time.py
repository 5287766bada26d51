"""The answer time that a customer is told: the target, or later when more cases are due first than the desk can take.

A promise that is kept later than hoped beats one that is broken: it is never earlier than the target says.
"""

from datetime import datetime, timedelta

MINUTES_A_CASE = 6  # the time a person needs for a drafted case, until a desk's own figures are known
ROUND_TO = timedelta(minutes=15)


def promise(respond_by: datetime, *, now: datetime, ahead: int, people: int = 1) -> datetime:
    """When a person answers, rounded up to the quarter of an hour. `ahead` cases are due before this one."""
    by_load = now + timedelta(minutes=MINUTES_A_CASE) * ((ahead + 1) / max(people, 1))
    return _rounded_up(max(respond_by, by_load, now))


def _rounded_up(instant: datetime) -> datetime:
    rest = timedelta(minutes=instant.minute % 15, seconds=instant.second, microseconds=instant.microsecond)
    return instant if not rest else instant - rest + ROUND_TO
