"""The settings: their overview, points and levels, categories, and taking changes back."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from agent.desk.feedback.experiments import adopting
from agent.desk.feedback.surveys import own_surveys
from agent.desk.settings import priority as settings_priority
from agent.desk.settings import taxonomy as settings_taxonomy
from agent.desk.settings.changing import (
    Change,
    change_settings,
    changes_of,
    may_decide,
    take_back,
)
from agent.desk.settings.form import differing
from agent.desk.settings.live import stamp_of
from agent.desk.settings.start import first_steps, put_away, put_steps_away
from agent.errors import Conflict, NotFound, WrongUse
from agent.triage.reading import LANGUAGES
from agent.triage.taxonomy import FALLBACK
from api.dependencies import AtDesk, Desk
from api.web.pages import gettext_of
from api.web.settings.shell import Fields, Typed, digest_of, may_see, settings_page
from api.web.settings.words import LABELS, WEEKDAYS, shown

router = APIRouter()


@router.get("/settings")
def overview(desk: AtDesk) -> Response:
    may_see(desk)
    with desk.house.store.reading() as session:
        page = {"steps": first_steps(session, desk.house), "steps_away": put_away(desk.person)}
        return settings_page(desk, session, "settings.html", page)


@router.post("/settings/first-steps")
def first_steps_away(desk: AtDesk, fields: Fields) -> Response:
    """Put the first steps away from this person's desk, or (`away=no`) back on it."""
    may_decide(desk.person)
    away = fields.get("away") != "no"
    with desk.house.store.writing() as unit:
        put_steps_away(unit, person_id=desk.person.id, away=away)
    if fields.get("back") == "settings":
        return RedirectResponse("/settings", 303)
    return RedirectResponse("/?steps=away" if away else "/", 303)


@router.get("/settings/priority")
def priority_page(desk: AtDesk) -> Response:
    may_see(desk)
    return _priority(desk, Typed(settings_priority.as_typed(desk.house.company)))


@router.post("/settings/priority")
def change_priority(desk: AtDesk, fields: Fields) -> Response:
    """Shows what would change; stores it when that was looked at and `act` says so."""
    may_decide(desk.person)
    values, problems = settings_priority.read(fields)
    typed = Typed(fields, problems)
    if problems:
        return _priority(desk, typed)
    now = settings_priority.tables_of(desk.house.company)
    values, before = differing(values, now)
    effect: settings_priority.Effect | None = None
    try:
        with desk.house.store.reading() as session:
            effect = settings_priority.effect_of(session, desk.house, values)
        if fields.get("act") == "save" and fields.get("seen") == digest_of(values):
            store_change(desk, fields, settings_priority.AREA, values, before, effect.figures)
            return RedirectResponse("/settings/priority?saved=yes#changes", 303)
    except (WrongUse, Conflict) as problem:
        typed.problem = problem
    return _priority(desk, typed, effect=effect, values=values)


def _priority(
    desk: Desk,
    typed: Typed,
    *,
    effect: settings_priority.Effect | None = None,
    values: Mapping[str, Any] | None = None,
) -> Response:
    with desk.house.store.reading() as session:
        page = {
            "rules": settings_priority,
            "labels": LABELS,
            "weekdays": WEEKDAYS,
            "effect": effect,
            "seen": digest_of(values or {}),
            "nothing": values is not None and not values,
            **history(desk, session, settings_priority.AREA),
            "stamp": stamp_for(session, typed),
        }
        return settings_page(desk, session, "settings_priority.html", page, form=typed)


@router.get("/settings/categories")
def categories_page(desk: AtDesk) -> Response:
    may_see(desk)
    with desk.house.store.reading() as session:
        page = {
            "listed": settings_taxonomy.listed(session, desk.house),
            "days": settings_taxonomy.LOOK_BACK_DAYS,
            **history(desk, session, settings_taxonomy.AREA),
        }
        return settings_page(desk, session, "settings_categories.html", page)


@router.get("/settings/categories/new")
def new_category(desk: AtDesk) -> Response:
    may_decide(desk.person)
    return _category(desk, "", Typed({"on": "yes"}))


@router.get("/settings/categories/{slug}")
def category_page(desk: AtDesk, slug: str) -> Response:
    may_decide(desk.person)
    category, on = settings_taxonomy.category_of(desk.house.company, slug)
    if category is None:
        raise NotFound(
            "There is no such category.", code="category.unknown", remedy="Look at the list again."
        )
    return _category(desk, slug, Typed(settings_taxonomy.as_typed(category, on=on)))


@router.post("/settings/categories/new")
def add_category(desk: AtDesk, fields: Fields) -> Response:
    return _change_category(desk, "", fields)


@router.post("/settings/categories/{slug}")
def change_category(desk: AtDesk, slug: str, fields: Fields) -> Response:
    return _change_category(desk, slug, {**fields, "slug": slug})


def _change_category(desk: Desk, known: str, fields: dict[str, str]) -> Response:
    may_decide(desk.person)
    company = desk.house.company
    slug, values, problems = settings_taxonomy.read(company, fields, new=not known)
    typed = Typed(fields, problems)
    if not problems:
        holding = settings_taxonomy.holding(company, slug)
        changed = {path: value for path, value in values.items() if holding.get(path) != value}
        try:
            with desk.house.store.reading() as session:
                figures = settings_taxonomy.effect_of(session, desk.house, slug).figures
            before = {path: holding.get(path) for path in changed}
            store_change(desk, fields, settings_taxonomy.AREA, changed, before, figures)
            return RedirectResponse("/settings/categories?saved=yes#changes", 303)
        except (WrongUse, Conflict) as problem:
            typed.problem = problem
    return _category(desk, known, typed)


def _category(desk: Desk, slug: str, typed: Typed) -> Response:
    with desk.house.store.reading() as session:
        page = {
            "slug": slug,
            "effect": settings_taxonomy.effect_of(session, desk.house, slug) if slug else None,
            "days": settings_taxonomy.LOOK_BACK_DAYS,
            "codes": LANGUAGES,
            "fallback": slug == FALLBACK,
            "rules": settings_taxonomy,
            "stamp": stamp_for(session, typed),
        }
        return settings_page(desk, session, "settings_category.html", page, form=typed)


@router.post("/settings/changes/{change_id}/undo")
def undo(desk: AtDesk, change_id: int) -> Response:
    with desk.house.store.writing() as unit:
        row = take_back(unit, desk.house, change_id=change_id, person=desk.person)
        area = row.area
    return RedirectResponse(f"{_PAGES.get(area, f'/settings/{area}')}#changes", 303)


_PAGES = {
    settings_taxonomy.AREA: "/settings/categories",
    "assignment": "/settings/work",
    own_surveys.AREA: "/feedback/surveys",
    adopting.AREA: "/feedback/experiments",
}
"""The page of an area, where they are called differently."""


def store_change(
    desk: Desk,
    fields: Mapping[str, str],
    area: str,
    values: Mapping[str, Any],
    before: Mapping[str, Any],
    figures: Mapping[str, Any],
) -> None:
    with desk.house.store.writing() as unit:
        change_settings(
            unit,
            desk.house,
            area,
            values,
            before=before,
            stamp=fields.get("stamp", ""),
            reason=fields.get("reason", ""),
            person=desk.person,
            effect=figures,
        )


def stamp_for(session: Session, typed: Typed) -> str:
    """The mark of the settings that the person saw: a new one at first, and after they were told of a change."""
    told = isinstance(typed.problem, Conflict) or not typed["stamp"]
    return stamp_of(session) if told else typed["stamp"]


def history(
    desk: Desk, session: Session, area: str, names: Mapping[str, Callable[[str], str]] | None = None
) -> dict[str, Any]:
    """What was changed in an area; `names` says in words what stands at a key path as a code."""
    translate, named = gettext_of(desk.request), names or {}

    def words(path: str, value: Any) -> str:
        return named[path](value) if value and path in named else shown(value, translate)

    def moved(change: Change) -> list[tuple[str, str, str]]:
        return [
            (translate(LABELS.get(path, path)), words(path, before), words(path, after))
            for path, before, after in change.moved
        ]

    return {
        "changes": changes_of(session, area),
        "moved": moved,
        "saved": bool(desk.request.query_params.get("saved")),
    }
