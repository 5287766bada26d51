"""Bearer tokens for machines. A token acts for the person who made it; only its hash is kept."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.desk.audit import by, record
from agent.errors import NotFound, WrongUse
from agent.store.session import Unit
from agent.store.tables import ApiTokenRow, PersonRow

PREFIX = "gk_"
USED_EVERY = timedelta(minutes=5)  # how often using it is written down


SCOPES = ("read", "write")
"""What a token may do: read everything its person sees, or change it too."""


def make_token(
    unit: Unit,
    person: PersonRow,
    name: str,
    now: datetime,
    *,
    scope: str = "write",
    expires_at: datetime | None = None,
) -> tuple[ApiTokenRow, str]:
    """A new token; the second value is shown once and never again. Raises `WrongUse` without a name or scope."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= 100:
        raise WrongUse("A token needs a name.", code="token.name", remedy="Say what will use it.")
    if scope not in SCOPES:
        raise WrongUse(
            f"{scope!r} is not a scope.", code="token.scope", remedy=f"Use one of {', '.join(SCOPES)}."
        )
    token = PREFIX + secrets.token_urlsafe(32)
    row = ApiTokenRow(
        person_id=person.id,
        name=name,
        token_hash=_hash(token),
        scope=scope,
        created_at=now,
        expires_at=expires_at,
    )
    unit.session.add(row)
    unit.session.flush()
    record(unit, "token.made", actor=by(person), now=now, subject=f"token:{row.id}", scope=scope)
    return row, token


def person_behind(session: Session, token: str, now: datetime) -> tuple[PersonRow, ApiTokenRow] | None:
    """Whom a token acts for; None when it is unknown, revoked, run out, or its person disabled."""
    row = session.scalar(
        select(ApiTokenRow).where(ApiTokenRow.token_hash == _hash(token), ApiTokenRow.revoked_at.is_(None))
    )
    if row is not None and row.expires_at is not None and now >= row.expires_at:
        return None
    person = session.get(PersonRow, row.person_id) if row else None
    return (person, row) if row and person and not person.disabled else None


def tokens_of(session: Session, person: PersonRow) -> Sequence[ApiTokenRow]:
    return session.scalars(
        select(ApiTokenRow).where(ApiTokenRow.person_id == person.id).order_by(ApiTokenRow.id)
    ).all()


def revoke_token(unit: Unit, person: PersonRow, token_id: int, now: datetime) -> None:
    """End one of the person's tokens. Raises `NotFound`, also for another's."""
    row = unit.session.get(ApiTokenRow, token_id)
    if row is None or row.person_id != person.id:
        raise NotFound("There is no such token.", code="token.unknown", remedy="List your tokens.")
    row.revoked_at = row.revoked_at or now
    record(unit, "token.revoked", actor=by(person), now=now, subject=f"token:{row.id}")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
