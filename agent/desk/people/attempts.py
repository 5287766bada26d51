"""Counting attempts, to slow down who tries too often: at signing in, and at pages that need no sign-in.

What is counted stands under a keyed hash for a quarter of an hour: no address is kept.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from agent.errors import GenklangError
from agent.store.session import Store
from agent.store.tables import SignInAttemptRow

ATTEMPT_WINDOW = timedelta(minutes=15)


class TooManyAttempts(GenklangError):
    """Somebody was faster than people are. `retry_after_s` says when to try again."""

    def __init__(self, retry_after_s: int, message: str, *, code: str, remedy: str) -> None:
        super().__init__(message, code=code, remedy=remedy)
        self.retry_after_s = retry_after_s


def attempt_key(secret_key: bytes, kind: str, value: str) -> str:
    """What an attempt is counted under: a keyed hash, since people type passwords into the wrong field."""
    return f"{kind}:{hmac.new(secret_key, f'{kind}:{value}'.encode(), hashlib.sha256).hexdigest()}"


def count_attempt(store: Store, limits: Mapping[str, int], now: datetime) -> int:
    """Count one attempt under each key. When one of them had reached its limit, count nothing.

    Gives the seconds after which to try again; 0 when the attempt may go on.
    """
    since = now - ATTEMPT_WINDOW
    with store.writing() as unit:
        session = unit.session
        session.execute(delete(SignInAttemptRow).where(SignInAttemptRow.at < since))
        for key, limit in limits.items():
            count, first = session.execute(
                select(func.count(), func.min(SignInAttemptRow.at)).where(SignInAttemptRow.key == key)
            ).one()
            if count >= limit:
                return max(1, int((first + ATTEMPT_WINDOW - now).total_seconds()))
        session.add_all(SignInAttemptRow(key=key, at=now) for key in limits)
    return 0
