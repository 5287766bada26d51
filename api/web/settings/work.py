"""Who takes which cases: languages, categories, room and absences of each person, and whether cases are given out."""

from datetime import timedelta

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from agent.cases.assignment import Mode
from agent.desk.settings import work as rules
from agent.desk.settings.changing import may_decide
from agent.desk.settings.people import known_person
from agent.desk.settings.rules import assignment_rules_of
from agent.errors import Conflict, WrongUse
from agent.store.queries.team import members, profile_of
from agent.triage.reading import LANGUAGES
from api.dependencies import AtDesk, Desk
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
def person_work(desk: AtDesk, person_id: int) -> Response:
    rules.may_plan(desk.person)
    return _person(desk, person_id)


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
    """Enter an absence; with `act=end` the person is there again."""
    rules.may_plan(desk.person)
    absence, problems = (None, {}) if fields.get("act") == "end" else rules.read_absence(fields)
    typed = Typed(fields, problems)
    if not problems:
        try:
            with desk.house.store.writing() as unit:
                rules.change_absence(
                    unit, desk.house, person_id=person_id, absence=absence, person=desk.person
                )
            return RedirectResponse("/settings/work", 303)
        except (WrongUse, Conflict) as problem:
            typed.problem = problem
    return _person(desk, person_id, typed)


def _overview(desk: Desk, typed: Typed) -> Response:
    now, reader, translate = desk.house.clock(), reader_of(desk.request), gettext_of(desk.request)
    with desk.house.store.reading() as session:
        found = members(session)
        page = {
            "members": found,
            "people": {one.person.id: one.person for one in found},
            "now": now,
            "rules": rules,
            "usual": assignment_rules_of(desk.house.company).capacity,
            "modes": [(mode.value, translate(MODES[mode])) for mode in Mode],
            "last_day": lambda until: reader.day(until - timedelta(seconds=1)),
            "labels": LABELS,
            **history(desk, session, rules.AREA),
            "stamp": stamp_for(session, typed),
        }
        return settings_page(desk, session, "settings_work.html", page, form=typed)


def _person(desk: Desk, person_id: int, typed: Typed | None = None) -> Response:
    """What was typed is laid over what is entered: the two forms of the page are sent one at a time."""
    reader = reader_of(desk.request)
    with desk.house.store.reading() as session:
        person = known_person(session, person_id)
        profile = profile_of(session, person_id)
        entered = rules.work_as_typed(profile, desk.house.company)
        shown = Typed(entered) if typed is None else typed
        if typed is not None and "capacity" not in typed.values:
            shown.values = {**entered, **typed.values}
        page = {
            "person": person,
            "profile": profile,
            "usual": assignment_rules_of(desk.house.company).capacity,
            "language_options": [(code, reader.language_name(code)) for code in LANGUAGES],
            "categories": desk.request.app.state.taxonomy.slugs,
            "deputies": [
                (str(one.person.id), person_name(one.person))
                for one in members(session)
                if one.person.id != person_id
            ],
        }
        return settings_page(desk, session, "settings_work_person.html", page, form=shown)
