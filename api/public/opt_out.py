"""“Do not ask me again”: a page with a button, the one-click POST of mail programs (RFC 8058), and the way back."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from agent.desk.feedback.answers.answering import slow_down
from agent.desk.feedback.sending.opting_out import ALL, ask_again, opt_out, request_of, said_no
from api.dependencies import the_house
from api.public.pages import Page, language_for

router = APIRouter(include_in_schema=False)

_ONE_CLICK = "One-Click"


@router.get("/o/{token}")
def opt_out_page(request: Request, token: str) -> Response:
    """Asks first: whoever only opens the address, as mail scanners do, has said nothing."""
    house = the_house(request)
    with house.store.reading() as session:
        asked = request_of(session, house, token)
        said = said_no(session, asked)
    page = Page(request, language_for(request, asked.language))
    return page.render("opt_out.html", {"said": said, "survey": asked.survey, "all": ALL})


@router.post("/o/{token}")
def do_opt_out(
    request: Request,
    token: str,
    list_unsubscribe: Annotated[str, Form(alias="List-Unsubscribe", max_length=100)] = "",
    what: Annotated[str, Form(max_length=100)] = ALL,
    act: Annotated[str, Form(max_length=20)] = "",
    lang: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """A mail program sends `List-Unsubscribe=One-Click` and nothing else, has no cookies and follows no redirect."""
    house = the_house(request)
    slow_down(house, token, request.client.host if request.client else "")
    one_click = list_unsubscribe == _ONE_CLICK
    with house.store.writing() as unit:
        if act == "back" and not one_click:
            ask_again(unit, house, token)
        else:
            opt_out(
                unit, house, token, origin="header" if one_click else "link", what=ALL if one_click else what
            )
    if one_click:
        return PlainTextResponse("You will not be asked again.\n")
    return RedirectResponse(f"/o/{token}" + (f"?lang={lang}" if lang.isalpha() else ""), 303)
