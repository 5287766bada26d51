"""The days on which a person is away, entered by themselves."""

from datetime import timedelta

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from agent.desk.people.absences import set_absence
from agent.desk.settings.work import read_absence, work_as_typed
from agent.errors import Conflict, WrongUse
from agent.store.queries.team import is_away, members, profile_of
from api.dependencies import AtDesk, Desk
from api.web.pages import person_name, reader_of, render
from api.web.settings.shell import Fields, Typed
from api.web.shell import shell

router = APIRouter(prefix="/absence")


@router.get("")
def absence_page(desk: AtDesk, saved: str = "") -> Response:
    return _show(desk, saved=bool(saved))


@router.post("")
def change_own_absence(desk: AtDesk, fields: Fields) -> Response:
    """Enter or change one's own absence; with `act=end` it is taken back, or over."""
    absence, problems = (None, {}) if fields.get("act") == "end" else read_absence(fields)
    typed = Typed(fields, problems)
    if not problems:
        try:
            with desk.house.store.writing() as unit:
                set_absence(unit, desk.house, person_id=desk.person.id, absence=absence, person=desk.person)
            return RedirectResponse("/absence?saved=yes", 303)
        except (WrongUse, Conflict) as problem:
            typed.problem = problem
    return _show(desk, typed)


def _show(desk: Desk, typed: Typed | None = None, *, saved: bool = False) -> Response:
    """One that is over is not shown any more."""
    now, reader = desk.house.clock(), reader_of(desk.request)
    with desk.house.store.reading() as session:
        profile = profile_of(session, desk.person.id)
        there = members(session)
        entered = profile.away_from is not None and (profile.away_until is None or profile.away_until > now)
        standing = Typed(work_as_typed(profile, desk.house.company) if entered else {})
        form = typed or standing
        names = {one.person.id: person_name(one.person) for one in there}
        page = {
            "shell": shell(session, desk),
            "typed": form,
            "profile": profile if entered else None,
            "is_away": is_away(profile, now),
            "last_day": reader.day(profile.away_until - timedelta(seconds=1)) if profile.away_until else "",
            "deputy": names.get(profile.deputy_id or 0, ""),
            "deputies": [(str(key), name) for key, name in names.items() if key != desk.person.id],
            "saved": saved,
        }
    return render(desk.request, "own_absence.html", page, status=form.status)
