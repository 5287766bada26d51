"""Who calls the JSON API: a machine with a bearer token, or a person with a session cookie.

A cookie is sent by the browser whoever wrote the page, so a change by cookie must also carry the session's CSRF token.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from agent.desk.house import House
from agent.desk.people.tokens import USED_EVERY, person_behind
from agent.errors import NotAllowed
from agent.store.tables import ApiTokenRow, PersonRow
from api.csrf import same_origin_call
from api.dependencies import NotSignedIn, presence_of, the_house

bearer = HTTPBearer(auto_error=False, description="A token made at /api/v1/tokens")


@dataclass(frozen=True, slots=True)
class Caller:
    """The person a call acts for."""

    person: PersonRow
    house: House


def caller(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
) -> Caller:
    """Raises `NotSignedIn` (401) without a good token or session."""
    house = the_house(request)
    if credentials is not None:
        return Caller(_by_token(house, credentials.credentials, request.method), house)
    presence = presence_of(request)
    if presence is None:
        raise _refused("A token or a session is needed.")
    if request.method not in {"GET", "HEAD"}:
        same_origin_call(request)
    return Caller(presence.person, house)


def _by_token(house: House, token: str, method: str) -> PersonRow:
    now = house.clock()
    with house.store.reading() as session:
        found = person_behind(session, token, now)
    if found is None:
        raise _refused("This token is unknown, was revoked or has run out.")
    person, row = found
    if row.scope == "read" and method not in {"GET", "HEAD"}:
        raise NotAllowed(
            "This token may only read.", code="token.scope", remedy="Make one that may also change things."
        )
    if row.last_used_at is None or now - row.last_used_at > USED_EVERY:
        with house.store.writing() as unit:
            unit.session.get_one(ApiTokenRow, row.id).last_used_at = now
    return person


def _refused(message: str) -> NotSignedIn:
    return NotSignedIn(message, code="token.needed", remedy="Send “Authorization: Bearer …”.")


CallerNeeded = Annotated[Caller, Depends(caller)]
