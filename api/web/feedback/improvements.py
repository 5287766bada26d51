"""»You said, we did«: pick a theme, write what was changed, see who is told, and let it go."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from sqlalchemy import func, select
from starlette.responses import RedirectResponse, Response

from agent.desk.feedback.answers.answer_facts import answer_facts
from agent.desk.feedback.answers.reading_answers import themes_of
from agent.desk.feedback.loop import improvements
from agent.errors import Conflict, GenklangError, NotFound, WrongUse
from agent.feedback.answers.figures import theme_counts
from agent.feedback.answers.themes import theme_name
from agent.feedback.surveys.questions import LANGUAGES
from agent.store.session import Unit
from agent.store.tables import ImprovementAnswerRow, ImprovementRow, OutboxRow, PersonRow
from api.dependencies import AtDesk, Desk
from api.errors import status_of
from api.web.language import marked
from api.web.pages import reader_of, render
from api.web.settings.shell import Fields
from api.web.shell import shell

router = APIRouter(prefix="/feedback/improvements")

MOST_LISTED = 100
LOOK_BACK = timedelta(days=365)

LEFT_OUT = {
    "opted_out": marked("does not want to be asked"),
    "bounced": marked("mail came back"),
    "told_lately": marked("heard of another change lately"),
    "no_text": marked("nothing is written in their language"),
    "no_way_out": marked("answered without a request of ours"),
}


@router.get("")
def improvements_page(desk: AtDesk, theme: Annotated[str, Query(max_length=100)] = "") -> Response:
    return _list(desk, chosen=theme)


def _list(desk: Desk, *, chosen: str = "", title: str = "", problem: GenklangError | None = None) -> Response:
    house, reader, now = desk.house, reader_of(desk.request), desk.house.clock()
    themes = themes_of(house.company)
    with house.store.reading() as session:
        around = shell(session, desk)
        rows = session.scalars(
            select(ImprovementRow).order_by(ImprovementRow.id.desc()).limit(MOST_LISTED)
        ).all()
        counted = (
            select(ImprovementAnswerRow.improvement_id, func.count())
            .where(ImprovementAnswerRow.told_at.is_not(None))
            .group_by(ImprovementAnswerRow.improvement_id)
        )
        told = {number: count for number, count in session.execute(counted)}  # noqa: C416 - rows, not pairs
        counts = {
            one.name: len(one.answers)
            for one in theme_counts(answer_facts(session, house.company, now - LOOK_BACK, now).given)
        }
    values = {
        "shell": around,
        "rows": rows,
        "told": told,
        "themes": sorted(themes, key=lambda name: -counts.get(name, 0)),
        "counts": counts,
        "theme_name": lambda name: theme_name(name, reader.language, themes),
        "chosen_theme": chosen,
        "title": title,
        "problem": problem,
    }
    return render(desk.request, "improvements.html", values, status=status_of(problem) if problem else 200)


@router.post("")
def begin(
    desk: AtDesk,
    theme: Annotated[str, Form(max_length=100)] = "",
    title: Annotated[str, Form(max_length=400)] = "",
) -> Response:
    try:
        with desk.house.store.writing() as unit:
            row = improvements.begin(unit, desk.house, theme=theme, title=title, person=desk.person)
    except WrongUse as problem:
        return _list(desk, chosen=theme, title=title, problem=problem)
    return RedirectResponse(f"/feedback/improvements/{row.id}", 303)


@router.get("/{improvement_id}")
def improvement_page(
    desk: AtDesk, improvement_id: int, did: Annotated[str, Query(pattern="^(written|sent|back)?$")] = ""
) -> Response:
    return _show(desk, improvement_id, did=did)


def _show(
    desk: Desk,
    improvement_id: int,
    *,
    did: str = "",
    typed: dict[str, str] | None = None,
    problem: GenklangError | None = None,
) -> Response:
    house, reader = desk.house, reader_of(desk.request)
    themes = themes_of(house.company)
    with house.store.reading() as session:
        around = shell(session, desk)
        row = session.get(ImprovementRow, improvement_id)
        if row is None:
            raise NotFound(
                "There is no such improvement.", code="improvement.none", remedy="Look at the list again."
            )
        asked = improvements.recipients(session, house, row)
        letters = session.scalars(
            select(OutboxRow)
            .join(ImprovementAnswerRow, ImprovementAnswerRow.outbox_id == OutboxRow.id)
            .where(ImprovementAnswerRow.improvement_id == row.id)
            .distinct()
        ).all()
        approved_by = session.get(PersonRow, row.approved_by_id) if row.approved_by_id else None
    values: dict[str, Any] = {
        "shell": around,
        "row": row,
        "asked": asked,
        "told": [one for one in asked if not one.left_out],
        "left_out": [one for one in asked if one.left_out],
        "why": LEFT_OUT,
        "letters": letters,
        "waiting": [one for one in letters if one.state == "waiting"],
        "approved_by": approved_by,
        "texts": typed if typed is not None else dict(row.texts or {}),
        "codes": [
            code
            for code in LANGUAGES
            if any(one.language == code for one in asked) or (row.texts or {}).get(code) or not asked
        ],
        "theme_title": theme_name(row.theme, reader.language, themes),
        "did": did,
        "problem": problem,
    }
    return render(desk.request, "improvement.html", values, status=status_of(problem) if problem else 200)


@router.post("/{improvement_id}")
def write(desk: AtDesk, improvement_id: int, fields: Fields) -> Response:
    """Keep the texts; fields are named `text_` and the language."""
    texts = _texts(fields)

    def act(unit: Unit) -> None:
        improvements.write(unit, desk.house, improvement_id=improvement_id, texts=texts, person=desk.person)

    return _carry_out(desk, improvement_id, act, "written", typed=texts)


@router.post("/{improvement_id}/approve")
def approve(desk: AtDesk, improvement_id: int, fields: Fields) -> Response:
    """Keep the texts as they are typed now, and let the mails go."""
    texts = _texts(fields)

    def act(unit: Unit) -> None:
        improvements.write(unit, desk.house, improvement_id=improvement_id, texts=texts, person=desk.person)
        improvements.approve(unit, desk.house, improvement_id=improvement_id, person=desk.person)

    return _carry_out(desk, improvement_id, act, "sent", typed=texts)


def _texts(fields: Fields) -> dict[str, str]:
    return {code: fields.get(f"text_{code}", "").replace("\r\n", "\n") for code in LANGUAGES}


@router.post("/{improvement_id}/back")
def take_back(desk: AtDesk, improvement_id: int) -> Response:
    def act(unit: Unit) -> None:
        improvements.take_back(unit, desk.house, improvement_id=improvement_id, person=desk.person)

    return _carry_out(desk, improvement_id, act, "back")


def _carry_out(
    desk: Desk,
    improvement_id: int,
    act: Callable[[Unit], None],
    did: str,
    *,
    typed: dict[str, str] | None = None,
) -> Response:
    try:
        with desk.house.store.writing() as unit:
            act(unit)
    except (Conflict, WrongUse) as problem:
        return _show(desk, improvement_id, problem=problem, typed=typed)
    return RedirectResponse(f"/feedback/improvements/{improvement_id}?did={did}", 303)
