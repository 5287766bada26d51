"""The door: sign in, sign out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from agent.desk.people.attempts import TooManyAttempts
from agent.desk.people.signing_in import SignInRefused, sign_in, sign_out
from api.csrf import same_origin_form
from api.dependencies import presence_of, the_house
from api.errors import status_of
from api.session import give_token, give_visitor, new_visitor, take_token, visitor_of
from api.web.language import available
from api.web.pages import render

router = APIRouter(dependencies=[Depends(same_origin_form)], include_in_schema=False)


@router.get("/sign-in")
def show_sign_in(request: Request, next: str = "/") -> Response:  # noqa: A002 - the name in the address
    if presence_of(request) is not None:
        return RedirectResponse(_inside(next), 303)
    return _form(request, next)


@router.post("/sign-in")
def do_sign_in(
    request: Request,
    email: Annotated[str, Form(max_length=320)] = "",
    password: Annotated[str, Form(max_length=4096)] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    house = the_house(request)
    try:
        _, token = sign_in(
            house.store,
            email=email,
            password=password,
            origin=request.client.host if request.client else "",
            secret_key=house.secret_key,
            now=house.clock(),
        )
    except (SignInRefused, TooManyAttempts) as refused:
        return _form(request, next, email=email, refused=refused)
    answer = RedirectResponse(_inside(next), 303)
    give_token(request, answer, token)
    return answer


@router.post("/sign-out")
def do_sign_out(request: Request) -> Response:
    presence = presence_of(request)
    if presence is not None:
        house = the_house(request)
        sign_out(house.store, presence, house.clock())
    answer = RedirectResponse("/sign-in", 303)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    take_token(request, answer)
    return answer


def _form(
    request: Request, back: str, *, email: str = "", refused: SignInRefused | TooManyAttempts | None = None
) -> Response:
    visitor = visitor_of(request) or new_visitor()
    headers = {"Retry-After": str(refused.retry_after_s)} if isinstance(refused, TooManyAttempts) else None
    answer = render(
        request,
        "sign_in.html",
        {"next": _inside(back), "email": email, "refused": refused, "languages": available()},
        status=status_of(refused) if refused else 200,
        headers=headers,
        visitor=visitor,
    )
    give_visitor(request, answer, visitor)
    return answer


def _inside(target: str) -> str:
    """Only a path of our own: a link in a mail must not lead through our sign-in to somewhere else."""
    safe = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if safe else "/"
