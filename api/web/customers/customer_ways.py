"""Writing down how a customer can be reached beside e-mail, on their page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.responses import Response

from agent.desk.customers.contact_ways import KEPT, set_ways, ways_of
from agent.feedback.history import Channel
from api.dependencies import AtDesk, Desk
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


def shown_ways(session: Session, desk: Desk, customer_id: int) -> Sequence[ShownWay]:
    """E-mail and the ways that have an address of their own."""
    known = ways_of(session, customer_id)
    return [
        ShownWay(
            channel,
            NAMES[channel],
            known[channel].address if channel in known else "",
            channel in known and known[channel].preferred,
            channel in desk.house.company.writes_over,
            channel in known and known[channel].bounced_at is not None,
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
    from api.web.customers.customers import carry_out  # it shows these ways on its page

    return carry_out(
        desk,
        customer_id,
        lambda unit: set_ways(
            unit,
            desk.house,
            customer_id=customer_id,
            addresses={Channel.SMS: sms, Channel.WHATSAPP: whatsapp, Channel.CHAT: chat},
            preferred=Channel(preferred) if preferred in NAMES else None,
            person=desk.person,
        ),
        part="ways",
    )
