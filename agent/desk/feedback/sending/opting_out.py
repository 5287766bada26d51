"""“Do not ask me again”: said by a button on the page, or by the mail program's own (RFC 8058), and taken back."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from agent.desk.audit import record
from agent.desk.feedback.surveys.links import Purpose, UnknownLink, read_token
from agent.desk.house import House
from agent.errors import WrongUse
from agent.store.session import Unit
from agent.store.tables import CustomerRow, FeedbackOptOutRow, FeedbackRequestRow

ALL = "all"
BY_CUSTOMERS = ("link", "header")
"""Origins of what a customer said here themselves; what colleagues wrote down only colleagues take back."""


def request_of(session: Session, house: House, token: str) -> FeedbackRequestRow:
    """The request whose mail held this link. Raises `UnknownLink` or `LinkOver`."""
    row = session.get(FeedbackRequestRow, read_token(house, token, Purpose.OPT_OUT).id)
    if row is None:
        raise UnknownLink
    return row


def said_no(session: Session, request: FeedbackRequestRow) -> Sequence[str]:
    """What this customer is not to be asked any more, as far as it matters here: `all`, or this survey's name."""
    return session.scalars(
        select(FeedbackOptOutRow.what).where(
            FeedbackOptOutRow.customer_id == request.customer_id,
            FeedbackOptOutRow.what.in_((ALL, request.survey)),
        )
    ).all()


def opt_out(unit: Unit, house: House, token: str, *, origin: str, what: str = ALL) -> FeedbackRequestRow:
    """Ask this customer nothing more, or no more of this survey. Saying it twice changes nothing."""
    request = request_of(unit.session, house, token)
    if what not in {ALL, request.survey}:
        raise WrongUse("This cannot be switched off here.", remedy="Choose one that is offered.")
    unit.session.get(CustomerRow, request.customer_id, with_for_update=True)
    if what not in said_no(unit.session, request):
        now = house.clock()
        unit.session.add(
            FeedbackOptOutRow(customer_id=request.customer_id, what=what, origin=origin, created_at=now)
        )
        _record(unit, house, "feedback.opted_out", request, what=what, origin=origin)
    return request


def ask_again(unit: Unit, house: House, token: str) -> FeedbackRequestRow:
    """Take back what was said here. What a colleague wrote down for the customer stays."""
    request = request_of(unit.session, house, token)
    gone = unit.session.execute(
        delete(FeedbackOptOutRow).where(
            FeedbackOptOutRow.customer_id == request.customer_id,
            FeedbackOptOutRow.what.in_((ALL, request.survey)),
            FeedbackOptOutRow.origin.in_(BY_CUSTOMERS),
        )
    )
    if gone.rowcount:  # type: ignore[attr-defined]
        _record(unit, house, "feedback.opted_in", request)
    return request


def _record(unit: Unit, house: House, action: str, request: FeedbackRequestRow, **detail: Any) -> None:
    subject = f"customer:{request.customer_id}"
    record(unit, action, actor="customer", now=house.clock(), subject=subject, request=request.id, **detail)
