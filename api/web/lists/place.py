"""The list that somebody works from: carried by every link and form of a case, so that the next case is its next."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from sqlalchemy.orm import Session

from agent.cases import query as queries
from agent.cases.query import Query
from agent.store.queries import case_search
from agent.store.queries.case_list import View, next_in_view
from agent.store.queries.case_pages import Order, cursor
from agent.store.tables import CaseRow, SavedViewRow
from api.dependencies import Desk
from api.web.lists.search_words import known_categories
from api.web.shell import asker_of

_MARK = "at-"


@dataclass(frozen=True, slots=True)
class Place:
    """A view, a saved view by its number, or a search by its words; in which order, and after which cursor.

    As text it fits into an address: the bare name of a view, or a token that `place_of` reads.
    """

    view: View | None = View.APPROVAL
    saved: int = 0
    words: str = ""
    sort: Order | None = None
    after: str = ""

    @property
    def url(self) -> str:
        """Where the list itself is read."""
        parts = {"sort": self.sort.value if self.sort else "", "after": self.after}
        if self.view is None:
            parts = {"q": self.words if not self.saved else "", **parts}
        query = urlencode({name: value for name, value in parts.items() if value})
        if self.saved:
            path = f"/saved/{self.saved}"
        elif self.view is None:
            path = "/search"
        else:
            path = "/" if self.view is View.APPROVAL else f"/views/{self.view}"
        return f"{path}?{query}" if query else path

    @property
    def first_page(self) -> "Place":
        return replace(self, after="")

    def __str__(self) -> str:
        if self.view is not None and self.sort is None and not self.after:
            return self.view.value
        parts = {
            "view": self.view.value if self.view else "",
            "saved": str(self.saved or ""),
            "q": self.words,
            "sort": self.sort.value if self.sort else "",
            "after": self.after,
        }
        query = urlencode({name: value for name, value in parts.items() if value})
        return _MARK + urlsafe_b64encode(query.encode()).decode().rstrip("=")


def place_of(text: str) -> Place:
    """The place that a link or form names, or the view that waits for approval."""
    if not text.startswith(_MARK):
        return Place(View(text)) if text in set(View) else Place()
    token = text.removeprefix(_MARK)
    try:
        query = urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        parts = dict(parse_qsl(query, max_num_fields=9))
    except (binascii.Error, ValueError):
        return Place()
    view, saved, words = parts.get("view", ""), parts.get("saved", ""), parts.get("q", "")
    place = Place(
        view=View(view) if view in set(View) else None,
        saved=int(saved) if saved.isascii() and saved.isdecimal() and len(saved) < 12 else 0,
        words=words[: queries.MOST_CHARACTERS],
        sort=Order(parts["sort"]) if parts.get("sort") in set(Order) else None,
        after=parts.get("after", ""),
    )
    return place if place.view or place.saved or place.words else Place()


def reached(session: Session, desk: Desk, text: str) -> Place:
    """As `place_of`; a saved view that is gone, or not this person's to see, is the view that waits for approval."""
    place = place_of(text)
    return Place() if place.saved and saved_view(session, desk, place.saved) is None else place


def saved_view(session: Session, desk: Desk, view_id: int) -> SavedViewRow | None:
    """A saved view that is there and that this person may see."""
    row = session.get(SavedViewRow, view_id)
    mine = row is not None and row.deleted_at is None and (row.shared or row.owner_id == desk.person.id)
    return row if mine else None


def searched_for(session: Session, desk: Desk, place: Place) -> Query:
    """What the search of a place that is no view looks for, in its order."""
    row = saved_view(session, desk, place.saved) if place.saved else None
    query = queries.parse(row.query if row else place.words, categories=known_categories(desk.request))
    return query.sorted_by(place.sort) if place.sort else query


def next_at(session: Session, desk: Desk, place: Place, left: CaseRow) -> int | None:
    """The case to look at after `left`: the one below it in the list, or else the first."""
    if place.view is not None:
        return next_in_view(session, place.view, person_id=desk.person.id, left=left, order=place.sort)
    query = searched_for(session, desk, place)
    for after in (cursor(left, Order(query.sort)), ""):
        for line in case_search.search(session, query, asker_of(desk), after=after, limit=2).lines:
            if line.id != left.id:
                return line.id
    return None
