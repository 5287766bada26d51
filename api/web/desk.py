"""The lists: the views of the desk, the search, and what polling brings."""

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from agent.store.queries.case_list import View, changed_lines, count_new, list_cases, search_cases
from agent.store.tables import CaseRow
from api.dependencies import AtDesk, Desk
from api.web import wording
from api.web.pages import gettext_of, render
from api.web.shell import Listing, Shell, draw_list, shell

router = APIRouter()
_MOST_SHOWN = 200


@router.get("/")
def desk_page(desk: AtDesk, after: str = "") -> Response:
    return _view_page(desk, View.APPROVAL, after)


@router.get("/views/{view}")
def view_page(desk: AtDesk, view: View, after: str = "") -> Response:
    return _view_page(desk, view, after)


@router.get("/search")
def search_page(desk: AtDesk, q: Annotated[str, Query(max_length=200)] = "", after: str = "") -> Response:
    with desk.house.store.reading() as session:
        found = search_cases(session, q, after=after)
        around = shell(session, desk, words=q)
    words = gettext_of(desk.request)
    following = "/search?" + urlencode({"q": q, "after": found.following})
    title = words("Search: %(words)s") % {"words": q} if q else words("Search")
    listing = draw_list(desk, found, title=title, view=None, count=None, following=following, level="h1")
    return render(desk.request, "desk.html", {"shell": around, "listing": listing})


def _view_page(desk: Desk, view: View, after: str) -> Response:
    with desk.house.store.reading() as session:
        around = shell(session, desk, view=view)
        listing = listing_of(session, desk, view, around, after=after, level="h1")
    return render(desk.request, "desk.html", {"shell": around, "listing": listing})


def listing_of(
    session: Session, desk: Desk, view: View, around: Shell, *, after: str = "", level: str = "h2"
) -> Listing:
    """One page of a view, ready to be drawn."""
    found = list_cases(session, view, person_id=desk.person.id, after=after)
    following = f"/views/{view}?" + urlencode({"after": found.following})
    title = gettext_of(desk.request)(wording.VIEWS[view][0])
    return draw_list(
        desk, found, title=title, view=view, count=around.counts.get(view), following=following, level=level
    )


@router.get("/live")
def live(
    desk: AtDesk,
    view: str = "",
    since: float = 0.0,
    shown: Annotated[str, Query(max_length=4000)] = "",
    case: int = 0,
    version: int = 0,
    draft: str = "",
) -> Response:
    """What changed since a page was drawn: counts, what is leaving, lines in place, how many cases are new.

    Nothing is inserted above what somebody reads: new cases are only counted, and a person shows them.
    """
    at = datetime.fromtimestamp(min(max(since, 0.0), 4e9), UTC)
    ids = [int(part) for part in shown.split(",") if part.isdecimal()][:_MOST_SHOWN]
    watched = View(view) if view in set(View) else None
    with desk.house.store.reading() as session:
        around = shell(session, desk, view=view, case_id=case)
        fresh = count_new(session, watched, person_id=desk.person.id, since=at, shown=ids) if watched else 0
        changed = changed_lines(session, shown=ids, since=at)
        row = session.get(CaseRow, case) if case else None
    moved = ""
    if row is not None and row.version != version:
        moved = "draft" if draft in {"writing", "leaving"} and row.draft_state != draft else "case"
    here = "/" if watched is View.APPROVAL else f"/views/{view}"
    values = {
        "shell": around,
        "watching_list": watched is not None,
        "listed": around.counts.get(watched) if watched else None,
        "fresh": fresh,
        "fresh_at": f"/cases/{case}?view={view}" if case else here,
        "changed": changed,
        "case_moved": moved,
        "case_url": f"/cases/{case}?view={view}",
    }
    return render(desk.request, "live.html", values)
