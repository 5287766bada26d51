"""The company's name, language, country and zone."""

from collections.abc import Callable
from functools import partial

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from agent.desk.settings import company as rules
from agent.desk.settings.changing import may_decide
from agent.errors import Conflict, WrongUse
from agent.triage.reading import LANGUAGES
from api.dependencies import AtDesk, Desk
from api.web.pages import reader_of
from api.web.settings.overview import history, stamp_for, store_change
from api.web.settings.regions import countries, country_name, with_chosen, zone_name, zones
from api.web.settings.shell import Fields, Typed, may_see, settings_page
from api.web.settings.words import LABELS

router = APIRouter()


@router.get("/settings/company")
def company_page(desk: AtDesk) -> Response:
    may_see(desk)
    return _show(desk, Typed(rules.as_typed(desk.house.company)))


@router.post("/settings/company")
def change(desk: AtDesk, fields: Fields) -> Response:
    may_decide(desk.person)
    values, problems = rules.read(fields)
    typed = Typed(fields, problems)
    if not problems:
        holding = rules.as_typed(desk.house.company)
        changed = {path: value for path, value in values.items() if holding[path] != value}
        try:
            store_change(desk, fields, rules.AREA, changed, {path: holding[path] for path in changed}, {})
            return RedirectResponse("/settings/company?saved=yes#changes", 303)
        except (WrongUse, Conflict) as problem:
            typed.problem = problem
    return _show(desk, typed)


def _show(desk: Desk, typed: Typed) -> Response:
    reader = reader_of(desk.request)
    names: dict[str, Callable[[str], str]] = {
        "company.country": partial(country_name, language=reader.language),
        "company.zone": partial(zone_name, language=reader.language),
        "company.language": reader.language_name,
    }
    with desk.house.store.reading() as session:
        page = {
            "labels": LABELS,
            "language_options": [(code, reader.language_name(code)) for code in LANGUAGES],
            "country_options": with_chosen(countries(reader.language), typed["company.country"]),
            "zone_options": with_chosen(zones(reader.language), typed["company.zone"]),
            **history(desk, session, rules.AREA, names),
            "stamp": stamp_for(session, typed),
        }
        return settings_page(desk, session, "settings_company.html", page, form=typed)
