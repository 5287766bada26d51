"""The people who work at the desk: who they are, what they may do, and their passwords."""

from collections.abc import Sequence
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from agent.desk import audit
from agent.errors import Conflict, NotFound, WrongUse
from agent.mail.typed_address import typed_address
from agent.store.session import Unit
from agent.store.tables import ApiTokenRow, PersonRow, SignInRow

ROLES = ("agent", "lead", "admin")
"""Agents answer; leads also see escalations and sensitive cases; admins also change people and mailboxes."""

MIN_PASSWORD_LENGTH = 10
MAX_PASSWORD_LENGTH = 1024  # a longer one only serves to keep the hash busy

_hasher = PasswordHasher()  # argon2id with the library's parameters (RFC 9106, low memory)


def hash_password(password: str) -> str:
    """An argon2id hash with its own salt. Raises `WrongUse` for a password that is too short or far too long."""
    if not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
        raise WrongUse(
            f"The password has {len(password)} characters.",
            code="password.length",
            remedy=f"Choose one of at least {MIN_PASSWORD_LENGTH} characters.",
        )
    return _hasher.hash(password)


def password_matches(person: PersonRow | None, password: str) -> bool:
    """Whether this is the person's password. For an unknown person it takes as long, and is never true."""
    stored = person.password_hash if person is not None else _hasher.hash("nobody has this password")
    try:
        right = len(password) <= MAX_PASSWORD_LENGTH and _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
    return right and person is not None and not person.disabled


def add_person(
    unit: Unit,
    *,
    email: str,
    role: str,
    password: str,
    name: str = "",
    now: datetime,
    actor: str = audit.SYSTEM,
) -> PersonRow:
    """A new person, or a disabled one let in again with a new role and password.

    Raises `WrongUse` for a bad address, role or password, `Conflict` where the address is already in use.
    """
    email = typed_address(email)
    if role not in ROLES:
        raise WrongUse(
            f"{role!r} is not a role.", code="role.unknown", remedy=f"Use one of {', '.join(ROLES)}."
        )
    password_hash = hash_password(password)
    person = unit.session.scalar(select(PersonRow).where(PersonRow.email == email))
    if person is None:
        person = PersonRow(email=email, created_at=now)
        unit.session.add(person)
    elif not person.disabled:
        raise Conflict(
            f"{email} already has an account.",
            code="person.exists",
            remedy="Choose another address, or disable this account first.",
        )
    person.role, person.password_hash, person.disabled = role, password_hash, False
    person.name = name or person.name or email.partition("@")[0]
    unit.session.flush()
    audit.record(unit, "person.added", actor=actor, now=now, subject=audit.by(person), role=role)
    return person


def disable_person(unit: Unit, email: str, *, now: datetime, actor: str = audit.SYSTEM) -> PersonRow:
    """Shut a person out at once: sessions and tokens end; what they did stays on record. Raises `NotFound`.

    The last admin stays (`Conflict`), so that a desk can never lock everybody out.
    """
    person = unit.session.scalar(select(PersonRow).where(PersonRow.email == typed_address(email)))
    if person is None:
        raise NotFound(f"Nobody has the address {email}.", remedy="See `genklang user list`.")
    if person.role == "admin" and not person.disabled and not _other_admins(unit.session, person):
        raise Conflict(
            f"{email} is the last admin.", code="person.last_admin", remedy="Add another admin first."
        )
    person.disabled = True
    unit.session.execute(delete(SignInRow).where(SignInRow.person_id == person.id))
    tokens = update(ApiTokenRow).where(ApiTokenRow.person_id == person.id, ApiTokenRow.revoked_at.is_(None))
    unit.session.execute(tokens.values(revoked_at=now))
    audit.record(unit, "person.disabled", actor=actor, now=now, subject=audit.by(person))
    return person


def list_people(session: Session) -> Sequence[PersonRow]:
    """Everybody, disabled accounts last."""
    return session.scalars(select(PersonRow).order_by(PersonRow.disabled, PersonRow.email)).all()


def _other_admins(session: Session, person: PersonRow) -> Sequence[int]:
    others = select(PersonRow.id).where(
        PersonRow.role == "admin", PersonRow.disabled.is_(False), PersonRow.id != person.id
    )
    return session.scalars(others).all()
