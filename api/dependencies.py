"""What a request may ask for: the house, the settings, and who is signed in."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from agent.desk.house import House
from agent.desk.people.signing_in import Presence, still_here, who_is_here
from agent.errors import GenklangError
from agent.settings import Settings
from agent.store.tables import PersonRow
from agent.triage.taxonomy import load as load_taxonomy
from api.session import token_of


class NotSignedIn(GenklangError):
    """A page for people was asked for without a session; answered by the sign-in page, or 401 for machines."""


def the_house(request: Request) -> House:
    """The house as it is at the beginning of the request, with what people changed in the settings until then."""
    if not hasattr(request.state, "house"):
        standing = cast(House, request.app.state.house)
        house = standing.today()
        if house is not standing:
            request.app.state.house = house
            request.app.state.taxonomy = load_taxonomy(house.company.overrides.get("taxonomy"))
        request.state.house = house
    return cast(House, request.state.house)


def the_settings(request: Request) -> Settings:
    return cast(Settings, request.app.state.settings)


def presence_of(request: Request) -> Presence | None:
    """The session behind the request's cookie, looked up once a request."""
    if not hasattr(request.state, "presence"):
        house, token = the_house(request), token_of(request)
        request.state.presence = None
        if token:
            with house.store.reading() as session:
                request.state.presence = who_is_here(session, token, house.clock())
    return cast(Presence | None, request.state.presence)


def signed_in(request: Request) -> PersonRow:
    """The person at the desk. Polling does not count as being there, so that a forgotten tab runs out."""
    presence = presence_of(request)
    if presence is None:
        raise NotSignedIn("You are not signed in.", code="sign_in.needed", remedy="Sign in and try again.")
    if presence.stale and not request.url.path.startswith("/live"):
        house = the_house(request)
        still_here(house.store, presence, house.clock())
    return presence.person


@dataclass(frozen=True, slots=True)
class Desk:
    """What nearly every page works with: the request, the house and the person before the screen."""

    request: Request
    house: House
    person: PersonRow


def at_the_desk(request: Request, person: Annotated[PersonRow, Depends(signed_in)]) -> Desk:
    return Desk(request, the_house(request), person)


AtDesk = Annotated[Desk, Depends(at_the_desk)]
