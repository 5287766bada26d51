"""People from the settings: invited by a link with which they choose their own password, given a role, shut out."""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from agent.desk.audit import by, record
from agent.desk.house import House
from agent.desk.people.accounts import ROLES, add_person, disable_person, hash_password, list_people
from agent.desk.settings.changing import may_decide
from agent.errors import Conflict, NotFound, WrongUse
from agent.store.session import Unit
from agent.store.tables import PasswordLinkRow, PersonRow

LINK_HOLDS = timedelta(hours=72)
MAX_NAME = 100  # characters


def invite(
    unit: Unit, house: House, *, email: str, name: str, role: str, language: str, person: PersonRow
) -> tuple[PersonRow, str]:
    """Somebody new, and the token of the link to give them. Nobody knows a password until they choose one.

    Raises `NotAllowed`, `WrongUse` for a bad address or role, `Conflict` for an address in use.
    """
    may_decide(person)
    newcomer = add_person(
        unit,
        email=email,
        role=role,
        password=secrets.token_urlsafe(48),
        name=_name(name),
        now=house.clock(),
        actor=by(person),
    )
    newcomer.language = language
    return newcomer, password_link(unit, house, person_id=newcomer.id, person=person)


def change_person(
    unit: Unit, house: House, *, person_id: int, name: str, role: str, person: PersonRow
) -> PersonRow:
    """Another name or role. A new role ends all of their sessions. Raises `Conflict` for the last admin's role."""
    may_decide(person)
    if role not in ROLES:
        raise WrongUse(
            f"{role!r} is not a role.", code="role.unknown", remedy=f"Use one of {', '.join(ROLES)}."
        )
    row = known_person(unit.session, person_id)
    if row.role == "admin" and role != "admin" and _is_last_admin(unit.session, row):
        raise Conflict(
            f"{row.email} is the last admin.", code="person.last_admin", remedy="Add another admin first."
        )
    before, row.role, row.name = row.role, role, _name(name) or row.name
    record(
        unit,
        "person.changed",
        actor=by(person),
        now=house.clock(),
        subject=by(row),
        before=before,
        after=role,
    )
    return row


def shut_out(unit: Unit, house: House, *, person_id: int, person: PersonRow) -> PersonRow:
    """Sessions, tokens and links end at once; what they did stays on record. Raises `Conflict` for the last admin."""
    may_decide(person)
    row = known_person(unit.session, person_id)
    _void_links(unit.session, row)
    return disable_person(unit, row.email, now=house.clock(), actor=by(person))


def let_in(unit: Unit, house: House, *, person_id: int, person: PersonRow) -> str:
    """Take back a shutting out: the account is open again, and this link is for a new password."""
    may_decide(person)
    row = known_person(unit.session, person_id)
    row.disabled, row.password_hash = False, hash_password(secrets.token_urlsafe(48))
    record(unit, "person.let_in", actor=by(person), now=house.clock(), subject=by(row), role=row.role)
    return password_link(unit, house, person_id=row.id, person=person)


def password_link(unit: Unit, house: House, *, person_id: int, person: PersonRow) -> str:
    """The token of a link that lets somebody choose a new password, once, within `LINK_HOLDS`.

    Earlier links die. The present password goes on working until a new one is chosen. Raises `Conflict` for
    somebody who is shut out.
    """
    may_decide(person)
    row = known_person(unit.session, person_id)
    if row.disabled:
        raise Conflict(f"{row.email} is shut out.", code="person.disabled", remedy="Let them in again first.")
    _void_links(unit.session, row)
    token, now = secrets.token_urlsafe(32), house.clock()
    unit.session.add(
        PasswordLinkRow(
            token_hash=_hash(token), person_id=row.id, created_at=now, expires_at=now + LINK_HOLDS
        )
    )
    record(unit, "person.password_link", actor=by(person), now=now, subject=by(row))
    return token


def whose_link(session: Session, house: House, token: str) -> PersonRow:
    """Who may choose a password with it. Raises `NotFound` for one that is unknown, used or too old."""
    link = session.get(PasswordLinkRow, _hash(token))
    person = session.get(PersonRow, link.person_id) if link else None
    if link is None or person is None or person.disabled or link.used_at or house.clock() >= link.expires_at:
        raise NotFound(
            "This link is no longer good.",
            code="password_link.dead",
            remedy="Ask an administrator for a new one.",
        )
    return person


def choose_password(unit: Unit, house: House, *, token: str, password: str) -> PersonRow:
    """Set the password of the link's person, which ends all of their sessions; the link dies.

    Raises `NotFound` as `whose_link` does, and `WrongUse` for a password that is too short.
    """
    password_hash = hash_password(password)
    person = whose_link(unit.session, house, token)
    link = unit.session.get_one(PasswordLinkRow, _hash(token), with_for_update=True)
    if link.used_at is not None:
        raise NotFound("This link is no longer good.", code="password_link.dead", remedy="Ask for a new one.")
    link.used_at, person.password_hash = house.clock(), password_hash
    record(unit, "person.password_chosen", actor=by(person), now=house.clock(), subject=by(person))
    return person


def known_person(session: Session, person_id: int) -> PersonRow:
    """The person of this number. Raises `NotFound`."""
    row = session.get(PersonRow, person_id)
    if row is None:
        raise NotFound(
            "There is nobody of this number.", code="person.unknown", remedy="Look at the list again."
        )
    return row


def _is_last_admin(session: Session, row: PersonRow) -> bool:
    return not any(
        one.role == "admin" and not one.disabled and one.id != row.id for one in list_people(session)
    )


def _void_links(session: Session, row: PersonRow) -> None:
    open_links = select(PasswordLinkRow.token_hash).where(
        PasswordLinkRow.person_id == row.id, PasswordLinkRow.used_at.is_(None)
    )
    session.execute(
        update(PasswordLinkRow)
        .where(PasswordLinkRow.token_hash.in_(open_links))
        .values(expires_at=PasswordLinkRow.created_at)
    )


def _name(name: str) -> str:
    return " ".join(name.split())[:MAX_NAME]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
