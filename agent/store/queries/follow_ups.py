"""Follow-ups as people look for them: by deadline, of a case or a customer, and those that are overdue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from agent.errors import NotFound
from agent.store.tables import CaseRow, CustomerRow, FollowUpRow, PersonRow, SurveyAnswerRow

MOST = 200
ON_BOARD = 8


class Whose(StrEnum):
    MINE = "mine"
    ALL = "all"


class Stage(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class FollowUpLine:
    """A task with the answer it is about and the people in it. `case` and `customer` may be missing."""

    row: FollowUpRow
    answer: SurveyAnswerRow
    customer: CustomerRow | None
    case: CaseRow | None
    owner: PersonRow | None
    done_by: PersonRow | None

    @property
    def name(self) -> str:
        """The customer as people know them; empty where the customer was erased."""
        return (self.customer.name or self.customer.email) if self.customer is not None else ""


def follow_up_lines(
    session: Session, *, whose: Whose, stage: Stage, person_id: int
) -> tuple[FollowUpLine, ...]:
    """Open tasks by deadline, so that what is overdue comes first; closed ones with the newest first."""
    query = _lines()
    if stage is Stage.OPEN:
        query = query.where(FollowUpRow.state == "open").order_by(FollowUpRow.due_at, FollowUpRow.id)
    else:
        query = query.where(FollowUpRow.state != "open").order_by(
            FollowUpRow.done_at.desc(), FollowUpRow.id.desc()
        )
    if whose is Whose.MINE:
        query = query.where(FollowUpRow.owner_id == person_id)
    return _read(session, query.limit(MOST))


def follow_up_line(session: Session, follow_up_id: int) -> FollowUpLine:
    """Raises `NotFound`."""
    found = _read(session, _lines().where(FollowUpRow.id == follow_up_id))
    if not found:
        raise NotFound(
            f"There is no follow-up {follow_up_id}.",
            code="follow_up.unknown",
            remedy="Look at the list again.",
        )
    return found[0]


def follow_ups_of_case(session: Session, case_id: int) -> tuple[FollowUpLine, ...]:
    """All of a case, the newest first."""
    return _read(
        session, _lines().where(FollowUpRow.case_id == case_id).order_by(FollowUpRow.id.desc()).limit(MOST)
    )


def follow_ups_of_customer(session: Session, customer_id: int) -> tuple[FollowUpLine, ...]:
    """All of a customer, the newest first."""
    return _read(
        session,
        _lines().where(FollowUpRow.customer_id == customer_id).order_by(FollowUpRow.id.desc()).limit(MOST),
    )


def overdue_follow_ups(session: Session, now: datetime) -> tuple[tuple[FollowUpLine, ...], int]:
    """The first of those whose deadline is over, and how many there are in all."""
    late = (FollowUpRow.state == "open", FollowUpRow.due_at <= now)
    count = session.scalar(select(func.count()).select_from(FollowUpRow).where(*late)) or 0
    lines = _lines().where(*late).order_by(FollowUpRow.due_at, FollowUpRow.id).limit(ON_BOARD)
    return _read(session, lines) if count else (), count


def count_open_follow_ups(session: Session, *, owner_id: int | None = None) -> int:
    """How many wait, of everybody or of one person."""
    query = select(func.count()).select_from(FollowUpRow).where(FollowUpRow.state == "open")
    if owner_id is not None:
        query = query.where(FollowUpRow.owner_id == owner_id)
    return session.scalar(query) or 0


def stages_lately(session: Session, since: datetime) -> tuple[int, int, int]:
    """How many wait, how many were talked to since, and how many of those ended well: the strip under the list."""
    done = session.execute(
        select(FollowUpRow.outcome, func.count())
        .where(FollowUpRow.state == "done", FollowUpRow.done_at >= since)
        .group_by(FollowUpRow.outcome)
    ).all()
    talked = sum(count for outcome, count in done if outcome != "not_reached")
    solved = sum(count for outcome, count in done if outcome == "solved")
    return count_open_follow_ups(session), talked, solved


def _lines() -> Select[FollowUpRow, SurveyAnswerRow, CustomerRow, CaseRow, PersonRow, PersonRow]:
    owner, done_by = aliased(PersonRow), aliased(PersonRow)
    return (
        select(FollowUpRow, SurveyAnswerRow, CustomerRow, CaseRow, owner, done_by)
        .join(SurveyAnswerRow, SurveyAnswerRow.id == FollowUpRow.answer_id)
        .outerjoin(CustomerRow, CustomerRow.id == FollowUpRow.customer_id)
        .outerjoin(CaseRow, CaseRow.id == FollowUpRow.case_id)
        .outerjoin(owner, owner.id == FollowUpRow.owner_id)
        .outerjoin(done_by, done_by.id == FollowUpRow.done_by_id)
    )


def _read(
    session: Session,
    query: Select[FollowUpRow, SurveyAnswerRow, CustomerRow, CaseRow, PersonRow, PersonRow],
) -> tuple[FollowUpLine, ...]:
    rows: Sequence[object] = session.execute(query).all()
    return tuple(FollowUpLine(*row) for row in rows)  # type: ignore[misc]
