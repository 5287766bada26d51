"""How people come in: an attempt is counted, a password looked at, a session begun, and ended again.

Only a hash of the session's token is kept. The person's role and password are part of what is hashed, so that a
change of either ends every session begun before it, whoever makes the change.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from agent.desk.audit import by, record
from agent.desk.people.accounts import password_matches
from agent.desk.people.attempts import TooManyAttempts, attempt_key, count_attempt
from agent.errors import GenklangError
from agent.store.session import Store, is_full
from agent.store.tables import PersonRow, SignInAttemptRow, SignInRow

IDLE_LIMIT = timedelta(hours=10)  # a working day: nobody is thrown out over lunch
ABSOLUTE_LIMIT = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=5)  # how often being there is written down

ATTEMPTS_PER_ADDRESS = 5
ATTEMPTS_PER_ORIGIN = 20


class SignInRefused(GenklangError):
    """The address and the password do not belong together; which of them is wrong is not said."""


@dataclass(frozen=True, slots=True)
class Presence:
    """Who holds a session. `stale` asks the caller to write down that the person is still there."""

    person: PersonRow
    token_hash: str
    stale: bool


def sign_in(
    store: Store, *, email: str, password: str, origin: str, secret_key: bytes, now: datetime
) -> tuple[PersonRow, str]:
    """Begin a session: the person, and the token for the cookie, which is new at every sign-in.

    The attempt is counted before the password is looked at, so that many at once cannot slip by, and outside the
    write lock, since a password hash is slow on purpose. Raises `SignInRefused` or `TooManyAttempts`.
    """
    email = email.strip().lower()
    keys = {
        attempt_key(secret_key, "address", email): ATTEMPTS_PER_ADDRESS,
        attempt_key(secret_key, "origin", origin): ATTEMPTS_PER_ORIGIN,
    }
    if wait_s := count_attempt(store, keys, now):
        raise TooManyAttempts(
            wait_s,
            "There were too many failed attempts to sign in.",
            code="sign_in.too_many",
            remedy="Wait a quarter of an hour, or ask an administrator for a new password.",
        )
    with store.reading() as session:
        person = session.scalar(select(PersonRow).where(func.lower(PersonRow.email) == email))
    matches = password_matches(person, password)
    if person is None or not matches:
        raise SignInRefused(
            "That e-mail address and password do not belong together.",
            code="sign_in.refused",
            remedy="Check both and try again.",
        )
    token = f"{person.id}.{secrets.token_urlsafe(32)}"
    with store.writing() as unit:
        unit.session.add(
            SignInRow(
                token_hash=_token_hash(token, person),
                person_id=person.id,
                created_at=now,
                last_seen_at=now,
                expires_at=now + ABSOLUTE_LIMIT,
            )
        )
        unit.session.execute(delete(SignInAttemptRow).where(SignInAttemptRow.key == next(iter(keys))))
        _forget_one(unit.session, list(keys)[1])
        record(unit, "person.signed_in", actor=by(person), now=now)
    return person, token


def who_is_here(session: Session, token: str, now: datetime) -> Presence | None:
    """The person behind a token, or None when it is unknown, expired, signed out, disabled or changed."""
    person_id = token.partition(".")[0]
    if not person_id.isdecimal() or len(person_id) > 12:
        return None
    person = session.get(PersonRow, int(person_id))
    if person is None or person.disabled:
        return None
    row = session.get(SignInRow, _token_hash(token, person))
    if row is None or now >= row.expires_at or now - row.last_seen_at > IDLE_LIMIT:
        return None
    return Presence(person, row.token_hash, stale=now - row.last_seen_at > SEEN_EVERY)


def still_here(store: Store, presence: Presence, now: datetime) -> None:
    """Write down that the person did something, which puts off the idle limit."""
    try:
        with store.writing() as unit:
            row = unit.session.get(SignInRow, presence.token_hash)
            if row is not None:
                row.last_seen_at = now
    except OperationalError as error:
        if not is_full(error):  # people read on without room on the disk
            raise


def sign_out(store: Store, presence: Presence, now: datetime) -> None:
    """End this session, and clear away those that have run out."""
    with store.writing() as unit:
        unit.session.execute(
            delete(SignInRow).where(
                (SignInRow.token_hash == presence.token_hash) | (SignInRow.expires_at < now)
            )
        )
        record(unit, "person.signed_out", actor=by(presence.person), now=now)


def _token_hash(token: str, person: PersonRow) -> str:
    return hashlib.sha256(f"{token}\x00{person.role}\x00{person.password_hash}".encode()).hexdigest()


def _forget_one(session: Session, key: str) -> None:
    """A success takes back the attempt that it counted; a colleague behind the same router is not held up."""
    newest = session.scalar(select(func.max(SignInAttemptRow.id)).where(SignInAttemptRow.key == key))
    session.execute(delete(SignInAttemptRow).where(SignInAttemptRow.id == newest))
