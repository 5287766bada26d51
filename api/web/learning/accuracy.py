"""How well mails are sorted, by category and week, and what to do about it."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from agent.desk.learning.accuracy import MOST_WEEKS, accuracy_report, as_csv
from api.dependencies import AtDesk
from api.web.pages import render
from api.web.shell import shell

router = APIRouter()

CHOICES = (4, 8, 13, 26)
"""Weeks that the page offers."""

Weeks = Annotated[int, Query(ge=2, le=MOST_WEEKS)]


@router.get("/accuracy")
def accuracy_page(desk: AtDesk, weeks: Weeks = 8) -> Response:
    with desk.house.store.reading() as session:
        values = {
            "shell": shell(session, desk),
            "report": accuracy_report(session, desk.house.company, desk.house.clock(), weeks=weeks),
            "weeks": weeks,
            "choices": CHOICES,
        }
    return render(desk.request, "accuracy.html", values)


@router.get("/accuracy.csv")
def accuracy_csv(desk: AtDesk, weeks: Weeks = 8) -> Response:
    with desk.house.store.reading() as session:
        report = accuracy_report(session, desk.house.company, desk.house.clock(), weeks=weeks)
    return Response(
        as_csv(report),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="accuracy.csv"'},
    )
