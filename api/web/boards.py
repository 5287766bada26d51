"""The boards beside the lists: what was escalated, and what needs a person's hand."""

from itertools import groupby

from fastapi import APIRouter
from starlette.responses import Response

from agent.store.queries.escalation_notices import notices_of
from agent.store.queries.incidents import open_incidents
from agent.store.queries.shell import open_escalations, problems
from api.dependencies import AtDesk
from api.web.pages import gettext_of, reader_of, render
from api.web.shell import shell
from api.web.told import ShownEscalation, told_items
from api.web.wording import CAUSES

router = APIRouter()

CASES_SHOWN = 6
"""Cases named of an incident; the board is for deciding, the list for reading all of them."""


@router.get("/escalations")
def escalations_page(desk: AtDesk) -> Response:
    with desk.house.store.reading() as session:
        rows = open_escalations(session)
        incidents = open_incidents(session)
        around = shell(session, desk)
        notices = notices_of(session, [row.escalation.id for row in rows])
    reader, words = reader_of(desk.request), gettext_of(desk.request)
    order = {cause: place for place, cause in enumerate(CAUSES)}
    by_cause = sorted(rows, key=lambda row: order.get(row.escalation.cause, len(order)))
    now = desk.house.clock()
    values = {
        "shell": around,
        "rows": rows,
        "incidents": incidents,
        "told": {
            row.escalation.id: ShownEscalation(
                row.escalation, told_items(notices.get(row.escalation.id, ()), reader, words)
            )
            for row in rows
        },
        "cases_shown": CASES_SHOWN,
        "groups": [
            (cause, list(group)) for cause, group in groupby(by_cause, key=lambda row: row.escalation.cause)
        ],
        "overdue": sum(1 for row in rows if row.case.respond_by is not None and row.case.respond_by <= now),
    }
    return render(desk.request, "escalations.html", values)


@router.get("/problems")
def problems_page(desk: AtDesk) -> Response:
    with desk.house.store.reading() as session:
        found = problems(session)
        around = shell(session, desk)
    return render(desk.request, "problems.html", {"shell": around, "found": found})
