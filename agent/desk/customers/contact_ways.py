"""How a customer can be reached beside e-mail, and which way they prefer: from the CRM, or written down by people."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.customers.mobile_number import mobile_number
from agent.desk.audit import by, record
from agent.desk.feedback.asking.events import wake
from agent.desk.house import House
from agent.errors import NotFound, WrongUse
from agent.feedback.history import Channel
from agent.store.session import Unit
from agent.store.tables import ContactWayRow, CustomerRow, PersonRow

KEPT = (Channel.SMS, Channel.WHATSAPP, Channel.CHAT)
"""The channels that have an address of their own here."""

_NUMBERS = frozenset({Channel.SMS, Channel.WHATSAPP})
_LONGEST = 200  # characters of a chat's address
_AT_ONCE = 500  # ids in one statement: SQLite bounds its variables


class WrongWay(WrongUse):
    """An address that cannot be kept; `channel` says which of them."""

    def __init__(self, channel: Channel, message: str, *, code: str, remedy: str) -> None:
        super().__init__(message, code=code, remedy=remedy)
        self.channel = channel


def ways_of(session: Session, customer_id: int) -> dict[Channel, ContactWayRow]:
    """What is known of each way."""
    rows = session.scalars(select(ContactWayRow).where(ContactWayRow.customer_id == customer_id))
    return {Channel(row.channel): row for row in rows}


def set_ways(
    unit: Unit,
    house: House,
    *,
    customer_id: int,
    addresses: Mapping[Channel, str],
    preferred: Channel | None,
    person: PersonRow,
) -> None:
    """Write down the addresses that a person typed; an empty one is forgotten. Raises `NotFound` and `WrongWay`."""
    customer = unit.session.get(CustomerRow, customer_id, with_for_update=True)
    if customer is None:
        raise NotFound("There is no such customer.", code="customer.unknown", remedy="Open the list again.")
    country = customer.country or house.company.country
    typed = {channel: _address(channel, addresses.get(channel, "").strip(), country) for channel in KEPT}
    if preferred is not None and preferred in KEPT and not typed[preferred]:
        raise WrongWay(
            preferred,
            "The preferred way has no address.",
            code="contact_way.empty",
            remedy="Write its address, or choose another way.",
        )
    now = house.clock()
    write_ways(unit, {customer_id: typed}, now)
    _prefer(unit, customer_id, preferred, now)
    wake(unit, customer_id, now)
    record(
        unit, "customer.ways_changed", actor=by(person), now=now, subject=f"customer:{customer_id}",
        ways=sorted(channel for channel, address in typed.items() if address), preferred=preferred or "",
    )  # fmt: skip


def write_ways(unit: Unit, wanted: Mapping[int, Mapping[Channel, str]], now: datetime) -> None:
    """Keep addresses by customer and channel; another address than before has not bounced yet."""
    ids = sorted(wanted)
    for start in range(0, len(ids), _AT_ONCE):
        known = _known(unit, ids[start : start + _AT_ONCE])
        for customer_id in ids[start : start + _AT_ONCE]:
            for channel, address in wanted[customer_id].items():
                row = known.get((customer_id, channel))
                if row is None and address:
                    row = ContactWayRow(customer_id=customer_id, channel=str(channel), created_at=now)
                    unit.session.add(row)
                if row is not None and row.address != address:
                    row.address, row.bounced_at = address, None
    unit.session.flush()


def _known(unit: Unit, ids: Sequence[int]) -> dict[tuple[int, str], ContactWayRow]:
    rows = unit.session.scalars(select(ContactWayRow).where(ContactWayRow.customer_id.in_(ids)))
    return {(row.customer_id, row.channel): row for row in rows}


def _prefer(unit: Unit, customer_id: int, preferred: Channel | None, now: datetime) -> None:
    ways = ways_of(unit.session, customer_id)
    if preferred is not None and preferred not in ways:
        ways[preferred] = ContactWayRow(customer_id=customer_id, channel=str(preferred), created_at=now)
        unit.session.add(ways[preferred])
    for channel, row in ways.items():
        row.preferred = channel is preferred
    unit.session.flush()


def _address(channel: Channel, typed: str, country: str) -> str:
    if not typed:
        return ""
    if channel not in _NUMBERS:
        return typed[:_LONGEST]
    try:
        return mobile_number(typed, country)
    except ValueError as wrong:
        raise WrongWay(
            channel,
            str(wrong),
            code="contact_way.number",
            remedy="Write a mobile number such as +45 20 12 34 56.",
        ) from None
