"""The day, the week and the month as pages: the same reports that are mailed, to leaf through, print and keep."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from agent.desk.boards.composing import compose
from agent.errors import NotAllowed, WrongUse
from agent.insight import report_letter as letter
from agent.insight import reports
from agent.insight.reports import Kind, Report
from api.dependencies import AtDesk, Desk
from api.web.insight import board_words
from api.web.language import marked
from api.web.pages import reader_of, render
from api.web.settings.shell import LEADS
from api.web.shell import shell

router = APIRouter()

BOARDS: Mapping[str, tuple[Kind, str]] = {
    # address: the report it shows, and what its time is called
    "day": (Kind.DAILY, marked("Day")),
    "week": (Kind.WEEKLY, marked("Week")),
    "month": (Kind.MONTHLY, marked("Month")),
    "quarter": (Kind.QUARTERLY, marked("Quarter")),
}
OLDEST = date(2000, 1, 1)

On = Annotated[date | None, Query()]


@router.get("/insight/day")
def day_page(desk: AtDesk, on: On = None) -> Response:
    return _page(desk, "day", on)


@router.get("/insight/week")
def week_page(desk: AtDesk, on: On = None) -> Response:
    return _page(desk, "week", on)


@router.get("/insight/month")
def month_page(desk: AtDesk, on: On = None) -> Response:
    return _page(desk, "month", on)


@router.get("/insight/quarter")
def quarter_page(desk: AtDesk, on: On = None) -> Response:
    return _page(desk, "quarter", on)


@router.get("/insight/report.html")
def report_file(desk: AtDesk, kind: Kind, on: On = None) -> Response:
    """The report as the page that is mailed, to keep or to print."""
    _may_see(desk)
    with desk.house.store.reading() as session:
        report = _report(session, desk, kind, on)
    language = reader_of(desk.request).language
    words = letter.words_in(language)
    page = letter.as_file(report, words, desk.house.company.name, language, desk.house.desk_url)
    name = f"{kind}-{report.span.last.isoformat()}.html"
    return Response(
        page,
        media_type="text/html",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def tabs(desk: Desk) -> dict[str, str]:
    """The boards that this person may see, by address."""
    if desk.person.role not in LEADS:
        return {}
    return {f"/insight/{name}": title for name, (_, title) in BOARDS.items()}


def _page(desk: Desk, name: str, on: date | None) -> Response:
    _may_see(desk)
    kind = BOARDS[name][0]
    with desk.house.store.reading() as session:
        around = shell(session, desk)
        report = _report(session, desk, kind, on)
    reader, span = reader_of(desk.request), report.span
    today = reader.now.astimezone(reader.zone).date()
    words = letter.words_in(reader.language)
    values: dict[str, Any] = {
        "shell": around,
        "report": report,
        "tabs": tabs(desk),
        "tab": f"/insight/{name}",
        "told": words,
        "name_of": lambda line: letter.name_of(line, words),
        "about": letter.about(report, words, desk.house.company.name, reader.language),
        "meant": board_words.MEANT,
        "advice": [_advice(words[one]) for one in report.advice],
        "earlier": span.first - timedelta(days=1) if span.first > OLDEST else None,
        "later": span.last + timedelta(days=1) if span.last < today else None,
        "runs": span.last >= today,
        "day": on or today,
    }
    return render(desk.request, "insight_board.html", values)


def _report(session: Session, desk: Desk, kind: Kind, on: date | None) -> Report:
    """The report of the time that `on` lies in; today's where no day is named."""
    reader = reader_of(desk.request)
    today = reader.now.astimezone(reader.zone).date()
    day = on or today
    if not OLDEST <= day <= today:
        raise WrongUse(
            "There are no figures of this day.",
            code="insight.board.day",
            remedy="Choose a day that has begun.",
        )
    span = reports.span_of(kind, day)
    return compose(session, desk.house, kind, span, reader.language, letter.words_in(reader.language))


def _advice(sentence: str) -> tuple[str, str]:
    """What to do, and the page where: pages stand in the words as paths."""
    head, slash, path = sentence.rpartition(" /")
    return (head.rstrip(":"), f"/{path}") if slash else (sentence, "")


def _may_see(desk: Desk) -> None:
    if desk.person.role not in LEADS:
        raise NotAllowed(
            "Boards about everybody’s work are shown to leads.",
            code="insight.board.not_allowed",
            remedy="Your own figures are under Insight.",
        )
