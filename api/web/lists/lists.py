"""The lists: the views of the desk, the search, saved views, and what polling brings."""

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from agent.cases import query as queries
from agent.desk.settings.start import put_away, waiting_steps
from agent.errors import NotFound
from agent.store.queries.case_list import View, changed_lines, count_new, list_cases
from agent.store.queries.case_pages import Order
from agent.store.queries.case_search import search
from agent.store.queries.newer_draft import newer_by_person
from agent.store.tables import CaseRow, SavedViewRow
from api.dependencies import AtDesk, Desk
from api.web import wording
from api.web.lists.picking import inside
from api.web.lists.search_words import FILTERS, Help, explain, known_categories
from api.web.pages import gettext_of, render
from api.web.shell import Listing, Shell, asker_of, draw_list, shell

router = APIRouter()
_MOST_SHOWN = 200


@router.get("/")
def desk_page(desk: AtDesk, after: str = "", sort: Order | None = None) -> Response:
    return _view_page(desk, View.APPROVAL, after, sort)


@router.get("/views/{view}")
def view_page(desk: AtDesk, view: View, after: str = "", sort: Order | None = None) -> Response:
    return _view_page(desk, view, after, sort)


@router.get("/search")
def search_page(
    desk: AtDesk, q: Annotated[str, Query(max_length=queries.MOST_CHARACTERS)] = "", after: str = ""
) -> Response:
    return show_search(desk, q, after=after)


@router.get("/saved/{view_id}")
def saved_page(
    desk: AtDesk, view_id: int, after: str = "", sort: Order | None = None, act: str = ""
) -> Response:
    with desk.house.store.reading() as session:
        row = session.get(SavedViewRow, view_id)
    if row is None or row.deleted_at is not None or not (row.shared or row.owner_id == desk.person.id):
        raise NotFound("There is no such view.", code="view.unknown", remedy="Look at the sidebar again.")
    return show_search(desk, row.query, after=after, saved=row, sort=sort, act=act)


def show_search(
    desk: Desk,
    text: str,
    *,
    after: str = "",
    saved: SavedViewRow | None = None,
    sort: Order | None = None,
    act: str = "",
) -> Response:
    """What a search finds, under the name of the saved view where it is one."""
    query = queries.parse(text, categories=known_categories(desk.request))
    if sort is not None:
        query = query.sorted_by(sort)
    with desk.house.store.reading() as session:
        found = search(session, query, asker_of(desk), after=after)
        around = shell(session, desk, words="" if saved else text, saved_id=saved.id if saved else 0)

    def address(order: Order, cursor: str) -> str:
        if saved is not None:
            return f"/saved/{saved.id}?" + urlencode({"sort": order.value, "after": cursor})
        return "/search?" + urlencode({"q": str(query.sorted_by(order)), "after": cursor})

    words = gettext_of(desk.request)
    title = saved.name if saved else words("Search: %(words)s") % {"words": text} if text else words("Search")
    listing = draw_list(
        desk,
        found,
        title=title,
        order=Order(query.sort),
        address=address,
        count=None,
        search=True,
        level="h1",
    )
    helping: Help = explain(desk.request, query, text)
    values = {
        "shell": around,
        "listing": listing,
        "help": helping,
        "saved": saved,
        "act": act,
        "search_filters": FILTERS,
        "steps": (),
        "steps_put_away": False,
    }
    return render(desk.request, "desk.html", values)


def _view_page(desk: Desk, view: View, after: str, sort: Order | None) -> Response:
    with desk.house.store.reading() as session:
        around = shell(session, desk, view=view)
        listing = listing_of(session, desk, view, around, after=after, sort=sort, level="h1")
        steps = waiting_steps(session, desk.house, desk.person)
    put = desk.request.query_params.get("steps") == "away" and put_away(desk.person)
    values = {
        "shell": around, "listing": listing, "help": None, "saved": None, "act": "", "steps": steps,
        "steps_put_away": put,
    }  # fmt: skip
    return render(desk.request, "desk.html", values)


def listing_of(
    session: Session,
    desk: Desk,
    view: View,
    around: Shell,
    *,
    after: str = "",
    sort: Order | None = None,
    level: str = "h2",
) -> Listing:
    """One page of a view, ready to be drawn."""
    orders = [one for one in Order if one is not Order.DUE or view.by_urgency]
    order = sort if sort in orders else view.order
    found = list_cases(session, view, person_id=desk.person.id, after=after, order=order)

    def address(order: Order, cursor: str) -> str:
        return f"/views/{view}?" + urlencode({"sort": order.value, "after": cursor})

    title = gettext_of(desk.request)(wording.VIEWS[view][0])
    return draw_list(
        desk,
        found,
        title=title,
        order=order,
        address=address,
        count=around.counts.get(view),
        level=level,
        orders=orders,
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
    saved: int = 0,
    back: str = "",
    reads: int = 0,
) -> Response:
    """What changed since a page was drawn: counts, what is leaving, lines in place, how many cases are new.

    Nothing is inserted above what somebody reads: new cases are only counted, and a person shows them. `reads` is
    the version of a draft on screen: when a person put another in its place, they are named.
    """
    at = datetime.fromtimestamp(min(max(since, 0.0), 4e9), UTC)
    ids = [int(part) for part in shown.split(",") if part.isdecimal()][:_MOST_SHOWN]
    watched = View(view) if view in set(View) else None
    with desk.house.store.reading() as session:
        around = shell(session, desk, view=view, case_id=case, saved_id=saved)
        fresh = count_new(session, watched, person_id=desk.person.id, since=at, shown=ids) if watched else 0
        changed = changed_lines(session, shown=ids, since=at)
        row = session.get(CaseRow, case) if case else None
        newer = newer_by_person(session, case, reads) if reads else None
    moved = ""
    if row is not None and row.version != version:
        moved = "draft" if draft in {"writing", "leaving"} and row.draft_state != draft else "case"
    here = "/" if watched is View.APPROVAL else f"/views/{view}"
    values = {
        "shell": around,
        "watching_list": watched is not None,
        "listed": around.counts.get(watched) if watched else None,
        "fresh": fresh,
        "back": inside(back) if back else "",
        "fresh_at": f"/cases/{case}?view={view}" if case else here,
        "changed": changed,
        "case_moved": moved,
        "draft": draft,
        "newer": newer if newer and newer.person.id != desk.person.id else None,
        "case_url": f"/cases/{case}?view={view}",
        "compare_url": f"/cases/{case}/versions?view={view}&left={reads}&right={newer.version if newer else 0}",
    }
    return render(desk.request, "live.html", values)
