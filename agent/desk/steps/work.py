"""How a row of the database is worked on: claimed, done, handed on, tried again, or given up.

The row is the queue. A claim is a lease with an end, so that work taken by a process that died is taken again;
attempts are counted before the work, so that a mail that kills its worker is given up after three tries.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from agent.store.due import is_ahead
from agent.store.session import Unit
from agent.store.tables import MessageRow

MAX_ATTEMPTS = 3
RETRY_AFTER = (timedelta(seconds=5), timedelta(seconds=60))

Apply = Callable[[Unit, MessageRow], None]
"""Writes a step's outcome. Runs inside the unit of work that also hands the message on."""


class Later(Exception):
    """The step cannot be done yet, through no fault of the message: look again in `seconds`. Counts no attempt."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class GiveUp(Exception):
    """Trying again cannot help; `reason` is for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Claim:
    """This process holds `message_id` for one step until `until`; `counted` as an attempt, or not."""

    message_id: int
    until: datetime
    counted: bool = True


def claim(
    session: Session, message_id: int, step: str, now: datetime, lease: timedelta, *, counts: bool = True
) -> Claim | None:
    """Take the message for `step`; None when it has moved on, is held, is not due, or is gone."""
    message = session.get(MessageRow, message_id, with_for_update=True)
    if message is None or message.step != step or message.parked:
        return None
    if is_ahead(message.lease_until, now) or is_ahead(message.not_before, now):
        return None
    message.attempts += counts
    message.lease_until = now + lease
    return Claim(message.id, message.lease_until, counts)


def held(session: Session, taken: Claim) -> MessageRow | None:
    """The message, locked, if the claim still stands; None when its lease ended and somebody else took it."""
    message = session.get(MessageRow, taken.message_id, with_for_update=True, populate_existing=True)
    return message if message is not None and message.lease_until == taken.until else None


def hand_on(message: MessageRow, next_step: str, now: datetime) -> None:
    """The step is done; the message waits for the next one, or for nothing."""
    message.step = next_step
    message.attempts = 0
    message.lease_until = None
    message.not_before = None
    message.rung_at = now if next_step else None


def put_back(message: MessageRow, now: datetime, wait: timedelta, *, counts: bool = True) -> None:
    """The step was not done; the message waits for another try."""
    message.lease_until = None
    message.not_before = now + wait
    message.rung_at = None
    if not counts:
        message.attempts = max(0, message.attempts - 1)
