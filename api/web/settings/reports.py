"""Reports by mail: who gets them, and what the last one said."""

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from agent.desk import reporting
from agent.desk.settings import reports as rules
from agent.desk.settings.changing import may_decide
from agent.errors import Conflict, WrongUse
from agent.insight import reports
from agent.insight.reports import Kind
from api.dependencies import AtDesk, Desk
from api.web.language import marked
from api.web.pages import reader_of
from api.web.settings.overview import history, stamp_for, store_change
from api.web.settings.shell import Fields, Typed, may_see, settings_page
from api.web.settings.words import LABELS

router = APIRouter()

HINTS = {
    Kind.WEEKLY: marked("How mails were sorted, each Monday."),
    Kind.MONTHLY: marked("Service and satisfaction, on the first working day of the month."),
    Kind.QUARTERLY: marked("Gain, cost and return, each quarter."),
    Kind.HALF_YEARLY: marked("What was corrected, and that it is time to look at other weights or models."),
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


def _show(desk: Desk, typed: Typed, show: Kind | None = None) -> Response:
    house, reader = desk.house, reader_of(desk.request)
    with house.store.reading() as session:
        preview = ""
        if show is not None:
            today = house.clock().astimezone(house.company.zone).date()
            words = reports.words_in(reader.language)
            report = reporting.compose(
                session, house, show, reports.last_span(show, today), reader.language, words
            )
            preview = reports.as_text(report, words, house.company.name, reader.language, house.desk_url)
        page = {
            "labels": LABELS,
            "kinds": {f"reports.{kind}": (kind, HINTS[kind]) for kind in Kind},
            "preview": preview,
            "shown": show,
            **history(desk, session, rules.AREA),
            "stamp": stamp_for(session, typed),
        }
        return settings_page(desk, session, "settings_reports.html", page, form=typed)
