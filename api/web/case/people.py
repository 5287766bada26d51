"""Who else is on a case and how far its draft has come, live; and what of its checklist is done."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from agent.desk.casework.at_work import needs_word, others_at_work, say_at_work
from agent.desk.casework.checklists import tick
from agent.desk.casework.noting import see_mentions
from agent.store.queries.case_page import load_case
from api.dependencies import AtDesk
from api.web.draft.decisions import ViewField
from api.web.draft.writing_steps import WritingSteps
from api.web.lists.place import place_of
from api.web.pages import gettext_of, reader_of, render

router = APIRouter()


@router.post("/live/cases/{case_id}/at-work")
def at_work(desk: AtDesk, case_id: int, act: Annotated[str, Form(max_length=20)] = "") -> Response:
    """Renew this page's lease and say who else is there. Under /live: it does not count as being at the desk."""
    now = desk.house.clock()
    with desk.house.store.reading() as session:
        is_due = needs_word(session, case_id, desk.person.id, act, now)
    if is_due:
        with desk.house.store.writing() as unit:
            say_at_work(unit, desk.house, case_id=case_id, act=act, person=desk.person)
            see_mentions(unit, desk.house, person=desk.person, case_id=case_id)
    with desk.house.store.reading() as session:
        others = others_at_work(session, case_id, desk.person.id, now)
    return render(desk.request, "_case_others.html", {"others": others})


@router.get("/live/cases/{case_id}/steps")
def steps(desk: AtDesk, case_id: int, view: str = "") -> Response:
    """How far the draft has come; nothing once it is no longer on its way, for then the page comes anew."""
    reader = reader_of(desk.request)
    with desk.house.store.reading() as session:
        page = load_case(session, case_id)
    if page.case.draft_state != "writing":
        return Response(status_code=204)
    writing = WritingSteps(page, reader.now, reader.language, gettext_of(desk.request))
    values = {"writing": writing, "case_id": case_id, "view_name": place_of(view)}
    return render(desk.request, "_draft_steps.html", values)


@router.post("/cases/{case_id}/checklist")
def tick_item(
    desk: AtDesk,
    case_id: int,
    done: Annotated[str, Form(max_length=80)] = "",
    undone: Annotated[str, Form(max_length=80)] = "",
    view: ViewField = "",
) -> Response:
    """One item at a time: `done` or `undone` names it."""
    with desk.house.store.writing() as unit:
        tick(unit, desk.house, case_id=case_id, item=done or undone, done=bool(done), person=desk.person)
    return RedirectResponse(f"/cases/{case_id}?view={place_of(view)}#sec-checklist", 303)
