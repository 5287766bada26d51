"""An incident's own page: what it is called, what is known, which cases belong to it, and its end."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.responses import RedirectResponse, Response

from agent.desk.escalations import incidents
from agent.errors import Conflict, GenklangError, NotFound, WrongUse
from agent.store.queries.board import colleagues
from agent.store.queries.incidents import incident, past_incidents
from agent.store.session import Unit
from api.dependencies import AtDesk, Desk
from api.errors import status_of
from api.web.board.incident_chart import arrivals
from api.web.pages import render
from api.web.shell import shell

router = APIRouter(prefix="/escalations/incidents")

PAST_SHOWN = 50
CASES_SHOWN = 100

Case = Annotated[int, Form(ge=1)]


@router.get("")
def earlier(desk: AtDesk) -> Response:
    """The incidents that ended last."""
    with desk.house.store.reading() as session:
        values = {"shell": shell(session, desk), "past": past_incidents(session, PAST_SHOWN)}
    return render(desk.request, "incidents.html", values)


@router.get("/{incident_id}")
def incident_page(
    desk: AtDesk,
    incident_id: int,
    did: Annotated[str, Query(pattern="^(described|closed|reopened|out|in)?$")] = "",
    case: int = 0,
    every: Annotated[bool, Query(alias="all")] = False,
) -> Response:
    """The first of its cases, or with `?all=1` every one."""
    return _page(desk, incident_id, did=did, did_case=case, every=every)


@router.post("/{incident_id}/describe")
def describe(
    desk: AtDesk,
    incident_id: int,
    name: Annotated[str, Form(max_length=10_000)] = "",
    known: Annotated[str, Form(max_length=100_000)] = "",
) -> Response:
    def act(unit: Unit) -> None:
        incidents.describe(
            unit, desk.house, incident_id=incident_id, name=name, known=known, person=desk.person
        )

    return _carry_out(desk, incident_id, act, "described", typed=(name, known))


@router.post("/{incident_id}/close")
def close(desk: AtDesk, incident_id: int) -> Response:
    def act(unit: Unit) -> None:
        incidents.close(unit, desk.house, incident_id=incident_id, person=desk.person)

    return _carry_out(desk, incident_id, act, "closed")


@router.post("/{incident_id}/reopen")
def reopen(desk: AtDesk, incident_id: int) -> Response:
    def act(unit: Unit) -> None:
        incidents.reopen(unit, desk.house, incident_id=incident_id, person=desk.person)

    return _carry_out(desk, incident_id, act, "reopened")


@router.post("/{incident_id}/out")
def take_out(desk: AtDesk, incident_id: int, case: Case) -> Response:
    def act(unit: Unit) -> None:
        incidents.take_out(unit, desk.house, incident_id=incident_id, case_id=case, person=desk.person)

    return _carry_out(desk, incident_id, act, f"out&case={case}")


@router.post("/{incident_id}/in")
def put_back(desk: AtDesk, incident_id: int, case: Case) -> Response:
    def act(unit: Unit) -> None:
        incidents.put_back(unit, desk.house, incident_id=incident_id, case_id=case, person=desk.person)

    return _carry_out(desk, incident_id, act, f"in&case={case}")


def _carry_out(
    desk: Desk,
    incident_id: int,
    act: Callable[[Unit], None],
    did: str,
    typed: tuple[str, str] | None = None,
) -> Response:
    """Do `act` in one unit of work; where it is refused, the page comes back with the reason and what was typed."""
    try:
        with desk.house.store.writing() as unit:
            act(unit)
    except (Conflict, WrongUse) as problem:
        return _page(desk, incident_id, problem=problem, typed=typed)
    return RedirectResponse(f"/escalations/incidents/{incident_id}?did={did}", 303)


def _page(
    desk: Desk,
    incident_id: int,
    *,
    did: str = "",
    did_case: int = 0,
    every: bool = False,
    problem: GenklangError | None = None,
    typed: tuple[str, str] | None = None,
) -> Response:
    now = desk.house.clock()
    with desk.house.store.reading() as session:
        found = incident(session, incident_id)
        if found is None:
            raise NotFound(
                "There is no such incident.", code="incident.unknown", remedy="Look at the board again."
            )
        row = found.incident
        values = {
            "shell": shell(session, desk),
            "one": found,
            "shown": len(found.cases) if every else CASES_SHOWN,
            "drawn": arrivals(found.reported.values(), row.closed_at or now),
            "people": {person.id: person for person in colleagues(session)},
            "may_decide": desk.person.role in incidents.DECIDERS,
            "typed": typed or (row.name, row.known),
            "longest": (incidents.LONGEST_NAME, incidents.LONGEST_KNOWN),
            "did": did,
            "did_case": did_case,
            "problem": problem,
        }
    return render(desk.request, "incident.html", values, status=status_of(problem) if problem else 200)
