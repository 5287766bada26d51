"""A person's own API tokens: made with a scope and an end, shown once, revoked."""

from datetime import timedelta

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from agent.desk.people.tokens import SCOPES, make_token, revoke_token, tokens_of
from agent.errors import WrongUse
from api.dependencies import AtDesk, Desk
from api.web.language import marked
from api.web.pages import gettext_of
from api.web.settings.shell import Fields, Typed, may_see, settings_page

router = APIRouter()

SCOPE_NAMES = {"read": marked("Read only"), "write": marked("Read and change")}
HOLDS_DAYS = {"30": 30, "90": 90, "365": 365, "never": None}


@router.get("/settings/tokens")
def tokens_page(desk: AtDesk) -> Response:
    may_see(desk)
    return _show(desk, Typed({"scope": "read", "holds": "90"}))


@router.post("/settings/tokens")
def make(desk: AtDesk, fields: Fields) -> Response:
    may_see(desk)
    now, holds = desk.house.clock(), fields.get("holds", "")
    if holds not in HOLDS_DAYS:
        return _show(desk, Typed(fields, {"holds": "Choose one of the times in the list."}))
    days = HOLDS_DAYS[holds]
    try:
        with desk.house.store.writing() as unit:
            _, token = make_token(
                unit,
                desk.person,
                fields.get("name", ""),
                now,
                scope=fields.get("scope", ""),
                expires_at=now + timedelta(days=days) if days else None,
            )
    except WrongUse as problem:
        field = "scope" if problem.code == "token.scope" else "name"
        return _show(desk, Typed(fields, {field: f"{problem.message} {problem.remedy}"}))
    return _show(desk, Typed({"scope": "read", "holds": "90"}), token=token)


@router.post("/settings/tokens/{token_id}/revoke")
def revoke(desk: AtDesk, token_id: int) -> Response:
    may_see(desk)
    with desk.house.store.writing() as unit:
        revoke_token(unit, desk.person, token_id, desk.house.clock())
    return RedirectResponse("/settings/tokens", 303)


def _show(desk: Desk, typed: Typed, *, token: str = "") -> Response:
    translate = gettext_of(desk.request)
    days = [
        (name, translate(marked("%(days)s days")) % {"days": name}) for name in HOLDS_DAYS if name != "never"
    ]
    with desk.house.store.reading() as session:
        page = {
            "tokens": tokens_of(session, desk.person),
            "token": token,
            "scope_names": SCOPE_NAMES,
            "scope_options": [(scope, translate(SCOPE_NAMES[scope])) for scope in SCOPES],
            "holds_options": [*days, ("never", translate(marked("Until it is revoked")))],
        }
        return settings_page(desk, session, "settings_tokens.html", page, form=typed)
