"""The list of customers, the page of one, and what people do there: style, consent, rights."""

import json
from collections.abc import Callable
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from starlette.responses import RedirectResponse, Response

from agent.desk.audit import by
from agent.desk.customers import erasing, rights
from agent.desk.customers.feedback_light import lights_of
from agent.desk.customers.forgetting_traces import finish_erasure
from agent.desk.learning import profiling
from agent.errors import Conflict, GenklangError, WrongUse
from agent.store.queries.customers import list_customers, load_customer
from agent.store.session import Unit
from api.dependencies import AtDesk, Desk
from api.errors import status_of
from api.web.customers import customer_view
from api.web.customers.customer_view import CustomerView
from api.web.customers.customer_ways import TypedWays, shown_ways
from api.web.customers.erased_words import ERASED
from api.web.feedback.follow_ups import panel_of_customer
from api.web.pages import gettext_of, reader_of, render
from api.web.shell import shell

router = APIRouter(prefix="/customers")

Switch = Annotated[Literal["on", "off"], Form()]


@router.get("")
def customers_page(
    desk: AtDesk,
    q: Annotated[str, Query(max_length=200)] = "",
    after: Annotated[str, Query(max_length=300)] = "",
) -> Response:
    with desk.house.store.reading() as session:
        found = list_customers(session, q, after=after)
        around = shell(session, desk)
    following = "/customers?" + urlencode({"q": q, "after": found.following}) if found.following else ""
    values = {"shell": around, "found": found, "words": q, "following": following, "further": bool(after)}
    return render(desk.request, "customers.html", values)


@router.get("/{customer_id}")
def customer_page(
    desk: AtDesk, customer_id: int, before: Annotated[int | None, Query(ge=1)] = None
) -> Response:
    return show_customer(desk, customer_id, before=before)


def show_customer(
    desk: Desk,
    customer_id: int,
    *,
    before: int | None = None,
    problem: GenklangError | None = None,
    typed_ways: TypedWays | None = None,
    status: int = 200,
) -> Response:
    """A customer; after a refused action with the reason."""
    with desk.house.store.reading() as session:
        page = load_customer(session, customer_id, before=before)
        around = shell(session, desk)
        followed_up = panel_of_customer(session, desk, customer_id)
        ways = shown_ways(session, desk, customer_id, typed_ways)
        light = lights_of(session, [customer_id], desk.house.company, desk.house.clock())[customer_id]
        agrees = page.erasure is not None and erasing.may_agree(session, page.erasure, desk.person)
    view = CustomerView(
        page=page,
        reader=reader_of(desk.request),
        words=gettext_of(desk.request),
        light=light,
        may_agree=agrees,
    )
    values = {
        "shell": around,
        "page": page,
        "view": view,
        "problem": problem,
        "further": before is not None,
        "lights": customer_view.LIGHTS,
        "ways": ways,
        **followed_up,
    }
    return render(desk.request, "customer.html", values, status=status)


def carry_out(desk: Desk, customer_id: int, act: Callable[[Unit], object], *, part: str) -> Response:
    """Do `act` in one unit of work and show the customer again, at the `part` that it was about."""
    try:
        with desk.house.store.writing() as unit:
            act(unit)
    except (Conflict, WrongUse) as problem:
        return show_customer(desk, customer_id, problem=problem, status=status_of(problem))
    return RedirectResponse(f"/customers/{customer_id}#{part}", 303)


@router.post("/{customer_id}/style")
def set_level(
    desk: AtDesk, customer_id: int, trait: Annotated[str, Form()], level: Annotated[str, Form()] = ""
) -> Response:
    """An empty level leaves the trait to learning again."""
    return carry_out(
        desk,
        customer_id,
        lambda unit: profiling.set_level(
            unit, desk.house, customer_id=customer_id, trait=trait, level=level, person=desk.person
        ),
        part="style",
    )


@router.post("/{customer_id}/style/freeze")
def freeze(desk: AtDesk, customer_id: int, frozen: Switch) -> Response:
    return carry_out(
        desk,
        customer_id,
        lambda unit: profiling.set_frozen(
            unit, desk.house, customer_id=customer_id, frozen=frozen == "on", person=desk.person
        ),
        part="style",
    )


@router.post("/{customer_id}/style/forget")
def forget(desk: AtDesk, customer_id: int) -> Response:
    return carry_out(
        desk,
        customer_id,
        lambda unit: profiling.forget(unit, desk.house, customer_id=customer_id, person=desk.person),
        part="style",
    )


@router.post("/{customer_id}/consent")
def consent(desk: AtDesk, customer_id: int, purpose: Annotated[str, Form()], agrees: Switch) -> Response:
    """Record that the customer objects to a purpose, or agrees to it again."""

    def act(unit: Unit) -> None:
        email = load_customer(unit.session, customer_id).customer.email
        change = rights.withdraw_objection if agrees == "on" else rights.object_to
        change(unit, desk.house, email, [purpose], actor=by(desk.person))

    return carry_out(desk, customer_id, act, part="style" if purpose == profiling.PURPOSE else "rights")


@router.post("/{customer_id}/export")
def export(desk: AtDesk, customer_id: int) -> Response:
    """Everything kept about the customer, to save as a file. That it was handed out is recorded."""
    with desk.house.store.writing() as unit:
        email = load_customer(unit.session, customer_id).customer.email
        kept = rights.hand_out(unit, desk.house, email, actor=by(desk.person))
    return Response(
        json.dumps(kept, ensure_ascii=False, indent=2, default=str),
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="customer-{customer_id}.json"'},
    )


@router.post("/{customer_id}/erasure")
def erasure(
    desk: AtDesk,
    customer_id: int,
    step: Annotated[Literal["ask", "withdraw", "agree"], Form()],
    typed: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """One person asks, a second agrees. What is left is the receipt on the screen."""
    if step == "agree":
        return _erase(desk, customer_id, typed)

    def act(unit: Unit) -> None:
        if step == "ask":
            erasing.ask_erasure(unit, desk.house, customer_id=customer_id, typed=typed, person=desk.person)
        else:
            erasing.withdraw_erasure(unit, desk.house, customer_id=customer_id, person=desk.person)

    return carry_out(desk, customer_id, act, part="rights")


def _erase(desk: Desk, customer_id: int, typed: str) -> Response:
    try:
        with desk.house.store.writing() as unit:
            receipt = erasing.agree_erasure(
                unit, desk.house, customer_id=customer_id, typed=typed, person=desk.person
            )
    except (Conflict, WrongUse) as problem:
        return show_customer(desk, customer_id, problem=problem, status=status_of(problem))
    receipt = finish_erasure(desk.house, receipt)
    with desk.house.store.reading() as session:
        around = shell(session, desk)
    gone = {ERASED[table]: count for table, count in receipt.done.items() if count}
    return render(desk.request, "customer_erased.html", {"shell": around, "receipt": receipt, "gone": gone})
