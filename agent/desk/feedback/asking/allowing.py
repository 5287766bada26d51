"""What people and programs write down for a customer: not to be asked, to be asked again, talked to in person."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from agent.desk.audit import record
from agent.desk.feedback.asking.events import note_event, wake
from agent.desk.feedback.loop.loop_rules import asking_rules_of
from agent.desk.house import House
from agent.errors import NotFound, WrongUse
from agent.feedback.history import Channel
from agent.mail.typed_address import typed_address
from agent.store.session import Unit
from agent.store.tables import CustomerRow, FeedbackOptOutRow

ALL = "all"


def customer_called(session: Session, email: str) -> CustomerRow:
    """The record of this address. Raises `NotFound`, and `WrongUse` for what is no address."""
    customer = session.scalar(select(CustomerRow).where(CustomerRow.email == typed_address(email)))
    if customer is None:
        raise NotFound(
            "There is no customer with this address.",
            code="customer.unknown",
            remedy="Check the address, or import the customer first.",
        )
    return customer


def opt_outs_of(session: Session, customer_id: int) -> Sequence[FeedbackOptOutRow]:
    """What the customer is not to be asked, the oldest first."""
    wanted = select(FeedbackOptOutRow).where(FeedbackOptOutRow.customer_id == customer_id)
    return session.scalars(wanted.order_by(FeedbackOptOutRow.id)).all()


def do_not_ask(
    unit: Unit, house: House, *, customer_id: int, what: str = ALL, origin: str, actor: str
) -> None:
    """The customer is not to be asked: at all, over a channel, or in a survey. Saying it twice changes nothing."""
    _check(house, what)
    now = house.clock()
    unit.session.get_one(CustomerRow, customer_id, with_for_update=True)
    if any(row.what == what for row in opt_outs_of(unit.session, customer_id)):
        return
    unit.session.add(FeedbackOptOutRow(customer_id=customer_id, what=what, origin=origin, created_at=now))
    wake(unit, customer_id, now)
    record(
        unit, "feedback.opted_out", actor=actor, now=now, subject=f"customer:{customer_id}", what=what, origin=origin
    )  # fmt: skip


def ask_again(unit: Unit, house: House, *, customer_id: int, what: str = "", actor: str) -> None:
    """The customer may be asked again: about `what` was switched off, or about everything."""
    wanted = FeedbackOptOutRow.customer_id == customer_id
    if what:
        _check(house, what)
        wanted &= FeedbackOptOutRow.what == what
    gone = unit.session.execute(delete(FeedbackOptOutRow).where(wanted))
    if gone.rowcount:  # type: ignore[attr-defined]
        now = house.clock()
        wake(unit, customer_id, now)
        record(
            unit, "feedback.opted_in", actor=actor, now=now, subject=f"customer:{customer_id}", what=what or ALL
        )  # fmt: skip


def talked_to(unit: Unit, house: House, *, customer_id: int, actor: str) -> None:
    """Somebody has got in touch with an unhappy customer in person: from now on they may be asked again."""
    now = house.clock()
    unit.session.get_one(CustomerRow, customer_id)
    note_event(unit, customer_id=customer_id, kind="personal_follow_up", at=now, source="person", now=now)
    record(unit, "feedback.talked_to", actor=actor, now=now, subject=f"customer:{customer_id}")


def _check(house: House, what: str) -> None:
    known = {ALL, *Channel, *asking_rules_of(house.company).surveys.by_name}
    if what not in known:
        raise WrongUse(
            f"{what[:40]!r} is neither a channel nor a survey.",
            code="opt_out.unknown",
            remedy=f"Use one of {', '.join(sorted(known))}.",
        )
