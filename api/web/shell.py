"""What stands around every page: the views with their counts, what has stopped, what is about to leave."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from agent.desk.casework.noting import count_mentions
from agent.desk.casework.snoozing import Until, moments
from agent.desk.full_disk import notice_without_room
from agent.desk.heartbeat import silent_since
from agent.desk.settings.rules import rules_of
from agent.store.queries.case_list import View, count_cases
from agent.store.queries.case_pages import CaseLine, CaseList, Order
from agent.store.queries.case_search import Asker
from agent.store.queries.desk_shell import (
    Progress,
    SavedCount,
    all_tags,
    count_saved,
    deleted_view,
    last_change,
    progress,
    team,
)
from agent.store.queries.label_checks import count_waiting
from agent.store.queries.shell import Leaving, count_escalations, count_problems, leaving_now, open_notices
from agent.store.tables import DeskChangeRow, NoticeRow, PersonRow, SavedViewRow, TagRow
from api.dependencies import Desk
from api.web.time_left import grouped


@dataclass(frozen=True, slots=True)
class Shell:
    """`view` is the list on screen, empty elsewhere, `place` the one that links to cases carry on; `silent` the processes that stand still, since when."""

    view: str
    place: str
    case_id: int
    words: str
    undo_seconds: int
    counts: Mapping[View, int]
    escalations: int
    problems: int
    labels: int
    mentions: int
    silent: Mapping[str, datetime | None]
    notices: tuple[NoticeRow, ...]
    leaving: tuple[Leaving, ...]
    saved: tuple[SavedCount, ...]
    saved_id: int
    change: DeskChangeRow | None
    deleted_view: SavedViewRow | None
    progress: Progress
    tags: Sequence[TagRow]
    team: Sequence[PersonRow]
    categories: tuple[str, ...]
    snoozes: tuple[tuple[Until, datetime], ...]

    @property
    def own_letter(self) -> Leaving | None:
        """The reply that this person approved last, while it is on its way."""
        return next((one for one in self.leaving if one.own), None)

    @property
    def undoes(self) -> str:
        """What the key of undo takes back, the newest of this person's own acts: letter | change | view, or nothing."""
        acts: list[tuple[datetime, str]] = []
        if (letter := self.own_letter) is not None and letter.state == "waiting":
            acts.append((letter.approved_at, "letter"))
        if self.change is not None:
            if self.change.undone_at is None and self.change.cases:
                acts.append((self.change.created_at, "change"))
        elif self.deleted_view is not None and self.deleted_view.deleted_at is not None:
            acts.append((self.deleted_view.deleted_at, "view"))
        return max(acts)[1] if acts else ""

    @property
    def numbers(self) -> dict[str, int]:
        """Every number of the sidebar by its name."""
        return {
            **{str(v): n for v, n in self.counts.items()},
            "escalations": self.escalations,
            "problems": self.problems,
            "labels": self.labels,
            "mentions": self.mentions,
            **{f"saved-{one.row.id}": one.count for one in self.saved},
        }


def shell(
    session: Session,
    desk: Desk,
    *,
    view: str = "",
    place: str = "",
    case_id: int = 0,
    words: str = "",
    saved_id: int = 0,
) -> Shell:
    house, now = desk.house, desk.house.clock()
    moment = now - timedelta(seconds=max(1, house.undo_seconds))
    midnight = now.astimezone(house.company.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return Shell(
        view=view,
        place=place or view or View.APPROVAL.value,
        case_id=case_id,
        words=words,
        undo_seconds=desk.house.undo_seconds,
        counts=count_cases(session, person_id=desk.person.id),
        escalations=count_escalations(session),
        problems=count_problems(session),
        labels=count_waiting(session, desk.person.id),
        mentions=count_mentions(session, desk.person.id),
        silent=silent_since(session, desk.house.clock()),
        notices=_notices(session, desk),
        leaving=leaving_now(session, desk.person.id),
        saved=count_saved(session, asker_of(desk)),
        saved_id=saved_id,
        change=last_change(session, desk.person.id, moment),
        deleted_view=deleted_view(session, desk.person.id, moment),
        progress=progress(session, midnight),
        tags=all_tags(session),
        team=team(session),
        categories=tuple(desk.request.app.state.taxonomy.slugs),
        snoozes=tuple(moments(now, rules_of(house.company)[1]).items()),
    )


def _notices(session: Session, desk: Desk) -> tuple[NoticeRow, ...]:
    stored, unstored = open_notices(session), notice_without_room(desk.house)
    if unstored is None or any(one.key == unstored.key for one in stored):
        return stored
    return (unstored, *stored)


def asker_of(desk: Desk) -> Asker:
    """Who asks, when and where."""
    return Asker(desk.person.id, desk.house.clock(), desk.house.company.zone)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as it is drawn. `level` is the heading's element: h1 where the list is the page.

    `sorts` are the orders to choose from, each with its address; `address` is the list's own, to come back to.
    """

    title: str
    count: int | None
    order: Order
    sorts: tuple[tuple[Order, str], ...]
    address: str
    groups: list[tuple[str, list[CaseLine]]]
    following: str
    search: bool
    level: str

    @property
    def group_level(self) -> str:
        return "h2" if self.level == "h1" else "h3"

    @property
    def shown(self) -> str:
        return ",".join(str(line.id) for _, lines in self.groups for line in lines)

    @property
    def first(self) -> str:
        return next((f"/cases/{line.id}" for _, lines in self.groups for line in lines), "/")


def draw_list(
    desk: Desk,
    found: CaseList,
    *,
    title: str,
    order: Order,
    address: Callable[[Order, str], str],
    count: int | None,
    search: bool = False,
    level: str,
    orders: Sequence[Order] = tuple(Order),
) -> Listing:
    """`address` gives the place of this list in an order and after a cursor."""
    return Listing(
        title=title,
        count=count,
        order=order,
        sorts=tuple((one, address(one, "")) for one in orders),
        address=address(order, ""),
        groups=grouped(found.lines, desk.house.clock(), desk.house.company.zone, order=order),
        following=address(order, found.following) if found.following else "",
        search=search,
        level=level,
    )
