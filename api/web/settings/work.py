"""Who takes which cases: languages, categories, room and absences of each person, and whether cases are given out."""

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from agent.cases.assignment import Mode
from agent.desk.settings import work as rules
from agent.desk.settings.changing import may_decide
from agent.desk.settings.people import known_person
from agent.desk.settings.rules import assignment_rules_of
from agent.errors import Conflict, NotFound, WrongUse
from agent.store.queries.team import members, planned_absences, profile_of
from agent.triage.reading import LANGUAGES
from api.dependencies import AtDesk, Desk
from api.web.absences import absence_named, listed
from api.web.board.wording_assigning import MODES
from api.web.pages import gettext_of, person_name, reader_of
from api.web.settings.overview import history, stamp_for, store_change
from api.web.settings.shell import Fields, Typed, may_see, settings_page
from api.web.settings.words import LABELS

router = APIRouter()


@router.get("/settings/work")
def work_page(desk: AtDesk) -> Response:
    may_see(desk)
    return _overview(desk, Typed(rules.mode_as_typed(desk.house.company)))


@router.post("/settings/work")
def change_mode(desk: AtDesk, fields: Fields) -> Response:
    may_decide(desk.person)
    values, problems = rules.read_mode(fields)
    typed = Typed(fields, problems)
    if not problems:
        now = assignment_rules_of(desk.house.company)
        holding = {rules.MODE: now.mode.value, rules.CAPACITY.path: now.capacity}
        changed = {path: value for path, value in values.items() if holding[path] != value}
        try:
            store_change(desk, fields, rules.AREA, changed, {path: holding[path] for path in changed}, {})
            return RedirectResponse("/settings/work?saved=yes#changes", 303)
        except (WrongUse, Conflict) as problem:
            typed.problem = problem
    return _overview(desk, typed)


@router.get("/settings/work/{person_id}")
def person_work(desk: AtDesk, person_id: int, saved: str = "") -> Response:
    rules.may_plan(desk.person)
    return _person(desk, person_id, saved=bool(saved))


@router.post("/settings/work/{person_id}")
def change_work(desk: AtDesk, person_id: int, fields: Fields) -> Response:
    rules.may_plan(desk.person)
    work, problems = rules.read_work(desk.house.company, fields)
    if problems:
        return _person(desk, person_id, Typed(fields, problems))
    with desk.house.store.writing() as unit:
        rules.change_work(unit, desk.house, person_id=person_id, work=work, person=desk.person)
    return RedirectResponse("/settings/work", 303)


@router.post("/settings/work/{person_id}/absence")
def change_absence(desk: AtDesk, person_id: int, fields: Fields) -> Response:
    """Enter an absence; with `remove` one is taken back, or the person is there again."""
    rules.may_plan(desk.person)
    removed = absence_named(fields)
    absence, problems = (None, {}) if removed else rules.read_absence(fields)
    typed = Typed({} if removed else fields, problems)
    if not problems:
        try:
            with desk.house.store.writing() as unit:
                if absence is None:
                    rules.cancel_absence(
                        unit, desk.house, person_id=person_id, absence_id=removed, person=desk.person
                    )
                else:
                    rules.plan_absence(
                        unit, desk.house, person_id=person_id, absence=absence, person=desk.person
                    )
            return RedirectResponse(f"/settings/work/{person_id}?saved=yes#away", 303)
        except (WrongUse, Conflict, NotFound) as problem:
            typed.problem = problem
    return _person(desk, person_id, typed)


def _overview(desk: Desk, typed: Typed) -> Response:
    now, translate = desk.house.clock(), gettext_of(desk.request)
    with desk.house.store.reading() as session:
        found = members(session)
        page = {
            "members": found,
            "away": {one.person.id: listed(desk, one.planned(now), found) for one in found},
            "rules": rules,
            "usual": assignment_rules_of(desk.house.company).capacity,
            "modes": [(mode.value, translate(MODES[mode])) for mode in Mode],
            "labels": LABELS,
            **history(desk, session, rules.AREA),
            "stamp": stamp_for(session, typed),
        }
        return settings_page(desk, session, "settings_work.html", page, form=typed)


def _person(desk: Desk, person_id: int, typed: Typed | None = None, *, saved: bool = False) -> Response:
    """What was typed is laid over what is entered: the two forms of the page are sent one at a time."""
    reader = reader_of(desk.request)
    with desk.house.store.reading() as session:
        person, there = known_person(session, person_id), members(session)
        entered = rules.work_as_typed(profile_of(session, person_id))
        shown = Typed(entered) if typed is None else typed
        if typed is not None and "capacity" not in typed.values:
            shown.values = {**entered, **typed.values}
        page = {
            "person": person,
            "absences": listed(desk, planned_absences(session, person_id, desk.house.clock()), there),
            "away_saved": saved,
            "usual": assignment_rules_of(desk.house.company).capacity,
            "language_options": [(code, reader.language_name(code)) for code in LANGUAGES],
            "categories": desk.request.app.state.taxonomy.slugs,
            "deputies": [
                (str(one.person.id), person_name(one.person)) for one in there if one.person.id != person_id
            ],
        }
        return settings_page(desk, session, "settings_work_person.html", page, form=shown)
