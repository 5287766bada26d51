"""Webhooks: who hears of answers, with a trial and what became of the last calls. For leads and administrators."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Query
from sqlalchemy import select
from starlette.responses import RedirectResponse, Response

from agent.desk.feedback.webhooks import queue
from agent.errors import GenklangError, NotAllowed, WrongUse
from agent.store.session import Unit
from agent.store.tables import WebhookDeliveryRow, WebhookRow
from api.dependencies import AtDesk, Desk
from api.errors import status_of
from api.web.language import marked
from api.web.pages import render
from api.web.shell import shell

router = APIRouter(prefix="/feedback/webhooks")

DELIVERIES = 30

EVENTS = {
    "answer.completed": marked("An answer was given, and read"),
    "follow_up.opened": marked("A follow-up was opened"),
    "follow_up.done": marked("A follow-up is done"),
    "test": marked("A trial"),
}

STATES = {
    "waiting": marked("waits"),
    "delivered": marked("taken"),
    "given_up": marked("given up"),
}


@router.get("")
def webhooks_page(
    desk: AtDesk, did: Annotated[str, Query(pattern="^(tried|paused|resumed|removed)?$")] = ""
) -> Response:
    return _show(desk, did=did)


def _show(
    desk: Desk,
    *,
    did: str = "",
    secret: str = "",
    url: str = "",
    chosen: tuple[str, ...] = queue.EVENTS,
    problem: GenklangError | None = None,
) -> Response:
    if desk.person.role == "agent":
        raise NotAllowed(
            "Webhooks are set up by leads and administrators.", code="webhook.role", remedy="Ask one of them."
        )
    with desk.house.store.reading() as session:
        around = shell(session, desk)
        hooks = session.scalars(select(WebhookRow).order_by(WebhookRow.id)).all()
        deliveries = session.scalars(
            select(WebhookDeliveryRow).order_by(WebhookDeliveryRow.id.desc()).limit(DELIVERIES)
        ).all()
    values = {
        "shell": around,
        "hooks": hooks,
        "deliveries": deliveries,
        "events": {event: EVENTS[event] for event in queue.EVENTS},
        "event_names": EVENTS,
        "state_names": STATES,
        "hook_urls": {hook.id: hook.url for hook in hooks},
        "did": did,
        "secret": secret,
        "url": url,
        "chosen_events": chosen,
        "problem": problem,
    }
    return render(desk.request, "webhooks.html", values, status=status_of(problem) if problem else 200)


@router.post("")
def add(
    desk: AtDesk,
    url: Annotated[str, Form(max_length=2000)] = "",
    event: Annotated[list[Annotated[str, Form(max_length=40)]] | None, Form()] = None,
) -> Response:
    """The secret stands on the page that comes back, and nowhere afterwards."""
    events = tuple(event or ())
    try:
        with desk.house.store.writing() as unit:
            _, secret = queue.add_webhook(unit, desk.house, url=url, events=events, person=desk.person)
    except WrongUse as problem:
        return _show(desk, url=url, chosen=events, problem=problem)
    return _show(desk, secret=secret)


@router.post("/{webhook_id}/try")
def try_out(desk: AtDesk, webhook_id: int) -> Response:
    def act(unit: Unit) -> None:
        queue.try_webhook(unit, desk.house, webhook_id=webhook_id, person=desk.person)

    return _carry_out(desk, act, "tried")


@router.post("/{webhook_id}/pause")
def pause(desk: AtDesk, webhook_id: int, paused: Annotated[bool, Form()]) -> Response:
    def act(unit: Unit) -> None:
        queue.pause_webhook(unit, desk.house, webhook_id=webhook_id, paused=paused, person=desk.person)

    return _carry_out(desk, act, "paused" if paused else "resumed")


@router.post("/{webhook_id}/remove")
def remove(desk: AtDesk, webhook_id: int) -> Response:
    def act(unit: Unit) -> None:
        queue.remove_webhook(unit, desk.house, webhook_id=webhook_id, person=desk.person)

    return _carry_out(desk, act, "removed")


def _carry_out(desk: Desk, act: Callable[[Unit], None], did: str) -> Response:
    with desk.house.store.writing() as unit:
        act(unit)
    return RedirectResponse(f"/feedback/webhooks?did={did}", 303)
