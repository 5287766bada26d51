"""Saving a search as a view, and what its owner does with it."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from agent.desk.casework import saved_views
from api.dependencies import AtDesk

router = APIRouter(prefix="/saved")

NameField = Annotated[str, Form(max_length=200)]


@router.post("")
def save(
    desk: AtDesk,
    q: Annotated[str, Form(max_length=500)] = "",
    name: NameField = "",
    shared: Annotated[str, Form()] = "",
) -> Response:
    with desk.house.store.writing() as unit:
        row = saved_views.save_view(
            unit, desk.house, name=name, query=q, shared=bool(shared), person=desk.person
        )
    return RedirectResponse(f"/saved/{row.id}", 303)


@router.post("/{view_id}")
def change(desk: AtDesk, view_id: int, name: NameField = "", shared: Annotated[str, Form()] = "") -> Response:
    with desk.house.store.writing() as unit:
        saved_views.change_view(
            unit, desk.house, view_id=view_id, name=name, shared=bool(shared), person=desk.person
        )
    return RedirectResponse(f"/saved/{view_id}", 303)


@router.post("/{view_id}/delete")
def delete(desk: AtDesk, view_id: int) -> Response:
    """Back to the same hits, now a search like any other."""
    with desk.house.store.writing() as unit:
        row = saved_views.delete_view(unit, desk.house, view_id=view_id, person=desk.person)
    return RedirectResponse("/search?" + urlencode({"q": row.query}), 303)


@router.post("/{view_id}/bring-back")
def bring_back(desk: AtDesk, view_id: int) -> Response:
    with desk.house.store.writing() as unit:
        saved_views.bring_back_view(unit, desk.house, view_id=view_id, person=desk.person)
    return RedirectResponse(f"/saved/{view_id}", 303)
