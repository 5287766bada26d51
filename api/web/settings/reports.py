"""Reports by mail: who gets them, and what the last one said."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from agent.desk import reporting
from agent.desk.boards.composing import compose
from agent.desk.settings import reports as rules
from agent.desk.settings.changing import may_decide
from agent.desk.settings.rules import hours_of
from agent.errors import Conflict, WrongUse
from agent.insight import report_letter as letter
from agent.insight.reports import Kind
from api.dependencies import AtDesk, Desk
from api.web.language import marked
from api.web.pages import reader_of
from api.web.settings.overview import history, stamp_for, store_change
from api.web.settings.shell import Fields, Typed, may_see, settings_page
from api.web.settings.words import LABELS

router = APIRouter()

HINTS = {
    Kind.DAILY: marked("Volume, status, answer times and load of the day before, for team leads."),
    Kind.WEEKLY: marked("Satisfaction, productivity, cost and quality, each Monday, for managers."),
    Kind.MONTHLY: marked(
        "Return, strategic figures, benchmarks and what to do, on the first working day of the month, for management."
    ),
    Kind.QUARTERLY: marked("Gain, cost and return, each quarter."),
    Kind.HALF_YEARLY: marked("What was corrected, and that it is time to look at other weights or models."),
}

STATES = {
    # of a letter in the outbox: what became of the report
    "waiting": marked("on its way"),
    "sending": marked("on its way"),
    "sent": marked("sent"),
    "failed": marked("refused"),
    "uncertain": marked("nobody knows whether it arrived"),
    "cancelled": marked("taken back"),
}


@router.get("/settings/reports")
def reports_page(desk: AtDesk, show: Kind | None = None) -> Response:
    may_see(desk)
    return _show(desk, Typed(rules.as_typed(desk.house.company)), show)


@router.post("/settings/reports")
def change(desk: AtDesk, fields: Fields) -> Response:
    may_decide(desk.person)
    values, problems = rules.read(fields)
    typed = Typed(fields, problems)
    if not problems:
        holding = rules.holding(desk.house.company)
        changed = {path: value for path, value in values.items() if holding[path] != value}
        try:
            store_change(desk, fields, rules.AREA, changed, {path: holding[path] for path in changed}, {})
            return RedirectResponse("/settings/reports?saved=yes#changes", 303)
        except (WrongUse, Conflict) as problem:
            typed.problem = problem
    return _show(desk, typed)


@router.post("/settings/reports/again")
def again(desk: AtDesk, outbox_id: Annotated[int, Form(ge=1)]) -> Response:
    """Mail a report once more that the mail server refused: the same bytes, to the same address."""
    may_decide(desk.person)
    typed = Typed(rules.as_typed(desk.house.company))
    try:
        with desk.house.store.writing() as unit:
            reporting.send_again(unit, desk.house, outbox_id=outbox_id, person=desk.person)
    except (Conflict, WrongUse) as problem:
        typed.problem = problem
        return _show(desk, typed)
    return RedirectResponse("/settings/reports?again=yes#sent", 303)


def _show(desk: Desk, typed: Typed, show: Kind | None = None) -> Response:
    house, reader = desk.house, reader_of(desk.request)
    with house.store.reading() as session:
        preview = ""
        if show is not None:
            today = house.clock().astimezone(house.company.zone).date()
            words = letter.words_in(reader.language)
            span = reporting.last_told(show, today, hours_of(house.company).of())
            report = compose(session, house, show, span, reader.language, words)
            preview = letter.as_text(report, words, house.company.name, reader.language, house.desk_url)
        page = {
            "labels": LABELS,
            "kinds": {f"reports.{kind}": (kind, HINTS[kind]) for kind in Kind},
            "preview": preview,
            "shown": show,
            "sent": reporting.sent_lately(session),
            "states": STATES,
            "again": desk.request.query_params.get("again", ""),
            **history(desk, session, rules.AREA),
            "stamp": stamp_for(session, typed),
        }
        return settings_page(desk, session, "settings_reports.html", page, form=typed)
