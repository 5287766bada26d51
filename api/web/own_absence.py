"""The days on which a person is away, entered by themselves."""

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from agent.desk.people.absences import enter_absence, remove_absence
from agent.desk.settings.work import read_absence
from agent.errors import Conflict, NotFound, WrongUse
from agent.store.queries.team import members, planned_absences
from api.dependencies import AtDesk, Desk
from api.web.absences import absence_named, listed
from api.web.pages import person_name, render
from api.web.settings.shell import Fields, Typed
from api.web.shell import shell

router = APIRouter(prefix="/absence")


@router.get("")
def absence_page(desk: AtDesk, saved: str = "") -> Response:
    return _show(desk, saved=bool(saved))


@router.post("")
def change_own_absences(desk: AtDesk, fields: Fields) -> Response:
    """Enter an absence of one's own; with `remove` one is taken back, or over."""
    removed, who = absence_named(fields), desk.person
    absence, problems = (None, {}) if removed else read_absence(fields)
    typed = Typed({} if removed else fields, problems)
    if not problems:
        try:
            with desk.house.store.writing() as unit:
                if absence is None:
                    remove_absence(unit, desk.house, person_id=who.id, absence_id=removed, person=who)
                else:
                    enter_absence(unit, desk.house, person_id=who.id, absence=absence, person=who)
            return RedirectResponse("/absence?saved=yes", 303)
        except (WrongUse, Conflict, NotFound) as problem:
            typed.problem = problem
    return _show(desk, typed)


def _show(desk: Desk, typed: Typed | None = None, *, saved: bool = False) -> Response:
    """Those that are over are not shown any more."""
    form = typed or Typed()
    with desk.house.store.reading() as session:
        there = members(session)
        page = {
            "shell": shell(session, desk),
            "typed": form,
            "absences": listed(desk, planned_absences(session, desk.person.id, desk.house.clock()), there),
            "deputies": [
                (str(one.person.id), person_name(one.person))
                for one in there
                if one.person.id != desk.person.id
            ],
            "saved": saved,
        }
    return render(desk.request, "own_absence.html", page, status=form.status)
