"""What went wrong, for people a page with what happened, what is safe and what to do; for machines problem+json.

404 NotFound · 409 Conflict · 422 WrongUse, bad form · 403 NotAllowed, ForeignRequest · 401 NotSignedIn (people: sign in)
429 TooManyAttempts · 503 OutsideUnavailable, database away · 500 anything else, with a number to look up in the log
"""

import secrets
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from agent.desk.feedback.sending.delivery_reports import ReportsNotSetUp
from agent.desk.people.attempts import TooManyAttempts
from agent.desk.people.signing_in import SignInRefused
from agent.errors import (
    Conflict,
    GenklangError,
    NotAllowed,
    NotFound,
    OutsideUnavailable,
    PrivacyRefused,
    WrongUse,
)
from agent.store.session import database_problem
from api.csrf import ForeignRequest
from api.dependencies import NotSignedIn
from api.public.pages import sorry_page
from api.security_headers import HEADERS, PUBLIC
from api.web.pages import problem_page

log = structlog.get_logger()

_STATUS: tuple[tuple[type[GenklangError], int], ...] = (
    (NotSignedIn, 401),
    (SignInRefused, 401),
    (ForeignRequest, 403),
    (NotAllowed, 403),
    (NotFound, 404),
    (Conflict, 409),
    (WrongUse, 422),
    (PrivacyRefused, 422),
    (TooManyAttempts, 429),
    (OutsideUnavailable, 503),
    (ReportsNotSetUp, 503),
)


def status_of(error: GenklangError) -> int:
    """The HTTP status that says the same as the error."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def install(app: FastAPI) -> None:
    """Answer every error in our own words."""
    app.add_exception_handler(GenklangError, _known)
    app.add_exception_handler(RequestValidationError, _bad_form)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(OperationalError, _database)
    app.add_exception_handler(Exception, _unexpected)


def _answer(
    request: Request, status: int, error: GenklangError, headers: dict[str, str] | None = None
) -> Response:
    if request.url.path.startswith("/api/"):
        body: dict[str, Any] = {
            "type": f"urn:genklang:{error.code}",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": error.message,
            "remedy": error.remedy,
            "code": error.code,
        }
        return JSONResponse(body, status, headers, media_type="application/problem+json")
    if request.url.path.startswith(PUBLIC):
        return sorry_page(request, error, status, headers)
    return problem_page(request, error, status, headers)


def _known(request: Request, error: Exception) -> Response:
    assert isinstance(error, GenklangError)
    is_page = not request.url.path.startswith("/api/")
    if isinstance(error, NotSignedIn) and is_page:
        return _to_sign_in(request)
    headers = {"Retry-After": str(error.retry_after_s)} if isinstance(error, TooManyAttempts) else None
    return _answer(request, status_of(error), error, headers)


def _to_sign_in(request: Request) -> Response:
    """Lead to the sign-in page and back again; htmx is told to leave the page rather than swap a part of it."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = quote(wanted, safe="") if request.method == "GET" and not wanted.startswith("/live") else ""
    target = f"/sign-in?next={back}" if back else "/sign-in"
    if request.headers.get("HX-Request"):
        return Response(status_code=401, headers={"HX-Redirect": target})
    return RedirectResponse(target, 303)


def _bad_form(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    fields = sorted({str(part["loc"][-1]) for part in error.errors()})
    named = ", ".join(fields)
    problem = WrongUse(
        f"Something in this request is missing or has the wrong form: {named}.",
        code="request.invalid",
        remedy="Go back, correct it and send it again.",
    )
    return _answer(request, 422, problem)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        problem: GenklangError = NotFound(
            "There is no such page.", code="page.unknown", remedy="Go to the desk."
        )
    else:
        problem = WrongUse(
            f"{error.detail}.", code=f"http.{error.status_code}", remedy="Go back to the desk."
        )
    return _answer(request, error.status_code, problem, dict(error.headers or {}))


def _database(request: Request, error: Exception) -> Response:
    assert isinstance(error, OperationalError)
    log.error("database.unavailable", reason=str(error.orig).splitlines()[0])
    return _answer(request, 503, database_problem(error), {"Retry-After": "5"})


def _unexpected(request: Request, error: Exception) -> Response:
    number = secrets.token_hex(4)
    log.error(
        "request.failed",
        number=number,
        path=getattr(request.scope.get("route"), "path", ""),
        kind=type(error).__name__,
    )
    problem = GenklangError(
        f"Something failed on our side (number {number}), and nothing was changed.",
        code="server.error",
        remedy="Try it again; if it fails again, give this number to whoever runs the desk.",
    )
    return _answer(request, 500, problem, dict(HEADERS))  # the middleware is not reached by unexpected errors
