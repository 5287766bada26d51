"""One's own notes are changed and taken away; who is named in a note finds it under Mentions."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from agent.desk.casework.noting import bring_back_note, delete_note, edit_note, mentions_of, see_mentions
from agent.store.session import Unit
from api.dependencies import AtDesk
from api.web.draft.decisions import ViewField, carry_out, this_case
from api.web.pages import render
from api.web.shell import shell

router = APIRouter()


@router.get("/mentions")
def mentions_page(desk: AtDesk) -> Response:
    with desk.house.store.reading() as session:
        values = {"shell": shell(session, desk), "mentions": mentions_of(session, desk.person.id)}
    return render(desk.request, "mentions.html", values)


@router.post("/mentions/seen")
def all_seen(desk: AtDesk, case: Annotated[int, Form()] = 0) -> Response:
    """Mark the notes of one case, or all, as seen, and go on to that case."""
    with desk.house.store.writing() as unit:
        see_mentions(unit, desk.house, person=desk.person, case_id=case or None)
    return RedirectResponse(f"/cases/{case}#thread" if case else "/mentions", 303)


@router.post("/cases/{case_id}/notes/{note_id}/edit")
def edit(
    desk: AtDesk, case_id: int, note_id: int, text: Annotated[str, Form()] = "", view: ViewField = ""
) -> Response:
    def act(unit: Unit) -> None:
        edit_note(unit, desk.house, note_id=note_id, text=text, person=desk.person)

    return carry_out(desk, act, case_id=case_id, view=view, then=_at(case_id, view, note_id))


@router.post("/cases/{case_id}/notes/{note_id}/delete")
def delete(desk: AtDesk, case_id: int, note_id: int, view: ViewField = "") -> Response:
    def act(unit: Unit) -> None:
        delete_note(unit, desk.house, note_id=note_id, person=desk.person)

    return carry_out(desk, act, case_id=case_id, view=view, then=_at(case_id, view, note_id))


@router.post("/cases/{case_id}/notes/{note_id}/bring-back")
def bring_back(desk: AtDesk, case_id: int, note_id: int, view: ViewField = "") -> Response:
    def act(unit: Unit) -> None:
        bring_back_note(unit, desk.house, note_id=note_id, person=desk.person)

    return carry_out(desk, act, case_id=case_id, view=view, then=_at(case_id, view, note_id))


def _at(case_id: int, view: str, note_id: int) -> str:
    return f"{this_case(case_id, view)}#note-{note_id}"
