"""When a case escalates: causes with their thresholds, the steps that climb, and a trial of every way."""

import time
from typing import Any

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from agent.desk.audit import by, record
from agent.desk.escalations.trying_notices import Tried, try_notices
from agent.desk.settings import escalation as rules
from agent.desk.settings.changing import may_decide
from agent.desk.settings.form import at, differing
from agent.errors import Conflict, WrongUse
from api.dependencies import AtDesk, Desk
from api.web.language import marked
from api.web.settings.overview import history, stamp_for, store_change
from api.web.settings.shell import Fields, Typed, may_see, settings_page
from api.web.settings.words import LABELS

router = APIRouter()

LONGEST_TRIAL = 40.0  # seconds; ways not tried until then are left out, and the page says so
TO = {
    "lead": marked("All leads"),
    "owner": marked("The customer’s account owner"),
    "management": marked("Management"),
    rules.ADDRESS: marked("This address:"),
}


@router.get("/settings/escalation")
def escalation_page(desk: AtDesk) -> Response:
    may_see(desk)
    return _show(desk, Typed(rules.as_typed(desk.house.company)))


@router.post("/settings/escalation")
def change(desk: AtDesk, fields: Fields) -> Response:
    may_decide(desk.person)
    values, problems = rules.read(fields, desk.house.channels.names)
    typed = Typed(fields, problems)
    if not problems:
        changed, before = differing(values, rules.table_of(desk.house.company))
        try:
            store_change(desk, fields, rules.AREA, changed, before, {})
            return RedirectResponse("/settings/escalation?saved=yes#changes", 303)
        except (WrongUse, Conflict) as problem:
            typed.problem = problem
    return _show(desk, typed)


@router.post("/settings/escalation/try")
def try_ways(desk: AtDesk) -> Response:
    """A trial notice by each way that the stored steps use, one after the other."""
    may_decide(desk.person)
    found: list[Tried] = []
    until, cut = time.monotonic() + LONGEST_TRIAL, False
    for one in try_notices(desk.house):
        found.append(one)
        if time.monotonic() > until:
            cut = True
            break
    with desk.house.store.writing() as unit:
        record(
            unit, "notices.tried", actor=by(desk.person), now=desk.house.clock(),
            ways=len(found), failed=sum(not one.told.sent for one in found),
        )  # fmt: skip
    return _show(desk, Typed(rules.as_typed(desk.house.company)), tried=found, cut=cut)


def _show(desk: Desk, typed: Typed, *, tried: list[Tried] | None = None, cut: bool = False) -> Response:
    table = rules.table_of(desk.house.company)
    rows = int(typed["rows"]) if typed["rows"].isdecimal() else rules.MOST_STEPS
    with desk.house.store.reading() as session:
        page: dict[str, Any] = {
            "rules": rules,
            "rows": range(min(rows, rules.MOST_STEPS)),
            "row_count": rows,
            "to": TO,
            "channels": desk.house.channels.names,
            "steps": at(table, "escalation.steps"),
            "tried": tried,
            "cut": cut,
            "labels": LABELS,
            **history(desk, session, rules.AREA),
            "stamp": stamp_for(session, typed),
        }
        return settings_page(desk, session, "settings_escalation.html", page, form=typed)
