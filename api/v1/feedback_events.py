"""Feedback over HTTP: events in, the light of a customer out, and not being asked."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from agent.desk.audit import by
from agent.desk.customers.feedback_light import lights_of
from agent.desk.feedback.asking.allowing import ALL, ask_again, customer_called, do_not_ask, opt_outs_of
from agent.desk.feedback.asking.taking_in import Incoming, take_event
from agent.errors import GenklangError
from agent.feedback.reasons import sentence
from api.v1.access import Caller, CallerNeeded

router = APIRouter(tags=["feedback"])

Plain = str | bool | int | float | None


class EventIn(BaseModel):
    """Something that happened with a customer. `id` is your own: the same one counts once. `data` is flat."""

    id: Annotated[str, Field(min_length=1, max_length=500)]
    email: Annotated[str, Field(max_length=320)]
    kind: Annotated[str, Field(min_length=1, max_length=500)]
    at: Annotated[datetime | None, Field(description="now, if it is left out")] = None
    data: dict[str, Plain] = {}
    create: Annotated[bool, Field(description="open a bare record for a customer who is not known")] = False


class EventOut(BaseModel):
    """What became of an event: noted, known (it was sent before), or refused with the reason."""

    id: str
    status: str
    problem: str = ""


class LightOut(BaseModel):
    """The feedback light. `from_when` is the first instant at which the customer may be asked, if there is one."""

    email: str
    colour: str
    reason: str
    sentence: str
    from_when: datetime | None
    others: list[str]
    opted_out: list[str]


class OptOut(BaseModel):
    what: Annotated[str, Field(description="all, a channel or a survey", max_length=100)] = ALL


@router.post("/events", status_code=202)
def take_events(
    body: EventIn | Annotated[list[EventIn], Field(min_length=1, max_length=1000)], caller: CallerNeeded
) -> EventOut | list[EventOut]:
    """Take in one event, or up to 1,000. Of a list each is taken or refused on its own; one alone is refused whole."""
    if isinstance(body, EventIn):
        return _take(caller, body)
    taken: list[EventOut] = []
    for each in body:
        try:
            taken.append(_take(caller, each))
        except GenklangError as problem:
            taken.append(
                EventOut(id=each.id, status="refused", problem=f"{problem.message} {problem.remedy}")
            )
    return taken


def _take(caller: Caller, event: EventIn) -> EventOut:
    incoming = Incoming(event.id, event.email, event.kind, event.at, event.data)
    with caller.house.store.writing() as unit:
        status = take_event(unit, caller.house, incoming, create=event.create)
    return EventOut(id=event.id, status=status)


@router.get("/customers/{email}/feedback-light")
def feedback_light(
    email: str, caller: CallerNeeded, language: Annotated[str, Query(max_length=5)] = "en"
) -> LightOut:
    """May this customer be asked now, and if not, why and from when."""
    house = caller.house
    with house.store.reading() as session:
        customer = customer_called(session, email)
        light = lights_of(session, [customer.id], house.company, house.clock())[customer.id]
        outs = [row.what for row in opt_outs_of(session, customer.id)]
    zone = house.company.zone
    return LightOut(
        email=customer.email,
        colour=light.colour,
        reason=light.reason.code,
        sentence=sentence(light.reason, language, zone),
        from_when=light.from_when,
        others=[sentence(reason, language, zone) for reason in light.others],
        opted_out=outs,
    )


@router.post("/customers/{email}/feedback-opt-out")
def opt_out(email: str, caller: CallerNeeded, body: OptOut | None = None) -> LightOut:
    """The customer does not want to be asked: at all, over a channel, or in a survey."""
    what = (body or OptOut()).what
    with caller.house.store.writing() as unit:
        customer = customer_called(unit.session, email)
        do_not_ask(
            unit, caller.house, customer_id=customer.id, what=what, origin="api", actor=by(caller.person)
        )
    return feedback_light(email, caller)


@router.delete("/customers/{email}/feedback-opt-out")
def opt_in(email: str, caller: CallerNeeded, what: Annotated[str, Query(max_length=100)] = "") -> LightOut:
    """The customer may be asked again; without `what` about everything."""
    with caller.house.store.writing() as unit:
        customer = customer_called(unit.session, email)
        ask_again(unit, caller.house, customer_id=customer.id, what=what, actor=by(caller.person))
    return feedback_light(email, caller)
