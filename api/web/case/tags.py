"""The company's tags: for everybody to see, for leads to rename, recolour and join."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from agent.desk.casework.tagging import COLOURS, change_tag
from agent.errors import WrongUse
from agent.store.queries.desk_shell import all_tags, tag_counts
from api.dependencies import AtDesk, Desk
from api.errors import status_of
from api.web.pages import render
from api.web.shell import shell

router = APIRouter(prefix="/tags")


@router.get("")
def tags_page(desk: AtDesk) -> Response:
    return _page(desk)


@router.post("/{tag_id}")
def change(
    desk: AtDesk,
    tag_id: int,
    name: Annotated[str, Form(max_length=200)] = "",
    colour: Annotated[str, Form()] = "",
) -> Response:
    """The name of another tag joins the two."""
    try:
        with desk.house.store.writing() as unit:
            change_tag(unit, desk.house, tag_id=tag_id, name=name, colour=colour, person=desk.person)
    except WrongUse as problem:
        return _page(desk, problem)
    return RedirectResponse("/tags", 303)


def _page(desk: Desk, problem: WrongUse | None = None) -> Response:
    with desk.house.store.reading() as session:
        values = {
            "shell": shell(session, desk),
            "tags": all_tags(session),
            "counts": tag_counts(session),
            "colours": COLOURS,
            "problem": problem,
        }
    return render(desk.request, "tags.html", values, status=status_of(problem) if problem else 200)
