"""The lists: the views of the desk, the search, saved views, and what polling brings."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

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
from agent.store.tables import CaseRow
from api.dependencies import AtDesk, Desk
from api.web import wording
from api.web.lists.picking import inside
from api.web.lists.place import Place, reached, saved_view, searched_for
from api.web.lists.search_words import FILTERS, Help, explain
from api.web.pages import gettext_of, render
from api.web.shell import Listing, Shell, asker_of, draw_list, shell

router = APIRouter()
_MOST_SHOWN = 200


@router.get("/")
def desk_page(desk: AtDesk, after: str = "", sort: Order | None = None) -> Response:
    return _view_page(desk, Place(View.APPROVAL, sort=sort, after=after))


@router.get("/views/{view}")
def view_page(desk: AtDesk, view: View, after: str = "", sort: Order | None = None) -> Response:
    return _view_page(desk, Place(view, sort=sort, after=after))


@router.get("/search")
def search_page(
    desk: AtDesk, q: Annotated[str, Query(max_length=queries.MOST_CHARACTERS)] = "", after: str = ""
) -> Response:
    return show_search(desk, Place(None, words=q, after=after))


@router.get("/saved/{view_id}")
def saved_page(
    desk: AtDesk, view_id: int, after: str = "", sort: Order | None = None, act: str = ""
) -> Response:
    return show_search(desk, Place(None, saved=view_id, sort=sort, after=after), act=act)


def show_search(desk: Desk, place: Place, *, act: str = "") -> Response:
    """What a search finds, under the name of the saved view where it is one. Raises `NotFound` for a view that is not there."""
    with desk.house.store.reading() as session:
        saved = saved_view(session, desk, place.saved) if place.saved else None
        if place.saved and saved is None:
            raise NotFound("There is no such view.", code="view.unknown", remedy="Look at the sidebar again.")
        query = searched_for(session, desk, place)
        around = shell_at(session, desk, place)
        listing = listing_at(session, desk, place, around, level="h1")
    text = saved.query if saved else place.words
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


def _view_page(desk: Desk, place: Place) -> Response:
    with desk.house.store.reading() as session:
        around = shell_at(session, desk, place)
        listing = listing_at(session, desk, place, around, level="h1")
        steps = waiting_steps(session, desk.house, desk.person)
    put = desk.request.query_params.get("steps") == "away" and put_away(desk.person)
    values = {
        "shell": around, "listing": listing, "help": None, "saved": None, "act": "", "steps": steps,
        "steps_put_away": put,
    }  # fmt: skip
    return render(desk.request, "desk.html", values)


def shell_at(session: Session, desk: Desk, place: Place, *, case_id: int = 0) -> Shell:
    """What stands around a list, or around a case that was opened from it."""
    return shell(
        session,
        desk,
        view=place.view or "",
        place=str(place),
        case_id=case_id,
        words=place.words,
        saved_id=place.saved,
    )


def listing_at(session: Session, desk: Desk, place: Place, around: Shell, *, level: str = "h2") -> Listing:
    """The page of a list that a place names, ready to be drawn."""
    words = gettext_of(desk.request)
    if place.view is not None:
        orders: Sequence[Order] = [one for one in Order if one is not Order.DUE or place.view.by_urgency]
        order = place.sort if place.sort and place.sort in orders else place.view.order
        found = list_cases(session, place.view, person_id=desk.person.id, after=place.after, order=order)
        title = words(wording.VIEWS[place.view][0])
    else:
        query = searched_for(session, desk, place)
        orders, order = tuple(Order), Order(query.sort)
        found = search(session, query, asker_of(desk), after=place.after)
        saved = saved_view(session, desk, place.saved) if place.saved else None
        title = saved.name if saved else words("Search")
        if place.words:
            title = words("Search: %(words)s") % {"words": place.words}

    def address(order: Order, cursor: str) -> str:
        if place.view is None and not place.saved:
            return Place(None, words=str(query.sorted_by(order)), after=cursor).url
        return replace(place, sort=order, after=cursor).url

    return draw_list(
        desk,
        found,
        title=title,
        order=order,
        address=address,
        count=_count_of(around, place),
        search=place.view is None,
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
    back: str = "",
    reads: int = 0,
) -> Response:
    """What changed since a page was drawn: counts, what is leaving, lines in place, how many cases are new.

    Nothing is inserted above what somebody reads: new cases are only counted, and a person shows them. `reads` is
    the version of a draft on screen: when a person put another in its place, they are named.
    """
    at = datetime.fromtimestamp(min(max(since, 0.0), 4e9), UTC)
    ids = [int(part) for part in shown.split(",") if part.isdecimal()][:_MOST_SHOWN]
    with desk.house.store.reading() as session:
        place = reached(session, desk, view) if view else None
        around = shell_at(session, desk, place or Place(None), case_id=case)
        fresh = _count_fresh(session, desk, place, at, ids) if place else 0
        listed = _count_of(around, place) if place else None
        changed = changed_lines(session, shown=ids, since=at)
        row = session.get(CaseRow, case) if case else None
        newer = newer_by_person(session, case, reads) if reads else None
    moved = ""
    if row is not None and row.version != version:
        moved = "draft" if draft in {"writing", "leaving"} and row.draft_state != draft else "case"
    values = {
        "shell": around,
        "watching_list": place is not None,
        "listed": listed,
        "fresh": fresh,
        "back": inside(back) if back else "",
        "fresh_at": f"/cases/{case}?view={place}" if case else place.first_page.url if place else "/",
        "changed": changed,
        "case_moved": moved,
        "draft": draft,
        "newer": newer if newer and newer.person.id != desk.person.id else None,
        "case_url": f"/cases/{case}?view={view}",
        "compare_url": f"/cases/{case}/versions?view={view}&left={reads}&right={newer.version if newer else 0}",
    }
    return render(desk.request, "live.html", values)


def _count_of(around: Shell, place: Place) -> int | None:
    """How many cases a list holds, where that is counted."""
    if place.view is not None:
        return around.counts.get(place.view)
    return next((one.count for one in around.saved if one.row.id == place.saved), None)


def _count_fresh(session: Session, desk: Desk, place: Place, since: datetime, shown: Sequence[int]) -> int:
    """How many cases came into a list since it was drawn; of a search, among those that its first page would show."""
    if place.view is not None:
        return count_new(session, place.view, person_id=desk.person.id, since=since, shown=shown)
    query = searched_for(session, desk, place)
    first = search(session, query, asker_of(desk)).lines
    return sum(line.case.updated_at > since and line.id not in shown for line in first)
