"""When a row's turn has come, by the instants that it notes: the end of a lease or pause, the last ring.

Clocks are set back, by an hour or a day. An instant further ahead than anything that we note can mean must have been
written by a clock that was wrong, and holds nothing up.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

FURTHEST = timedelta(minutes=20)
"""No lease or pause lasts longer."""

RING_AGAIN_AFTER = timedelta(seconds=20)
"""A broker that was rung and has not come by then may have lost the ring."""

Instant = InstrumentedAttribute[datetime | None]


def is_ahead(instant: datetime | None, now: datetime) -> bool:
    """Whether `instant` is still to come, and near enough to be meant."""
    return instant is not None and now < instant <= now + FURTHEST


def is_over(instant: Instant, now: datetime) -> ColumnElement[bool]:
    """In a query, the opposite of `is_ahead`."""
    return or_(instant.is_(None), instant <= now, instant > now + FURTHEST)


def not_rung(rung_at: Instant, now: datetime, within: timedelta = RING_AGAIN_AFTER) -> ColumnElement[bool]:
    """In a query: nobody was rung for the row in the time `within`."""
    return or_(rung_at.is_(None), rung_at <= now - within, rung_at > now + FURTHEST)
