"""A change is only accepted from our own pages: a token bound to the session, and an origin that is ours.

The token is derived from the session with the house's secret key, so that it is worth nothing for another session
and nothing needs to be stored. Every page gets another one: pages are sent compressed, and from the lengths of many
answers a token that stays the same could be guessed (BREACH). htmx sends it as a header, plain forms as a field.
"""

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from fastapi import Request

from agent.errors import GenklangError
from api.dependencies import presence_of, the_house, the_settings
from api.session import visitor_of

FIELD = "csrf"
HEADER = "X-CSRF-Token"
_SAFE = {"GET", "HEAD", "OPTIONS"}


class ForeignRequest(GenklangError):
    """A change that did not come from our own pages; HTTP 403."""


def csrf_token(request: Request, visitor: str = "") -> str:
    """The token for forms of this session, or of this visitor before sign-in."""
    salt = secrets.token_hex(8)
    return salt + _signed(request, salt, visitor)


def _holds(request: Request, token: str) -> bool:
    """Whether a token is one that we gave to this session or visitor."""
    salt, signature = token[:16], token[16:]
    return hmac.compare_digest(signature.encode(), _signed(request, salt).encode())


def _signed(request: Request, salt: str, visitor: str = "") -> str:
    presence = presence_of(request)
    bound = f"session:{presence.token_hash}" if presence else f"visitor:{visitor or visitor_of(request)}"
    key = the_house(request).secret_key
    return hmac.new(key, f"csrf:{salt}:{bound}".encode(), hashlib.sha256).hexdigest()


async def same_origin_form(request: Request) -> None:
    """Refuse a change without the right token, or with an origin that is not ours. A router's dependency."""
    if request.method in _SAFE:
        return
    if not _is_ours(request):
        raise ForeignRequest(
            "This request came from another site, and nothing was changed.",
            code="csrf.origin",
            remedy="Open the desk at its own address; set GENKLANG_PUBLIC_URL if it has another one.",
        )
    given = request.headers.get(HEADER) or (await request.form()).get(FIELD, "")
    anonymous = presence_of(request) is None and not visitor_of(request)
    if anonymous or not isinstance(given, str) or not _holds(request, given):
        raise ForeignRequest(
            "This form is out of date, and nothing was changed.",
            code="csrf.token",
            remedy="Go back, load the page again and repeat it.",
        )


def same_origin_call(request: Request) -> None:
    """The same for a call of the JSON API with a session cookie: the token stands in the header."""
    given = request.headers.get(HEADER, "")
    if not _is_ours(request) or not _holds(request, given):
        raise ForeignRequest(
            "This call came from another site or names no session token, and nothing was changed.",
            code="csrf.call",
            remedy=f"Send the token of the page as {HEADER}, or use a bearer token.",
        )


def _is_ours(request: Request) -> bool:
    """Browsers name the origin of every POST; a request without any is left to the token."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin") or request.headers.get("Referer")
    if not origin:
        return True
    ours = {request.headers.get("Host", ""), urlsplit(the_settings(request).desk_url).netloc}
    return urlsplit(origin).netloc in ours
