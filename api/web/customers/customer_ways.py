"""Writing down how a customer can be reached beside e-mail, on their page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from agent.desk.customers.contact_ways import KEPT, WrongWay, set_ways, ways_of
from agent.feedback.history import Channel
from api.dependencies import AtDesk, Desk
from api.errors import status_of
from api.web.language import marked

router = APIRouter(prefix="/customers")

NAMES = {
    Channel.EMAIL: marked("E-mail"),
    Channel.SMS: marked("SMS"),
    Channel.WHATSAPP: marked("WhatsApp"),
    Channel.CHAT: marked("Chat"),
}

Typed = Annotated[str, Form(max_length=200)]


@dataclass(frozen=True, slots=True)
class ShownWay:
    """One line of the form. `is_set_up`: the installation can write over it."""

    channel: Channel
    name: str
    address: str
    preferred: bool
    is_set_up: bool
    comes_back: bool
    wrong: WrongWay | None = None


@dataclass(frozen=True, slots=True)
class TypedWays:
    """What somebody typed that could not be kept: it is shown again, with the mistake beside its field."""

    addresses: Mapping[Channel, str]
    preferred: Channel | None
    problem: WrongWay


def shown_ways(
    session: Session, desk: Desk, customer_id: int, typed: TypedWays | None = None
) -> Sequence[ShownWay]:
    """E-mail and the ways that have an address of their own."""
    known = ways_of(session, customer_id)
    kept = {channel: row.address for channel, row in known.items()}
    preferred = next((channel for channel, row in known.items() if row.preferred), None)
    if typed is not None:
        kept, preferred = {**kept, **typed.addresses}, typed.preferred
    return [
        ShownWay(
            channel,
            NAMES[channel],
            kept.get(channel, ""),
            channel is preferred,
            channel in desk.house.company.writes_over,
            channel in known and known[channel].bounced_at is not None,
            typed.problem if typed is not None and typed.problem.channel is channel else None,
        )
        for channel in (Channel.EMAIL, *KEPT)
    ]


@router.post("/{customer_id}/ways")
def change_ways(
    desk: AtDesk,
    customer_id: int,
    sms: Typed = "",
    whatsapp: Typed = "",
    chat: Typed = "",
    preferred: Typed = "",
) -> Response:
    """An empty address is forgotten; an empty preference leaves the order to the rules."""
    from api.web.customers.customers import show_customer  # it shows these ways on its page

    addresses = {Channel.SMS: sms, Channel.WHATSAPP: whatsapp, Channel.CHAT: chat}
    first = Channel(preferred) if preferred in NAMES else None
    try:
        with desk.house.store.writing() as unit:
            set_ways(
                unit,
                desk.house,
                customer_id=customer_id,
                addresses=addresses,
                preferred=first,
                person=desk.person,
            )
    except WrongWay as problem:
        typed = TypedWays(addresses, first, problem)
        return show_customer(desk, customer_id, typed_ways=typed, status=status_of(problem))
    return RedirectResponse(f"/customers/{customer_id}#ways", 303)
