"""Bringing cases together and apart: merge, split, and what to do with a mail that names another case."""

from typing import Annotated

from fastapi import APIRouter, Form
from sqlalchemy import select
from starlette.responses import RedirectResponse, Response

from agent.desk.casework.cases import case_for_change
from agent.desk.casework.merging import keep_apart, merge
from agent.desk.casework.splitting import split
from agent.errors import GenklangError, NotFound, WrongUse
from agent.store.queries.case_page import load_case
from agent.store.tables import CaseRow
from api.dependencies import AtDesk, Desk
from api.errors import status_of
from api.web.pages import render
from api.web.shell import shell

router = APIRouter(prefix="/cases/{case_id}")
_OFFERED = 8


@router.get("/merge")
def merge_page(desk: AtDesk, case_id: int) -> Response:
    return _page(desk, case_id, "merge.html")


@router.post("/merge")
def merge_cases(
    desk: AtDesk,
    case_id: int,
    other: Annotated[str, Form()] = "",
    number: Annotated[str, Form()] = "",
    keep: Annotated[str, Form()] = "",
) -> Response:
    """`keep` says whether this case or the `other` stays. One whose `number` was typed is shown before it is merged."""
    typed = (number.strip() or other).removeprefix("#")
    try:
        if not (typed.isascii() and typed.isdecimal() and len(typed) < 12):
            raise WrongUse("No other case was named.", code="merge.which", remedy="Write its number.")
        if number.strip() and int(typed) != case_id:
            return _page(desk, case_id, "merge.html", look=int(typed), keep=keep)
        kept, gone = (case_id, int(typed)) if keep == "this" else (int(typed), case_id)
        with desk.house.store.writing() as unit:
            merge(unit, desk.house, keep_id=kept, other_id=gone, person=desk.person)
    except GenklangError as problem:
        return _page(desk, case_id, "merge.html", problem=problem)
    return RedirectResponse(f"/cases/{kept}#case-title", 303)


@router.post("/belongs")
def decide_belonging(desk: AtDesk, case_id: int, answer: Annotated[str, Form()] = "") -> Response:
    """A mail named another case: `merge` says it belongs there, `apart` that it does not."""
    with desk.house.store.writing() as unit:
        named = case_for_change(unit.session, case_id).may_belong_to_id
        if answer == "merge" and named is not None:
            merge(unit, desk.house, keep_id=named, other_id=case_id, person=desk.person)
            case_id = named
        else:
            keep_apart(unit, desk.house, case_id=case_id, person=desk.person)
    return RedirectResponse(f"/cases/{case_id}#case-title", 303)


@router.get("/split")
def split_page(desk: AtDesk, case_id: int) -> Response:
    return _page(desk, case_id, "split.html")


@router.post("/split")
def split_case(desk: AtDesk, case_id: int, message: Annotated[list[int] | None, Form()] = None) -> Response:
    try:
        with desk.house.store.writing() as unit:
            change = split(unit, desk.house, case_id=case_id, message_ids=message or [], person=desk.person)
            new = change.detail["new"]
    except GenklangError as problem:
        return _page(desk, case_id, "split.html", problem=problem)
    return RedirectResponse(f"/cases/{new}#case-title", 303)


def _page(
    desk: Desk,
    case_id: int,
    template: str,
    *,
    problem: GenklangError | None = None,
    look: int | None = None,
    keep: str = "this",
) -> Response:
    with desk.house.store.reading() as session:
        page = load_case(session, case_id)
        looked = session.get(CaseRow, look) if look else None
        if look and looked is None:
            problem = NotFound("There is no case with this number.", remedy="Look it up on the desk.")
        offered = session.scalars(
            select(CaseRow)
            .where(
                CaseRow.customer_email == page.case.customer_email,
                CaseRow.id.not_in([case_id, look or 0]),
                CaseRow.merged_into_id.is_(None),
                CaseRow.state != "spam",
            )
            .order_by(CaseRow.updated_at.desc())
            .limit(_OFFERED)
        ).all()
        around = shell(session, desk)
    values = {
        "shell": around,
        "page": page,
        "looked": looked,
        "offered": [looked, *offered] if looked else offered,
        "keep": keep,
        "problem": problem,
    }
    return render(desk.request, template, values, status=status_of(problem) if problem else 200)
