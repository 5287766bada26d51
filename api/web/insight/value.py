"""The value page: three scenarios beside each other, every amount opening to its numbers, and the baseline."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from agent.desk import worth as use
from agent.desk.settings import value as rules
from agent.desk.settings.changing import may_decide
from agent.errors import Conflict, GenklangError, NotAllowed, WrongUse
from agent.insight.value import Gain, Scenario
from agent.store.tables import PersonRow
from api.dependencies import AtDesk, Desk
from api.errors import status_of
from api.web import spreadsheet
from api.web.insight import value_words as words
from api.web.language import marked
from api.web.pages import reader_of, render
from api.web.settings.overview import history, stamp_for, store_change
from api.web.settings.shell import LEADS, Fields, Typed, settings_page
from api.web.shell import shell

router = APIRouter()


class Reach(StrEnum):
    """How far back the page looks."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


REACHES: Mapping[Reach, tuple[str, int]] = {
    Reach.MONTH: (marked("30 days"), 30),
    Reach.QUARTER: (marked("90 days"), 90),
    Reach.YEAR: (marked("A year"), 365),
}


NOTHING_TYPED = dict.fromkeys(("first", "last", "how", "cases", "minutes", "came_back", "note"), "")


@router.get("/feedback/value")
def value_page(desk: AtDesk, reach: Reach = Reach.QUARTER) -> Response:
    return _show(desk, reach)


@router.get("/feedback/value.csv")
def value_csv(desk: AtDesk, reach: Reach = Reach.QUARTER) -> Response:
    """Every amount of every scenario with the numbers it was counted from."""
    _may_see(desk)
    with desk.house.store.reading() as session:
        found = _worth(session, desk, reach)
    rows: list[list[spreadsheet.Cell]] = [
        [
            found.start.date().isoformat(), found.end.date().isoformat(), str(scenario), side, str(part.name),
            round(part.eur, 2), str(part.missing or ""),
            "; ".join(f"{name}={number:g}" for name, number in part.numbers.items()),
        ]
        for scenario, value in found.values.items()
        for side, parts in (("gain", value.gains), ("cost", value.costs))
        for part in parts
    ]  # fmt: skip
    content = spreadsheet.as_csv(
        ("from", "to", "scenario", "side", "part", "eur", "missing", "numbers"), rows
    )
    return Response(
        content.encode(),
        media_type=spreadsheet.CSV,
        headers={"Content-Disposition": 'attachment; filename="value.csv"'},
    )


@router.post("/feedback/value/baseline")
def write_baseline(
    desk: AtDesk,
    first: Annotated[str, Form()] = "",
    last: Annotated[str, Form()] = "",
    how: Annotated[str, Form()] = "typed",
    cases: Annotated[str, Form()] = "",
    minutes: Annotated[str, Form()] = "",
    came_back: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> Response:
    typed = {
        "first": first, "last": last, "how": how, "cases": cases, "minutes": minutes, "came_back": came_back,
        "note": note,
    }  # fmt: skip
    try:
        since, until = _days(desk, first, last)
        with desk.house.store.writing() as unit:
            figures = (
                use.measured_baseline(unit.session, desk.house.company, since, until, desk.house.clock())
                if how == "measured"
                else _typed_figures(cases, minutes, came_back)
            )
            use.write_baseline(
                unit,
                desk.house,
                since=since,
                until=until,
                figures=figures,
                note=note.strip(),
                person=desk.person,
            )
    except (WrongUse, NotAllowed) as problem:
        return _show(desk, Reach.QUARTER, typed=typed, problem=problem)
    return RedirectResponse("/feedback/value?saved=yes#baseline", 303)


@router.get("/feedback/value/numbers")
def numbers_page(desk: AtDesk) -> Response:
    _may_see(desk)
    return _show_numbers(desk, Typed(rules.as_typed(desk.house.company)))


@router.post("/feedback/value/numbers")
def change_numbers(desk: AtDesk, fields: Fields) -> Response:
    may_decide(desk.person)
    values, problems = rules.read(fields, desk.house.company)
    typed = Typed(fields, problems)
    if not problems:
        holding = rules.holding(desk.house.company)
        changed = {path: value for path, value in values.items() if holding[path] != value}
        try:
            store_change(desk, fields, rules.AREA, changed, {path: holding[path] for path in changed}, {})
            return RedirectResponse("/feedback/value/numbers?saved=yes#changes", 303)
        except (WrongUse, Conflict) as problem:
            typed.problem = problem
    return _show_numbers(desk, typed)


def _show(
    desk: Desk, reach: Reach, *, typed: Mapping[str, str] | None = None, problem: GenklangError | None = None
) -> Response:
    _may_see(desk)
    with desk.house.store.reading() as session:
        around = shell(session, desk)
        found = _worth(session, desk, reach)
        written = use.baselines(session)
        people = {row.person_id: session.get(PersonRow, row.person_id) for row in written if row.person_id}
    values = {
        "shell": around,
        "worth": found,
        "before": None if found.before is None else use.standing_from(found.before),
        "reach": reach,
        "reaches": {each: name for each, (name, _) in REACHES.items()},
        "words": words,
        "baselines": written,
        "people": people,
        "typed": typed or NOTHING_TYPED,
        "problem": problem,
        "saved": bool(desk.request.query_params.get("saved")),
    }
    return render(desk.request, "feedback_value.html", values, status=status_of(problem) if problem else 200)


def _show_numbers(desk: Desk, typed: Typed) -> Response:
    with desk.house.store.reading() as session:
        page = {
            "fields": words.FIELDS,
            "gains": words.BELIEVED,
            "scenarios": words.SCENARIOS,
            "labels": dict(words.FIELDS)
            | {
                f"value.scenarios.{scenario}.{gain}": words.PARTS[gain][0]
                for scenario in Scenario
                for gain in Gain
            },
            **history(desk, session, rules.AREA),
            "stamp": stamp_for(session, typed),
        }
        return settings_page(desk, session, "feedback_value_numbers.html", page, form=typed)


def _worth(session: Session, desk: Desk, reach: Reach) -> use.Worth:
    now = desk.house.clock()
    return use.worth(session, desk.house, now - timedelta(days=REACHES[reach][1]), now)


def _may_see(desk: Desk) -> None:
    if desk.person.role not in LEADS:
        raise NotAllowed(
            "What Genklang is worth is shown to leads.",
            code="value.not_allowed",
            remedy="Ask a lead or an admin.",
        )


def _days(desk: Desk, first: str, last: str) -> tuple[datetime, datetime]:
    zone = reader_of(desk.request).zone
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError as error:
        raise WrongUse(
            "The days of the baseline are missing.",
            code="value.span",
            remedy="Choose its first and its last day.",
        ) from error
    return (
        datetime.combine(begin, time(), zone),
        datetime.combine(end + timedelta(days=1), time(), zone),
    )


def _typed_figures(cases: str, minutes: str, came_back: str) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for name, written, divisor in (
        ("cases", cases, 1),
        ("handling_h", minutes, 60),
        ("came_back", came_back, 100),
    ):
        text = "".join(written.split()).removesuffix("%").replace(",", ".")
        if not text:
            continue
        try:
            figures[name] = float(text) / divisor
        except ValueError as error:
            raise WrongUse(
                "A figure of the baseline is not a number.", code="value.figures", remedy="Write digits only."
            ) from error
    return figures
