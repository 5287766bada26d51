"""Feedback: the overview, the requests with their reasons, and what is written down for one customer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.responses import RedirectResponse, Response

from agent.desk.audit import by
from agent.desk.customers.feedback_light import lights_of, red_lights_of
from agent.desk.feedback.asking import allowing
from agent.desk.feedback.loop.loop_rules import asking_rules_of
from agent.feedback.learning.numbers import load_learning
from agent.feedback.learning.personas import in_words
from agent.store.queries.customers import load_customer
from agent.store.queries.feedback_requests import (
    Stage,
    count_reasons,
    count_stages,
    newest_customers,
    planned_moments,
    request_lines,
    story_of,
    tallies,
)
from agent.store.session import Unit
from api.dependencies import AtDesk, Desk
from api.web.feedback import words as feedback_words
from api.web.feedback.view import FeedbackView, counted
from api.web.pages import gettext_of, reader_of, render
from api.web.shell import shell

router = APIRouter(prefix="/feedback")

LATELY = timedelta(days=30)
MOST_LIGHTS = 1000
"""Customers whose lights are counted: those to whom something happened last."""
SHOWN_LIGHTS, SHOWN_NEXT = 8, 6


def view_of(desk: Desk) -> FeedbackView:
    limits = asking_rules_of(desk.house.company).limits
    return FeedbackView(reader_of(desk.request), gettext_of(desk.request), limits)


@router.get("")
def overview(desk: AtDesk) -> Response:
    now, view = desk.house.clock(), view_of(desk)
    with desk.house.store.reading() as session:
        around = shell(session, desk)
        customers, total = newest_customers(session, MOST_LIGHTS)
        lights = lights_of(session, [row.id for row in customers], desk.house.company, now)
        planned = planned_moments(session, [row.id for row in customers[:SHOWN_LIGHTS]])
        upcoming, _ = request_lines(session, Stage.PLANNED, limit=SHOWN_NEXT)
        red = red_lights_of(session, (line.customer.id for line in upcoming), desk.house.company, now)
        found = tallies(session, now - LATELY)
        stages = count_stages(session)
        held = count_reasons(session, Stage.WAITING)
        dropped = count_reasons(session, Stage.NOT_ASKED, now - LATELY)
        learnt = desk.house.experience.learnt(session, desk.house.company, now)
    colours = counted(lights)
    asked, answered = sum(one.asked for one in found), sum(one.answered for one in found)
    values = {
        "shell": around,
        "view": view,
        "tallies": view.tallies(found, desk.house.company),
        "asked": asked,
        "answered": answered,
        "lights": [view.light(row, lights[row.id], planned) for row in customers[:SHOWN_LIGHTS]],
        "colours": {str(colour): number for colour, number in colours.items()},
        "counted": len(customers),
        "total": total,
        "upcoming": upcoming,
        "red": red,
        "stages": {str(stage): number for stage, number in stages.items()},
        "held": held,
        "dropped": dropped,
        "light_words": feedback_words.LIGHTS,
        "personas": [(one.share, in_words(one, view.reader.language)) for one in learnt.personas],
        "settled": learnt.settled,
        "learning": load_learning(desk.house.company),
    }
    return render(desk.request, "feedback.html", values)


@router.get("/requests")
def requests_page(
    desk: AtDesk,
    stage: Stage = Stage.PLANNED,
    why: Annotated[str, Query(max_length=40)] = "",
    after: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    with desk.house.store.reading() as session:
        around = shell(session, desk)
        lines, following = request_lines(session, stage, code=why, after=after)
        stages = count_stages(session)
        reasons = count_reasons(session, stage) if stage in {Stage.WAITING, Stage.NOT_ASKED} else []
        planned = lines if stage is Stage.PLANNED else []
        customers = (line.customer.id for line in planned)
        red = red_lights_of(session, customers, desk.house.company, desk.house.clock())
    values = {
        "shell": around,
        "view": view_of(desk),
        "stage": stage,
        "why": why,
        "lines": lines,
        "following": following,
        "red": red,
        "stages": {str(one): number for one, number in stages.items()},
        "stage_words": feedback_words.STAGES,
        "reasons": reasons,
    }
    return render(desk.request, "feedback_requests.html", values)


@router.get("/customers/{customer_id}")
def customer_page(desk: AtDesk, customer_id: int) -> Response:
    """One customer's story: what happened, when they were asked, when not and why, what they answered."""
    view = view_of(desk)
    with desk.house.store.reading() as session:
        customer = load_customer(session, customer_id).customer
        around = shell(session, desk)
        light = lights_of(session, [customer_id], desk.house.company, desk.house.clock())[customer_id]
        planned = planned_moments(session, [customer_id])
        outs = allowing.opt_outs_of(session, customer_id)
        moments = view.story(story_of(session, customer_id))
    values = {
        "shell": around,
        "view": view,
        "customer": customer,
        "shown": view.light(customer, light, planned),
        "others": view.others(light),
        "outs": outs,
        "moments": moments,
        "light_words": feedback_words.LIGHTS,
        "origins": feedback_words.ORIGINS,
        "unhappy": "unhappy" in {light.reason.code, *(each.code for each in light.others)},
    }
    return render(desk.request, "feedback_customer.html", values)


def _write_down(desk: Desk, customer_id: int, act: Callable[[Unit], None]) -> Response:
    with desk.house.store.writing() as unit:
        load_customer(unit.session, customer_id)
        act(unit)
    return RedirectResponse(f"/feedback/customers/{customer_id}", 303)


@router.post("/customers/{customer_id}/opt-out")
def opt_out(desk: AtDesk, customer_id: int, what: Annotated[str, Form(max_length=100)] = "all") -> Response:
    """The customer said that they do not want to be asked."""
    return _write_down(
        desk,
        customer_id,
        lambda unit: allowing.do_not_ask(
            unit, desk.house, customer_id=customer_id, what=what, origin="person", actor=by(desk.person)
        ),
    )


@router.post("/customers/{customer_id}/opt-in")
def opt_in(desk: AtDesk, customer_id: int, what: Annotated[str, Form(max_length=100)] = "") -> Response:
    """Take back what was written down, or what the customer said."""
    return _write_down(
        desk,
        customer_id,
        lambda unit: allowing.ask_again(
            unit, desk.house, customer_id=customer_id, what=what, actor=by(desk.person)
        ),
    )


@router.post("/customers/{customer_id}/talked-to")
def talked_to(desk: AtDesk, customer_id: int) -> Response:
    """Somebody has talked to this unhappy customer in person."""
    return _write_down(
        desk,
        customer_id,
        lambda unit: allowing.talked_to(unit, desk.house, customer_id=customer_id, actor=by(desk.person)),
    )
