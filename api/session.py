"""The cookies: the session's token, and before sign-in a random value that the sign-in form is bound to."""

import secrets
from typing import Literal, TypedDict

from fastapi import Request, Response

from agent.desk.people.signing_in import ABSOLUTE_LIMIT
from agent.settings import Settings


class _CookieRules(TypedDict):
    path: str
    secure: bool
    httponly: bool
    samesite: Literal["lax"]


def _rules(settings: Settings) -> _CookieRules:
    # Lax: a link to a case in a notice opens it; changes are POST and carry a token of their own
    return {
        "path": "/",
        "secure": settings.desk_url.startswith("https://"),
        "httponly": True,
        "samesite": "lax",
    }


def _named(request: Request, name: str) -> str:
    """With TLS the name promises the browser's own guard: no other host or path can have set it."""
    settings: Settings = request.app.state.settings
    return f"__Host-{name}" if settings.desk_url.startswith("https://") else name


def token_of(request: Request) -> str:
    return request.cookies.get(_named(request, "genklang_session"), "")


def give_token(request: Request, response: Response, token: str) -> None:
    response.set_cookie(
        _named(request, "genklang_session"),
        token,
        max_age=int(ABSOLUTE_LIMIT.total_seconds()),
        **_rules(request.app.state.settings),
    )


def take_token(request: Request, response: Response) -> None:
    response.delete_cookie(_named(request, "genklang_session"), **_rules(request.app.state.settings))


def visitor_of(request: Request) -> str:
    return request.cookies.get(_named(request, "genklang_visitor"), "")


def new_visitor() -> str:
    return secrets.token_urlsafe(24)


def give_visitor(request: Request, response: Response, visitor: str) -> None:
    response.set_cookie(_named(request, "genklang_visitor"), visitor, **_rules(request.app.state.settings))
