"""Tokens over HTTP: make one, list one's own, end one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.security import HTTPAuthorizationCredentials

from agent.desk.people.signing_in import sign_in
from agent.desk.people.tokens import make_token, revoke_token, tokens_of
from api.dependencies import the_house
from api.v1.access import Caller, CallerNeeded, bearer, caller
from api.v1.shapes import MadeToken, NewToken, TokenOut

router = APIRouter(prefix="/tokens", tags=["tokens"])


@router.post("", status_code=201)
def make(
    body: NewToken,
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> MadeToken:
    """A new token, shown this once. Failed passwords count as failed sign-ins."""
    house = the_house(request)
    if body.email is not None and body.password is not None:
        person, _ = sign_in(
            house.store,
            email=body.email,
            password=body.password,
            origin=request.client.host if request.client else "",
            secret_key=house.secret_key,
            now=house.clock(),
        )
        who = Caller(person, house)
    else:
        who = caller(request, credentials)
    with house.store.writing() as unit:
        row, token = make_token(unit, who.person, body.name, house.clock())
        return MadeToken(**TokenOut.model_validate(row).model_dump(), token=token)


@router.get("")
def list_own(caller: CallerNeeded) -> list[TokenOut]:
    with caller.house.store.reading() as session:
        return [TokenOut.model_validate(row) for row in tokens_of(session, caller.person)]


@router.delete("/{token_id}", status_code=204)
def revoke(token_id: int, caller: CallerNeeded) -> None:
    with caller.house.store.writing() as unit:
        revoke_token(unit, caller.person, token_id, caller.house.clock())
