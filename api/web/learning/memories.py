"""What was learnt from people's edits: look it over, confirm, edit, retire, take back; and what drafts were worth."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.responses import RedirectResponse, Response

from agent.desk.learning import judging_memories as judging
from agent.errors import Conflict, GenklangError, WrongUse
from agent.memories.memory import State
from agent.memories.outcomes import By, summed
from agent.store.queries.draft_outcomes import draft_outcomes
from agent.store.queries.memory_list import list_memories
from agent.store.session import Unit
from agent.store.tables import MemoryRow, PersonRow
from api.dependencies import AtDesk, Desk
from api.errors import status_of
from api.web.learning.memory_view import MemoryView
from api.web.pages import gettext_of, reader_of, render
from api.web.shell import shell

router = APIRouter(prefix="/memories")

GROUPS = (State.PROPOSED, State.ACTIVE, State.RETIRED)

Act = Callable[[Unit, datetime, PersonRow], MemoryRow]


@router.get("")
def memories_page(desk: AtDesk, case: Annotated[int, Query(ge=0)] = 0, by: By = By.CATEGORY) -> Response:
    """All memories, or those that one case's edits taught. `by` is what sent drafts are counted by."""
    return _page(desk, case_id=case, by=by)


def _page(
    desk: Desk,
    *,
    case_id: int = 0,
    by: By = By.CATEGORY,
    problem: GenklangError | None = None,
    at: int = 0,
    typed: str = "",
) -> Response:
    with desk.house.store.reading() as session:
        found = list_memories(session)
        outcomes = draft_outcomes(session)
        around = shell(session, desk)
    if case_id:
        found = tuple(one for one in found if any(sight.case_id == case_id for sight in one.sights))
    taxonomy, words = desk.request.app.state.taxonomy, gettext_of(desk.request)
    language = reader_of(desk.request).language
    shown = [MemoryView(one, taxonomy, language, words, typed if one.row.id == at else None) for one in found]
    values = {
        "shell": around,
        "groups": [(state, [one for one in shown if one.row.state == state]) for state in GROUPS],
        "case_id": case_id,
        "problem": problem,
        "at": at,
        "by": by,
        "choices": list(By),
        "total": next(iter(summed(outcomes)), None),
        "outcomes": summed(outcomes, by),
    }
    return render(desk.request, "memories.html", values, status=status_of(problem) if problem else 200)


def _carry_out(desk: Desk, memory_id: int, act: Act, *, typed: str = "") -> Response:
    """Do it and come back to where the memory stands now; refused, the page says why and keeps what was typed."""
    try:
        with desk.house.store.writing() as unit:
            act(unit, desk.house.clock(), desk.person)
    except (Conflict, WrongUse) as problem:
        return _page(desk, problem=problem, at=memory_id, typed=typed)
    return RedirectResponse(f"/memories#memory-{memory_id}", 303)


@router.post("/{memory_id}/confirm")
def confirm(desk: AtDesk, memory_id: int) -> Response:
    return _carry_out(
        desk, memory_id, lambda unit, now, person: judging.confirm(unit, memory_id, person=person, now=now)
    )


@router.post("/{memory_id}/retire")
def retire(desk: AtDesk, memory_id: int) -> Response:
    return _carry_out(
        desk, memory_id, lambda unit, now, person: judging.retire(unit, memory_id, person=person, now=now)
    )


@router.post("/{memory_id}/undo")
def undo(desk: AtDesk, memory_id: int) -> Response:
    return _carry_out(
        desk, memory_id, lambda unit, now, person: judging.undo(unit, memory_id, person=person, now=now)
    )


@router.post("/{memory_id}/edit")
def edit(
    desk: AtDesk,
    memory_id: int,
    after: Annotated[str, Form(max_length=4_000)] = "",
    holds: Annotated[str, Form(max_length=400)] = "",
) -> Response:
    """`holds` is scope and key in one field, such as `category:billing`, as the page's menu has them."""
    scope, _, key = holds.partition(":")

    def act(unit: Unit, now: datetime, person: PersonRow) -> MemoryRow:
        return judging.edit(unit, memory_id, after=after, scope=scope, scope_key=key, person=person, now=now)

    return _carry_out(desk, memory_id, act, typed=after)
