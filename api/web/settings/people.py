"""The people: inviting them, their roles, links for a new password, shutting out and letting in again."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from agent.desk.people.accounts import MIN_PASSWORD_LENGTH, ROLES, list_people
from agent.desk.settings import people as rules
from agent.desk.settings.changing import may_decide
from agent.errors import Conflict, WrongUse
from agent.store.tables import PersonRow
from api.dependencies import AtDesk, Desk, the_house, the_settings
from api.errors import status_of
from api.session import give_visitor, new_visitor, visitor_of
from api.web.language import NAMES, available, marked
from api.web.pages import gettext_of, render
from api.web.settings.shell import Fields, Typed, may_see, settings_page

router = APIRouter()

ROLE_NAMES = {"agent": marked("Agent"), "lead": marked("Lead"), "admin": marked("Administrator")}
ROLE_MEANS = {
    "agent": marked("answers mail"),
    "lead": marked("also sees escalations, sensitive cases and figures"),
    "admin": marked("also changes settings, mailboxes and people"),
}


@router.get("/settings/people")
def people_page(desk: AtDesk) -> Response:
    may_see(desk)
    with desk.house.store.reading() as session:
        page = {"people": list_people(session), "role_names": ROLE_NAMES}
        return settings_page(desk, session, "settings_people.html", page)


@router.get("/settings/people/new")
def new_person(desk: AtDesk) -> Response:
    may_decide(desk.person)
    return _form(desk, None, Typed({"role": "agent", "language": desk.house.company.language}))


@router.post("/settings/people/new")
def add(desk: AtDesk, fields: Fields) -> Response:
    may_decide(desk.person)
    language = fields.get("language", "")
    try:
        with desk.house.store.writing() as unit:
            newcomer, token = rules.invite(
                unit,
                desk.house,
                email=fields.get("email", ""),
                name=fields.get("name", ""),
                role=fields.get("role", ""),
                language=language if language in available() else "en",
                person=desk.person,
            )
    except (WrongUse, Conflict) as problem:
        field = "role" if problem.code == "role.unknown" else "email"
        return _form(desk, None, Typed(fields, {field: f"{problem.message} {problem.remedy}"}))
    return _form(desk, newcomer, _typed(newcomer), token=token)


@router.get("/settings/people/{person_id}")
def person_page(desk: AtDesk, person_id: int) -> Response:
    may_decide(desk.person)
    row = _known(desk, person_id)
    return _form(desk, row, _typed(row))


@router.post("/settings/people/{person_id}")
def change(desk: AtDesk, person_id: int, fields: Fields) -> Response:
    """`act` is what is done: save, link, shut (out) or let (in again)."""
    may_decide(desk.person)
    token, act = "", fields.get("act", "save")
    who = {"person_id": person_id, "person": desk.person}
    try:
        with desk.house.store.writing() as unit:
            if act == "link":
                token = rules.password_link(unit, desk.house, **who)  # type: ignore[arg-type]
            elif act == "let":
                token = rules.let_in(unit, desk.house, **who)  # type: ignore[arg-type]
            elif act == "shut":
                rules.shut_out(unit, desk.house, **who)  # type: ignore[arg-type]
            else:
                name, role = fields.get("name", ""), fields.get("role", "")
                rules.change_person(unit, desk.house, name=name, role=role, **who)  # type: ignore[arg-type]
    except (WrongUse, Conflict) as problem:
        row = _known(desk, person_id)
        return _form(desk, row, Typed({**_typed(row).values, **fields}, problem=problem))
    if not token:
        return RedirectResponse("/settings/people", 303)
    row = _known(desk, person_id)
    return _form(desk, row, _typed(row), token=token)


@router.get("/choose-password")
def choose_page(request: Request, t: str = "") -> Response:
    house = the_house(request)
    with house.store.reading() as session:
        person = rules.whose_link(session, house, t)
    return _choose(request, t, person)


@router.post("/choose-password")
def choose(request: Request, fields: Fields) -> Response:
    house, token = the_house(request), fields.get("t", "")
    with house.store.reading() as session:
        person = rules.whose_link(session, house, token)
    password = fields.get("password", "")
    if password != fields.get("again", ""):
        differs = WrongUse(
            "The two passwords differ.", code="password.differ", remedy="Type the same one twice."
        )
        return _choose(request, token, person, differs)
    try:
        with house.store.writing() as unit:
            rules.choose_password(unit, house, token=token, password=password)
    except WrongUse as problem:
        return _choose(request, token, person, problem)
    return RedirectResponse("/sign-in", 303)


def _choose(request: Request, token: str, person: PersonRow, problem: WrongUse | None = None) -> Response:
    visitor = visitor_of(request) or new_visitor()
    values = {"token": token, "email": person.email, "problem": problem, "least": MIN_PASSWORD_LENGTH}
    status = status_of(problem) if problem else 200
    answer = render(request, "choose_password.html", values, status=status, visitor=visitor)
    give_visitor(request, answer, visitor)
    return answer


def _form(desk: Desk, row: PersonRow | None, typed: Typed, *, token: str = "") -> Response:
    translate = gettext_of(desk.request)
    roles = [(role, f"{translate(ROLE_NAMES[role])}: {translate(ROLE_MEANS[role])}") for role in ROLES]
    with desk.house.store.reading() as session:
        page = {
            "person": row,
            "roles": roles,
            "language_options": [(code, NAMES[code]) for code in available()],
            "link": f"{the_settings(desk.request).desk_url}/choose-password?t={token}" if token else "",
            "hours": int(rules.LINK_HOLDS.total_seconds() // 3600),
        }
        return settings_page(desk, session, "settings_person.html", page, form=typed)


def _typed(row: PersonRow) -> Typed:
    return Typed({"email": row.email, "name": row.name, "role": row.role, "language": row.language})


def _known(desk: Desk, person_id: int) -> PersonRow:
    with desk.house.store.reading() as session:
        return rules.known_person(session, person_id)
