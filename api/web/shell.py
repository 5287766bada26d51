"""What stands around every page: the views with their counts, what has stopped, what is about to leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from agent.desk.heartbeat import silent_since
from agent.store.queries.case_list import CaseLine, CaseList, View, count_cases
from agent.store.queries.shell import Leaving, count_escalations, count_problems, leaving_now, open_notices
from agent.store.tables import NoticeRow
from api.dependencies import Desk
from api.web.time_left import grouped


@dataclass(frozen=True, slots=True)
class Shell:
    """`view` is the list on screen, empty elsewhere; `silent` the processes that stand still, since when."""

    view: str
    case_id: int
    words: str
    undo_seconds: int
    counts: Mapping[View, int]
    escalations: int
    problems: int
    silent: Mapping[str, datetime | None]
    notices: tuple[NoticeRow, ...]
    leaving: tuple[Leaving, ...]

    @property
    def numbers(self) -> dict[str, int]:
        """Every number of the sidebar by its name."""
        return {
            **{str(v): n for v, n in self.counts.items()},
            "escalations": self.escalations,
            "problems": self.problems,
        }


def shell(session: Session, desk: Desk, *, view: str = "", case_id: int = 0, words: str = "") -> Shell:
    return Shell(
        view=view,
        case_id=case_id,
        words=words,
        undo_seconds=desk.house.undo_seconds,
        counts=count_cases(session, person_id=desk.person.id),
        escalations=count_escalations(session),
        problems=count_problems(session),
        silent=silent_since(session, desk.house.clock()),
        notices=open_notices(session),
        leaving=leaving_now(session),
    )


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as it is drawn. `level` is the heading's element: h1 where the list is the page."""

    title: str
    count: int | None
    by_urgency: bool
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
    view: View | None,
    count: int | None,
    following: str,
    level: str,
) -> Listing:
    by_urgency = view.by_urgency if view else False
    return Listing(
        title=title,
        count=count,
        by_urgency=by_urgency,
        groups=grouped(found.lines, desk.house.clock(), desk.house.company.zone, by_urgency=by_urgency),
        following=following if found.following else "",
        search=view is None,
        level=level,
    )
