"""Labels that two people check: one mail at a time for each, disagreements for a lead, and how well people agree."""

from collections.abc import Callable
from random import SystemRandom
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from agent.desk.learning import label_checks
from agent.errors import Conflict, GenklangError, NotFound, WrongUse
from agent.store.queries.label_checks import disagreements, next_for, progress
from agent.store.session import Unit
from api.dependencies import AtDesk, Desk
from api.errors import status_of
from api.web.draft.letter import mark_tokens
from api.web.pages import render
from api.web.shell import shell

router = APIRouter()

SAMPLES = (20, 50, 100)
"""How many labels a lead may draw at once."""


@router.get("/labels")
def labels_page(desk: AtDesk) -> Response:
    return _show(desk)


@router.post("/labels/{check_id}/choose")
def choose(desk: AtDesk, check_id: int, category: Annotated[str, Form()] = "") -> Response:
    """An empty category skips."""
    return _carry_out(
        desk,
        lambda unit: label_checks.choose(
            unit, desk.house, check_id=check_id, category=category, person=desk.person
        ),
    )


@router.post("/labels/{check_id}/decide")
def decide(desk: AtDesk, check_id: int, category: Annotated[str, Form()] = "") -> Response:
    """A lead's word; an empty category leaves the mail out of what is learnt."""
    return _carry_out(
        desk,
        lambda unit: label_checks.decide(
            unit, desk.house, check_id=check_id, category=category, person=desk.person
        ),
    )


@router.post("/labels/take-back")
def take_back(desk: AtDesk) -> Response:
    return _carry_out(desk, lambda unit: label_checks.take_back(unit, desk.house, person=desk.person))


@router.post("/labels/reopen")
def reopen(desk: AtDesk) -> Response:
    return _carry_out(desk, lambda unit: label_checks.reopen(unit, desk.house, person=desk.person))


@router.post("/labels/draw")
def draw(desk: AtDesk, size: Annotated[int, Form()] = SAMPLES[0]) -> Response:
    seed = SystemRandom().getrandbits(32)
    return _carry_out(
        desk,
        lambda unit: label_checks.draw_sample(unit, desk.house, size=size, seed=seed, person=desk.person),
    )


def _carry_out(desk: Desk, act: Callable[[Unit], object]) -> Response:
    try:
        with desk.house.store.writing() as unit:
            act(unit)
    except (Conflict, NotFound, WrongUse) as problem:
        return _show(desk, problem)
    return RedirectResponse("/labels", 303)


def _show(desk: Desk, problem: GenklangError | None = None) -> Response:
    lead = desk.person.role in label_checks.LEADS
    with desk.house.store.reading() as session:
        waiting = next_for(session, desk.person.id)
        values = {
            "shell": shell(session, desk),
            "problem": problem,
            "check": waiting,
            "text": mark_tokens(waiting.text) if waiting else (),
            "progress": progress(session, desk.person.id),
            "lead": lead,
            "samples": SAMPLES,
            "categories": list(desk.request.app.state.taxonomy.slugs),
            "disagreements": [
                (one, mark_tokens(one.text)) for one in (disagreements(session) if lead else [])
            ],
        }
    return render(desk.request, "labels.html", values, status=status_of(problem) if problem else 200)
