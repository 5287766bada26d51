"""What a person chose for the desk."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from agent.desk.people.preferences import set_preferences
from api.dependencies import AtDesk

router = APIRouter()


@router.post("/preferences")
def choose(
    desk: AtDesk,
    theme: Annotated[str | None, Form()] = None,
    contrast: Annotated[str | None, Form()] = None,
    keys: Annotated[str | None, Form()] = None,
    language: Annotated[str | None, Form()] = None,
    back: Annotated[str, Form()] = "/",
) -> Response:
    with desk.house.store.writing() as unit:
        set_preferences(
            unit,
            person_id=desk.person.id,
            theme=theme,
            contrast=None if contrast is None else contrast == "more",
            keys=None if keys is None else keys == "on",
            language=language,
        )
    inside = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    return RedirectResponse(back if inside else "/", 303)
