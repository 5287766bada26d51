"""The style profile of each customer: grown from their mails, followed by drafts, seen and edited by people.

A customer who objects to having their tone followed (`tone`) has no profile: none is grown, kept or used.
"""

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from agent.customers.impression import impression_of, outright, role_of_record
from agent.customers.manner import Manner, manner_for
from agent.customers.profile import Impression, StyleProfile, choose, freeze, grow
from agent.desk.audit import by, record
from agent.desk.house import House
from agent.desk.values import redacted
from agent.drafting.tone import address_said
from agent.errors import Conflict, NotFound
from agent.store.session import Unit
from agent.store.tables import (
    CaseRow,
    CustomerRow,
    CustomerStyleMailRow,
    CustomerStyleRow,
    MessageRow,
    PersonRow,
)
from agent.store.values import dump, load
from agent.triage.reading import LANGUAGES, Reading

PURPOSE = "tone"
"""The purpose, among those that customers may object to, that a profile serves."""


def observe(message: MessageRow, reading: Reading) -> Impression | None:
    """What a mail shows of its sender; None for a language whose tone we cannot read."""
    if reading.language.value not in LANGUAGES or not message.from_email:
        return None
    text = _text(message)
    address = address_said(reading.language.value, text)
    return impression_of(reading, text, message.signature, message.received_at, address=address)


def learn(unit: Unit, message: MessageRow, shown: Impression | None, now: datetime) -> None:
    """Let the sender's profile grow by this mail, in the unit of work of the step that read it; never twice."""
    session = unit.session
    if shown is None or session.get(CustomerStyleMailRow, message.id) is not None:
        return
    customer = customer_for(unit, message.from_email, now, name=message.from_name)
    if PURPOSE in (customer.objections or ()):
        return
    row = session.get(CustomerStyleRow, customer.id, with_for_update=True)
    before = profile_of(row)
    if before.frozen:
        return
    _keep(session, customer, row, grow(before, shown), now)
    session.add(
        CustomerStyleMailRow(message_id=message.id, customer_id=customer.id, shown=dump(shown), at=shown.at)
    )


def manner_of(session: Session, message: MessageRow, reading: Reading) -> Manner:
    """How to write to the sender of this mail: their profile and record blended with the mail itself."""
    customer = session.scalar(select(CustomerRow).where(CustomerRow.email == message.from_email))
    if PURPOSE in ((customer.objections if customer else None) or ()):
        return Manner(reading.style)
    language, text = reading.language.value, _text(message)
    said = outright(reading, text, message.signature, address=address_said(language, text))
    profile = profile_of(session.get(CustomerStyleRow, customer.id) if customer else None)
    recorded = role_of_record(customer.attributes) if customer else ""
    return manner_for(profile, reading.style, outright=said, recorded_role=recorded)


def profile_of(row: CustomerStyleRow | None) -> StyleProfile:
    """The profile that a row holds; an empty one where nothing is known."""
    return StyleProfile() if row is None else load(StyleProfile, row.profile)


def set_level(
    unit: Unit, house: House, *, customer_id: int, trait: str, level: str, person: PersonRow
) -> StyleProfile:
    """A person says how the customer is to be written to; an empty level leaves it to learning again.

    Raises `WrongUse` for a trait or level that does not exist, `Conflict` for a customer who objects.
    """
    customer, row = _for_change(unit.session, customer_id)
    profile = choose(profile_of(row), trait, level)
    now = house.clock()
    _keep(unit.session, customer, row, profile, now)
    record(
        unit,
        "style.set",
        actor=by(person),
        now=now,
        subject=f"customer:{customer_id}",
        trait=trait,
        level=level,
    )
    return profile


def set_frozen(
    unit: Unit, house: House, *, customer_id: int, frozen: bool, person: PersonRow
) -> StyleProfile:
    """Stop the profile from learning, or let it go on. Raises `NotFound` and `Conflict` as `set_level`."""
    customer, row = _for_change(unit.session, customer_id)
    profile = freeze(profile_of(row), frozen=frozen)
    now = house.clock()
    _keep(unit.session, customer, row, profile, now)
    action = "style.frozen" if frozen else "style.thawed"
    record(unit, action, actor=by(person), now=now, subject=f"customer:{customer_id}")
    return profile


def forget(unit: Unit, house: House, *, customer_id: int, person: PersonRow) -> None:
    """Delete the profile with all that it rests on. It starts anew with the customer's next mail."""
    if unit.session.get(CustomerRow, customer_id) is None:
        raise _unknown()
    rows = delete_style(unit.session, customer_id)
    record(
        unit,
        "style.deleted",
        actor=by(person),
        now=house.clock(),
        subject=f"customer:{customer_id}",
        mails=rows,
    )


def delete_style(session: Session, customer_id: int) -> int:
    """Take a customer's profile away; how many mails it rested on."""
    mails = CustomerStyleMailRow.customer_id == customer_id
    count = session.scalar(select(func.count()).select_from(CustomerStyleMailRow).where(mails)) or 0
    session.execute(delete(CustomerStyleMailRow).where(mails))
    session.execute(delete(CustomerStyleRow).where(CustomerStyleRow.customer_id == customer_id))
    return count


def customer_for(unit: Unit, email: str, now: datetime, *, name: str = "") -> CustomerRow:
    """The record of whoever writes from this address; a bare one is opened where there is none."""
    session = unit.session
    customer = session.scalar(select(CustomerRow).where(CustomerRow.email == email))
    if customer is None:
        customer = CustomerRow(email=email, name=name, objections=[], created_at=now)
        session.add(customer)
        session.flush()
    session.execute(
        update(CaseRow)
        .where(CaseRow.customer_email == email, CaseRow.customer_id.is_(None))
        .values(customer_id=customer.id)
    )
    return customer


def _for_change(session: Session, customer_id: int) -> tuple[CustomerRow, CustomerStyleRow | None]:
    customer = session.get(CustomerRow, customer_id, with_for_update=True)
    if customer is None:
        raise _unknown()
    if PURPOSE in (customer.objections or ()):
        raise Conflict(
            "This customer does not want their tone to be followed, so no profile is kept.",
            code="style.objected",
            remedy="Switch it on again only if the customer says so.",
        )
    return customer, session.get(CustomerStyleRow, customer_id, with_for_update=True)


def _keep(
    session: Session,
    customer: CustomerRow,
    row: CustomerStyleRow | None,
    profile: StyleProfile,
    now: datetime,
) -> None:
    if row is None:
        row = CustomerStyleRow(customer_id=customer.id, created_at=now)
        session.add(row)
    row.profile, row.updated_at = dump(profile), now
    session.flush()


def _text(message: MessageRow) -> str:
    return redacted(message)[1].shareable()


def _unknown() -> NotFound:
    return NotFound(
        "There is no such customer.", code="customer.unknown", remedy="Look for them by name or address."
    )
