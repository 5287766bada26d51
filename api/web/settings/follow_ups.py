"""Follow-ups: by when somebody talks with an unhappy customer, and how that may end."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from agent.desk.feedback.loop.loop_rules import follow_up_rules_of
from agent.desk.settings import follow_ups as rules
from agent.desk.settings.changing import Change, may_decide
from agent.errors import Conflict, WrongUse
from api.dependencies import AtDesk, Desk
from api.web.feedback.loop_words import outcome_name
from api.web.language import marked
from api.web.pages import gettext_of
from api.web.settings.overview import history, stamp_for, store_change
from api.web.settings.shell import Fields, Typed, may_see, settings_page

router = APIRouter()

PAGE = "/settings/follow-ups"
DEADLINES = {
    f"{rules.PLACE}.deadline.usual": marked("Business days until somebody has talked with the customer"),
    f"{rules.PLACE}.deadline.urgent": marked("The same for the worst answers and the largest customers"),
}
COLUMNS = {
    "name": marked("Name"),
    "talked": marked("Somebody talked with them"),
    "ask_again.days": marked("Asked again after days"),
    "offered": marked("Offered"),
}


@router.get(PAGE)
def follow_ups_page(desk: AtDesk) -> Response:
    may_see(desk)
    return _show(desk, Typed(rules.as_typed(desk.house.company)))


@router.post(PAGE)
def change(desk: AtDesk, fields: Fields) -> Response:
    may_decide(desk.person)
    company = desk.house.company
    values, problems = rules.read(fields, company)
    typed = Typed(fields, problems)
    if not problems:
        holding = rules.holding(company)
        changed = {path: value for path, value in values.items() if holding.get(path) != value}
        before = {path: holding[path] for path in changed if path in holding}
        try:
            store_change(desk, fields, rules.AREA, changed, before, {})
            return RedirectResponse(f"{PAGE}?saved=yes#changes", 303)
        except (WrongUse, Conflict) as problem:
            typed.problem = problem
    return _show(desk, typed)


def _show(desk: Desk, typed: Typed) -> Response:
    words, known = gettext_of(desk.request), follow_up_rules_of(desk.house.company)
    names = {name: outcome_name(name, known, words) for name in known.outcomes}
    labels = {path: words(label) for path, label in DEADLINES.items()}
    for name, title in {**names, "new": words("New outcome")}.items():
        labels |= {
            f"{rules.OUTCOMES}.{name}.{key}": f"{title}, {words(what)}" for key, what in COLUMNS.items()
        }
    with desk.house.store.reading() as session:
        past = history(desk, session, rules.AREA)

        def moved(change: Change) -> list[tuple[str, str, str]]:
            return [(labels.get(path, path), before, after) for path, before, after in past["moved"](change)]

        page: dict[str, Any] = {
            "deadlines": {path: words(label) for path, label in DEADLINES.items()},
            "names": names,
            "place": rules.OUTCOMES,
            "labels": labels,
            **past,
            "moved": moved,
            "stamp": stamp_for(session, typed),
        }
        return settings_page(desk, session, "settings_follow_ups.html", page, form=typed)
