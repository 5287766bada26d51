"""The boards beside the lists: the lead's, with what waits for a decision, and what needs a person's hand."""

import hashlib
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from agent.cases.answer_time import MINUTES_A_CASE
from agent.desk.casework import bulk
from agent.desk.casework.assigning import accept_again, refuse, staff, suggestions
from agent.desk.casework.changes import Picked, change_of, take_back
from agent.desk.casework.noting import add_note
from agent.desk.escalations import lead_board
from agent.desk.settings.rules import hours_of
from agent.errors import Conflict, GenklangError, NotFound, WrongUse
from agent.store.queries.board import BoardLine, board_lines, colleagues, held
from agent.store.queries.follow_ups import overdue_follow_ups
from agent.store.queries.incidents import IncidentOnBoard, open_incidents
from agent.store.queries.shell import problems
from agent.store.session import Unit
from agent.store.tables import CaseRow, DeskChangeRow, PersonRow
from api.dependencies import AtDesk, Desk
from api.errors import status_of
from api.web.board.incident_chart import arrivals
from api.web.board.narrowing import NO_TEAM, Narrowed, choices, narrowed
from api.web.board.wording_assigning import WHY, WHY_NOBODY
from api.web.feedback.follow_ups import words_of
from api.web.pages import render
from api.web.shell import shell

router = APIRouter()

SHOWN_A_CAUSE = 25
"""Cases drawn under each cause, those due first; a link leads to the search that has them all."""

MOST_REFUSED = 40
"""Cases of one suggestion that are refused at once."""

SEARCHES = {"soon": "is:open sort:due"}
"""What finds the cases beyond those shown of a cause, where they are not the escalated ones."""

ESCALATED = "is:escalated sort:due"

ORDER = ("critical", "overdue", "soon", "asked", "follow_up", "sentiment", "value")
"""The causes from the top of the board down."""

Number = Annotated[int, Form(ge=0)]
Seen = Annotated[Narrowed, Depends(narrowed)]


@router.get("/escalations")
def escalations_page(
    desk: AtDesk,
    seen: Seen,
    did: Annotated[str, Query(pattern="^(took|noted|commented|back|undone|refused|allowed)?$")] = "",
    case: int = 0,
    change: int = 0,
    cases: Annotated[str, Query(max_length=400)] = "",
    to: int = 0,
) -> Response:
    return _board(desk, seen, did=did, case_id=case, change_id=change, refused=(cases, to))


def _board(
    desk: Desk,
    seen: Narrowed,
    *,
    did: str = "",
    case_id: int = 0,
    change_id: int = 0,
    refused: tuple[str, int] = ("", 0),
    problem: GenklangError | None = None,
) -> Response:
    now, company = desk.house.clock(), desk.house.company
    with desk.house.store.reading() as session:
        everything = board_lines(session, now, ORDER)
        lines, ways = choices(session, hours_of(company), everything, seen)
        incidents = open_incidents(session)
        loads = lead_board.loads(session, company, now) if desk.person.role != "agent" else ()
        values: dict[str, Any] = {
            "shell": shell(session, desk),
            "rows": lines,
            "held": held(session, now),
            "late_follow_ups": overdue_follow_ups(session, now),
            **words_of(desk),
            "incidents": [(one, arrivals(one.reported.values(), now)) for one in incidents],
            "narrowed": seen,
            "keep": seen.query,
            "ways": ways,
            "no_team": NO_TEAM,
            "shown_a_cause": SHOWN_A_CAUSE,
            "search_of": lambda cause: SEARCHES.get(cause, ESCALATED),
            "groups": [(cause, list(group)) for cause, group in groupby(lines, key=lambda line: line.cause)],
            "overdue": sum(
                1 for row in lines if row.case.respond_by is not None and row.case.respond_by <= now
            ),
            "people": colleagues(session),
            "loads": loads,
            "fullest": max([*(max(one.minutes, one.minutes_left) for one in loads), 1]),
            "moves": lead_board.moves(session, loads, now),
            "suggestions": suggestions(session, desk.house) if desk.person.role != "agent" else (),
            "capacities": {one.person_id: one.capacity for one in staff(session, company, now)},
            "refused": refused,
            "why": WHY,
            "why_nobody": WHY_NOBODY,
            "minutes_a_case": MINUTES_A_CASE,
            "mark": _mark(everything, incidents),
            "did": did,
            "did_case": case_id,
            "change": _change(session, desk, change_id),
            "problem": problem,
        }
    status = status_of(problem) if problem else 200
    return render(desk.request, "escalations.html", values, status=status)


@router.get("/live/board")
def board_news(desk: AtDesk, seen: Seen, mark: Annotated[str, Query(max_length=64)] = "") -> Response:
    """Whether the board is still as it was drawn. Nothing moves under the pointer: a person shows what is new."""
    with desk.house.store.reading() as session:
        now = _mark(board_lines(session, desk.house.clock(), ORDER), open_incidents(session))
    return render(desk.request, "_board_news.html", {"changed": now != mark, "keep": seen.query})


@router.post("/escalations/cases/{case_id}/take")
def take(desk: AtDesk, seen: Seen, case_id: int, version: Number = 0) -> Response:
    def act(unit: Unit) -> None:
        lead_board.take_over(unit, desk.house, case_id=case_id, version=version, person=desk.person)

    return _carry_out(desk, seen, act, did="took", case=case_id)


@router.post("/escalations/cases/{case_id}/note")
def take_note(desk: AtDesk, seen: Seen, case_id: int) -> Response:
    def act(unit: Unit) -> None:
        lead_board.take_note(unit, desk.house, case_id=case_id, person=desk.person)

    return _carry_out(desk, seen, act, did="noted", case=case_id)


@router.post("/escalations/cases/{case_id}/back")
def give_back(desk: AtDesk, seen: Seen, case_id: int) -> Response:
    def act(unit: Unit) -> None:
        lead_board.give_back(unit, desk.house, case_id=case_id, person=desk.person)

    return _carry_out(desk, seen, act, did="back", case=case_id)


@router.post("/escalations/cases/{case_id}/comment")
def comment(desk: AtDesk, seen: Seen, case_id: int, text: Annotated[str, Form()] = "") -> Response:
    def act(unit: Unit) -> None:
        add_note(unit, desk.house, case_id=case_id, text=text, person=desk.person)

    return _carry_out(desk, seen, act, did="commented", case=case_id)


@router.post("/escalations/move")
def move(
    desk: AtDesk,
    seen: Seen,
    to: Number,
    case: Annotated[list[Annotated[str, Form(max_length=40)]] | None, Form()] = None,
) -> Response:
    """Give cases, each as `number:version`, to somebody; nobody is 0."""
    picked = [_picked(one) for one in case or ()]
    made: list[DeskChangeRow] = []

    def act(unit: Unit) -> None:
        made.append(bulk.assign(unit, desk.house, picked, assignee_id=to, person=desk.person))

    answer = _carry_out(desk, seen, act)
    return _back(seen, change=made[0].id) if made else answer


@router.post("/escalations/refuse")
def refuse_move(
    desk: AtDesk,
    seen: Seen,
    to: Number,
    case: Annotated[list[Annotated[str, Form(max_length=40)]] | None, Form()] = None,
    reason: Annotated[str, Form(max_length=1000)] = "",
    again: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """These cases should not go to that person; with `again` they may."""
    numbers = [_picked(one).case_id for one in case or ()][:MOST_REFUSED]

    def act(unit: Unit) -> None:
        if again:
            accept_again(unit, desk.house, case_ids=numbers, person_id=to, person=desk.person)
        else:
            refuse(unit, desk.house, case_ids=numbers, person_id=to, reason=reason, person=desk.person)

    if again:
        return _carry_out(desk, seen, act, did="allowed")
    return _carry_out(desk, seen, act, did="refused", to=to, cases=",".join(str(one) for one in numbers))


@router.post("/escalations/changes/{change_id}/undo")
def undo_move(desk: AtDesk, seen: Seen, change_id: int) -> Response:
    def act(unit: Unit) -> None:
        take_back(unit, desk.house, change_of(unit, change_id, desk.person), desk.person)

    return _carry_out(desk, seen, act, did="undone")


@router.get("/problems")
def problems_page(desk: AtDesk) -> Response:
    with desk.house.store.reading() as session:
        found = problems(session)
        around = shell(session, desk)
    return render(desk.request, "problems.html", {"shell": around, "found": found})


def _carry_out(desk: Desk, seen: Narrowed, act: Callable[[Unit], None], **then: str | int) -> Response:
    """Do `act` in one unit of work and show the board; where it is refused, with the reason."""
    try:
        with desk.house.store.writing() as unit:
            act(unit)
    except (Conflict, NotFound, WrongUse) as problem:
        return _board(desk, seen, problem=problem)
    return _back(seen, **then)


def _back(seen: Narrowed, **then: str | int) -> RedirectResponse:
    """The board as it was narrowed, and what was just done."""
    joint = "&" if seen.query else "?"
    said = urlencode(then, safe=",")
    return RedirectResponse(f"/escalations{seen.query}{joint if said else ''}{said}", 303)


def _picked(said: str) -> Picked:
    number, _, version = said.partition(":")
    if not number.isdecimal() or not version.isdecimal():
        raise WrongUse("No case was picked.", code="pick.nothing", remedy="Look at the board again.")
    return Picked(int(number), int(version))


def _change(session: Session, desk: Desk, change_id: int) -> dict[str, Any] | None:
    """What was just moved, while it can be taken back."""
    row = session.get(DeskChangeRow, change_id) if change_id else None
    if row is None or row.person_id != desk.person.id or row.undone_at is not None:
        return None
    first = session.get(CaseRow, row.cases[0]["id"]) if row.cases else None
    to = session.get(PersonRow, first.assignee_id) if first is not None and first.assignee_id else None
    return {"id": row.id, "count": len(row.cases), "to": to, "left_out": [one["id"] for one in row.left_out]}


def _mark(lines: Sequence[BoardLine], incidents: Sequence[IncidentOnBoard]) -> str:
    """Changes when the board would be drawn otherwise, beyond the minutes that pass."""
    told = [(line.case.id, line.cause, line.case.version, len(line.told)) for line in lines]
    told += [(one.incident.id, "incident", len(one.cases), one.waiting) for one in incidents]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]
