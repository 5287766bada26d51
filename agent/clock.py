"""Time comes in as an argument, so that every rule can be tested at any date.

All instants are timezone-aware and in UTC; zones appear only where people see them.
"""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""A function that gives the present instant, timezone-aware, in UTC."""


def system_clock() -> datetime:
    """The machine's own clock."""
    return datetime.now(UTC)
