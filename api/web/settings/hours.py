"""Working hours and days off of the company, of countries and of teams; a change is looked at before it is stored."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from fastapi import APIRouter
from sqlalchemy import select
from starlette.responses import RedirectResponse, Response

from agent.desk.settings import hours as rules
from agent.desk.settings.changing import DECIDERS, may_decide
from agent.desk.settings.form import Problems
from agent.errors import Conflict, NotFound, WrongUse
from agent.store.queries.team import members
from agent.store.tables import MailboxRow
from api.dependencies import AtDesk, Desk
from api.web.pages import person_name, reader_of
from api.web.settings.overview import history, stamp_for, store_change
from api.web.settings.regions import countries, country_name, with_chosen, zone_name, zones
from api.web.settings.shell import Fields, Typed, digest_of, may_see, settings_page
from api.web.settings.words import LABELS, WEEKDAYS

router = APIRouter()
NEW = "new"
MORE_ROWS = "more"
SPARE_ROWS, ADDED_ROWS = 2, 5

_SAYS_NOTHING: Mapping[str, Any] = {
    **dict.fromkeys(("name", "country", "zone", "opens", "closes"), ""),
    **dict.fromkeys(("mailboxes", "categories", "members"), ()),
}
"""The table of a team or country that has nothing of its own."""


@router.get("/settings/hours")
def hours_page(desk: AtDesk) -> Response:
    may_see(desk)
    return _overview(desk, Typed(rules.days_as_typed(rules.table_of(desk.house.company))))


@router.post("/settings/hours")
def change_days(desk: AtDesk, fields: Fields) -> Response:
    """The company's own days: shows what would change; stores it when that was looked at and `act` says so."""
    may_decide(desk.person)
    if fields.get("act") == MORE_ROWS:
        return _overview(desk, Typed(fields))
    values, problems = rules.read_company(fields)
    typed = Typed(fields, problems)
    now = rules.table_of(desk.house.company)
    holding = {path: now.get(path.partition(".")[2]) or type(value)() for path, value in values.items()}
    changed = {path: value for path, value in values.items() if holding[path] != value}
    before = {path: holding[path] for path in changed}
    effect = None
    if not problems:
        effect, stored = _look_or_store(desk, fields, typed, changed, before)
        if stored:
            return RedirectResponse("/settings/hours?saved=yes#changes", 303)
    return _overview(desk, typed, effect=effect, changed=changed)


@router.get("/settings/hours/{kind}/{key}")
def place_page(desk: AtDesk, kind: str, key: str) -> Response:
    may_see(desk)
    own = {} if key == NEW else _known(desk, kind, key)
    return _place(desk, kind, "" if key == NEW else key, Typed(rules.place_as_typed(own)))


@router.post("/settings/hours/{kind}/{key}")
def change_place(desk: AtDesk, kind: str, key: str, fields: Fields) -> Response:
    """As for the company's days; with `act=remove` the team or country has no hours of its own any more."""
    may_decide(desk.person)
    known = {} if key == NEW else _known(desk, kind, key)
    if kind not in rules.KINDS:
        raise NotFound("There is no such page.", code="hours.unknown", remedy="Look at the hours again.")
    if fields.get("act") == MORE_ROWS:
        return _place(desk, kind, "" if key == NEW else key, Typed(fields))
    company = desk.house.company
    problems: Problems = {}
    own: dict[str, Any] | None
    if fields.get("act") in ("remove", "save-remove"):
        made, own = key, None
    else:
        with desk.house.store.reading() as session:
            made, own, problems = rules.read_place(
                session,
                company,
                kind,
                "" if key == NEW else key,
                {**fields, "known": "" if key == NEW else "y"},
            )
    typed = Typed(fields, problems)
    path = f"hours.{kind}.{made}"
    changed = {path: own} if own != dict(known) or key == NEW else {}
    effect = None
    if not problems:
        effect, stored = _look_or_store(
            desk, fields, typed, changed, {path: dict(known) or None}, removing=own is None
        )
        if stored:
            return RedirectResponse("/settings/hours?saved=yes#changes", 303)
    return _place(
        desk, kind, "" if key == NEW else key, typed, effect=effect, changed=changed, removing=own is None
    )


def _look_or_store(
    desk: Desk,
    fields: Mapping[str, str],
    typed: Typed,
    changed: Mapping[str, Any],
    before: Mapping[str, Any],
    *,
    removing: bool = False,
) -> tuple[rules.Effect | None, bool]:
    """What it would do, and whether it was stored. A refusal stands in `typed`."""
    effect = None
    try:
        with desk.house.store.reading() as session:
            effect = rules.effect_of(session, desk.house, changed)
        wanted = "save-remove" if removing else "save"
        if fields.get("act") == wanted and fields.get("seen") == digest_of(changed):
            store_change(desk, fields, rules.AREA, changed, before, effect.figures)
            return effect, True
    except (WrongUse, Conflict) as problem:
        typed.problem = problem
    return effect, False


def _known(desk: Desk, kind: str, key: str) -> Mapping[str, Any]:
    found = rules.places_of(desk.house.company, kind) if kind in rules.KINDS else {}
    if key not in found:
        raise NotFound("There are no such hours.", code="hours.unknown", remedy="Look at the hours again.")
    return found[key]


def _overview(
    desk: Desk, typed: Typed, *, effect: rules.Effect | None = None, changed: Mapping[str, Any] | None = None
) -> Response:
    company = desk.house.company
    with desk.house.store.reading() as session:
        page = {
            **{
                kind: {key: {**_SAYS_NOTHING, **own} for key, own in rules.places_of(company, kind).items()}
                for kind in rules.KINDS
            },
            **_shared(desk, typed, effect, changed),
            **history(desk, session, rules.AREA),
            "stamp": stamp_for(session, typed),
        }
        return settings_page(desk, session, "settings_hours.html", page, form=typed)


def _place(
    desk: Desk,
    kind: str,
    key: str,
    typed: Typed,
    *,
    effect: rules.Effect | None = None,
    changed: Mapping[str, Any] | None = None,
    removing: bool = False,
) -> Response:
    language = reader_of(desk.request).language
    with desk.house.store.reading() as session:
        page = {
            "kind": kind,
            "key": key,
            "removing": removing,
            "weekdays": WEEKDAYS,
            "mailboxes": session.scalars(select(MailboxRow.address).order_by(MailboxRow.address)).all(),
            "categories": desk.request.app.state.taxonomy.slugs,
            "people": [(one.person.email.lower(), person_name(one.person)) for one in members(session)],
            **_shared(desk, typed, effect, changed),
            "country_options": with_chosen(countries(language), typed["country"]),
            "zone_options": with_chosen(zones(language), typed["zone"]),
            "saved": False,
            "stamp": stamp_for(session, typed),
        }
        return settings_page(desk, session, "settings_hours_place.html", page, form=typed)


def _shared(
    desk: Desk, typed: Typed, effect: rules.Effect | None, changed: Mapping[str, Any] | None
) -> dict[str, Any]:
    language = reader_of(desk.request).language
    lists = {field: f"hours.{field.partition('.')[0]}" for field in typed.problems}
    return {
        "country_name": partial(country_name, language=language),
        "zone_name": partial(zone_name, language=language),
        "day_rows": {name: _day_rows(desk, typed, name) for name in rules.DAYS},
        "effect": effect,
        "seen": digest_of(changed or {}),
        "nothing": changed is not None and not changed,
        "examples": rules.EXAMPLES,
        "labels": {**LABELS, **{field: LABELS[path] for field, path in lists.items() if path in LABELS}},
    }


def _day_rows(desk: Desk, typed: Typed, name: str) -> int:
    """How many rows are shown for a list of days: for those who may write in them some empty ones, too."""
    if desk.person.role not in DECIDERS:
        return rules.rows_of(typed.values, name)
    if typed["act"] == MORE_ROWS:
        return rules.rows_of(typed.values, name, empty=True) + ADDED_ROWS
    return rules.rows_of(typed.values, name) + SPARE_ROWS
