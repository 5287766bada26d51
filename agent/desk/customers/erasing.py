"""Erasing a customer takes two people: one asks, another agrees. What is erased cannot be brought back."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.desk.audit import by, record
from agent.desk.customers.rights import Receipt, erase_customer
from agent.desk.house import House
from agent.errors import Conflict, NotFound, WrongUse
from agent.store.session import Unit
from agent.store.tables import CustomerRow, ErasureRequestRow, PersonRow

MAY_AGREE = ("lead", "admin")


def ask_erasure(unit: Unit, house: House, *, customer_id: int, typed: str, person: PersonRow) -> None:
    """Ask that everything about a customer be erased; `typed` repeats the address. Asking twice changes nothing."""
    customer = _customer(unit.session, customer_id)
    _same_address(customer, typed)
    if unit.session.get(ErasureRequestRow, customer_id) is not None:
        return
    now = house.clock()
    unit.session.add(ErasureRequestRow(customer_id=customer_id, asked_by_id=person.id, asked_at=now))
    record(unit, "erasure.asked", actor=by(person), now=now, subject=f"customer:{customer_id}")


def withdraw_erasure(unit: Unit, house: House, *, customer_id: int, person: PersonRow) -> None:
    """Nothing is erased after all. Withdrawing what nobody asks for changes nothing."""
    row = unit.session.get(ErasureRequestRow, customer_id)
    if row is not None:
        unit.session.delete(row)
        record(
            unit, "erasure.withdrawn", actor=by(person), now=house.clock(), subject=f"customer:{customer_id}"
        )


def agree_erasure(unit: Unit, house: House, *, customer_id: int, typed: str, person: PersonRow) -> Receipt:
    """Erase what somebody asked to have erased. Raises `Conflict` for the same person or one without the right to.

    Call `agent.desk.customers.forgetting_traces.finish_erasure` once the unit has been committed.
    """
    customer = _customer(unit.session, customer_id)
    _same_address(customer, typed)
    row = unit.session.get(ErasureRequestRow, customer_id)
    if row is None:
        raise Conflict(
            "Nobody asks to erase this customer any more.",
            code="erasure.not_asked",
            remedy="Ask for it first.",
        )
    if not may_agree(unit.session, row, person):
        raise Conflict(
            "A second person has to agree, and it has to be a lead or an administrator.",
            code="erasure.second_person",
            remedy="Let a lead open this page.",
        )
    return erase_customer(unit, house, customer.email, actor=by(person))


def may_agree(session: Session, asked: ErasureRequestRow, person: PersonRow) -> bool:
    """Whether this person may agree: a lead or administrator other than who asked, unless nobody else is there."""
    others = session.scalar(
        select(func.count())
        .select_from(PersonRow)
        .where(
            PersonRow.disabled.is_(False), PersonRow.id != asked.asked_by_id, PersonRow.role.in_(MAY_AGREE)
        )
    )
    if person.id == asked.asked_by_id:
        return not others and person.role in MAY_AGREE
    return person.role in MAY_AGREE


def _customer(session: Session, customer_id: int) -> CustomerRow:
    customer = session.get(CustomerRow, customer_id)
    if customer is None:
        raise NotFound(
            "There is no such customer.",
            code="customer.unknown",
            remedy="Look for them by name or address; they may have been erased.",
        )
    return customer


def _same_address(customer: CustomerRow, typed: str) -> None:
    if typed.strip().lower() != customer.email.lower():
        raise WrongUse(
            "The address that was typed is not this customer's.",
            code="erasure.typed",
            remedy="Type the address exactly as it is shown.",
        )
