"""Requests for feedback as people see them: who is asked next, who was not and why, what came of it, one customer's story."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from agent.store.queries.feedback_facts import COUNTED_STATES, asked_at
from agent.store.tables import (
    CustomerRow,
    FeedbackEventRow,
    FeedbackMessageRow,
    FeedbackRequestRow,
    SurveyAnswerRow,
)

PAGE_SIZE = 50
MOST_IN_A_STORY = 200


class Stage(StrEnum):
    """Where a request stands, for people."""

    PLANNED = "planned"  # has a moment
    WAITING = "waiting"  # something holds it back for now
    ASKED = "asked"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request with its customer, and when its first message left."""

    row: FeedbackRequestRow
    customer: CustomerRow
    sent_at: datetime | None = None
    answered_at: datetime | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """What one rule asked in a period. `scores` are those of the completed answers, in no order."""

    name: str
    survey: str
    asked: int
    answered: int
    scores: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """All that happened between us and one customer about feedback, each the newest first."""

    events: Sequence[FeedbackEventRow]
    requests: Sequence[FeedbackRequestRow]
    messages: Sequence[FeedbackMessageRow]
    answers: Sequence[SurveyAnswerRow]


def code_of_reason() -> ColumnElement[str]:
    code: ColumnElement[str] = FeedbackRequestRow.reason["code"].as_string()
    return code


def stage_is(stage: Stage) -> ColumnElement[bool]:
    row = FeedbackRequestRow
    match stage:
        case Stage.PLANNED:
            return and_(row.state == "open", row.planned_for.is_not(None))
        case Stage.WAITING:
            return and_(row.state == "open", row.planned_for.is_(None))
        case Stage.ASKED:
            return row.state.in_(("asked", "answered", "over"))
        case Stage.NOT_ASKED:
            return row.state == "not_asked"


def request_lines(
    session: Session, stage: Stage, *, code: str = "", after: int | None = None, limit: int = PAGE_SIZE
) -> tuple[list[RequestLine], int | None]:
    """Requests of a stage, with the reason `code` alone if given, and what goes into `after` for the next page.

    Planned ones by their moment (a page alone), all others the newest first.
    """
    row = FeedbackRequestRow
    query = select(row, CustomerRow).join(CustomerRow, CustomerRow.id == row.customer_id)
    query = query.where(stage_is(stage))
    if code:
        query = query.where(code_of_reason() == code)
    if stage is Stage.PLANNED:
        query = query.order_by(row.planned_for, row.id)
    else:
        query = query.order_by(row.id.desc())
        if after is not None:
            query = query.where(row.id < after)
    found = session.execute(query.limit(limit + 1)).all()
    shown = [(request, customer) for request, customer in found[:limit]]
    came = _came_back(session, [request.id for request, _ in shown])
    lines = [
        RequestLine(request, customer, *came.get(request.id, (None, None, None)))
        for request, customer in shown
    ]
    more = len(found) > limit and stage is not Stage.PLANNED
    return lines, shown[-1][0].id if more else None


def _came_back(
    session: Session, ids: Sequence[int]
) -> Mapping[int, tuple[datetime | None, datetime | None, float | None]]:
    message, answer = FeedbackMessageRow, SurveyAnswerRow
    rows = session.execute(
        select(
            message.request_id,
            func.min(message.sent_at),
            func.min(answer.completed_at),
            func.min(answer.score),
        )
        .outerjoin(answer, answer.request_id == message.request_id)
        .where(message.request_id.in_(ids))
        .group_by(message.request_id)
    )
    return {number: (sent, answered, score) for number, sent, answered, score in rows}


def count_stages(session: Session) -> dict[Stage, int]:
    """How many requests stand where."""
    return {
        stage: session.scalar(select(func.count()).select_from(FeedbackRequestRow).where(stage_is(stage)))
        or 0
        for stage in Stage
    }


def count_reasons(session: Session, stage: Stage, since: datetime | None = None) -> list[tuple[str, int]]:
    """Why requests of a stage are held back or were dropped, the most frequent reason first."""
    code, number = code_of_reason().label("code"), func.count().label("number")
    query = select(code, number).where(stage_is(stage)).group_by(code).order_by(number.desc(), code)
    if since is not None:
        query = query.where(FeedbackRequestRow.created_at >= since)
    return [(found or "", count) for found, count in session.execute(query)]


def tallies(session: Session, since: datetime) -> list[Tally]:
    """What was asked since then, by rule and survey, the most asked first."""
    request, answer = FeedbackRequestRow, SurveyAnswerRow
    asked: Select[int] = (
        select(FeedbackMessageRow.request_id)
        .where(FeedbackMessageRow.state.in_(COUNTED_STATES), asked_at() >= since)
        .distinct()
    )
    rows = session.execute(
        select(
            request.name, request.survey, answer.score, func.count(), func.count(answer.completed_at)
        )
        .outerjoin(answer, answer.request_id == request.id)
        .where(request.id.in_(asked), request.form == "survey")
        .group_by(request.name, request.survey, answer.score)
    )  # fmt: skip
    by_rule: defaultdict[tuple[str, str], list[tuple[float | None, int, int]]] = defaultdict(list)
    for name, survey, score, number, answered in rows:
        by_rule[name, survey].append((score, number, answered))
    found = [
        Tally(
            name,
            survey,
            asked=sum(number for _, number, _ in counts),
            answered=sum(answered for _, _, answered in counts),
            scores=tuple(
                score for score, _, answered in counts if score is not None for _ in range(answered)
            ),
        )
        for (name, survey), counts in by_rule.items()
    ]
    return sorted(found, key=lambda tally: (-tally.asked, tally.name))


def newest_customers(session: Session, most: int) -> tuple[Sequence[CustomerRow], int]:
    """The customers to whom something happened last, and how many there are at all."""
    total = session.scalar(select(func.count()).select_from(CustomerRow)) or 0
    lately = (
        select(FeedbackEventRow.customer_id, func.max(FeedbackEventRow.id).label("last"))
        .group_by(FeedbackEventRow.customer_id)
        .subquery()
    )
    rows = session.scalars(
        select(CustomerRow)
        .outerjoin(lately, lately.c.customer_id == CustomerRow.id)
        .order_by(func.coalesce(lately.c.last, 0).desc(), CustomerRow.id.desc())
        .limit(most)
    ).all()
    return rows, total


def planned_moments(session: Session, ids: Sequence[int]) -> dict[int, datetime]:
    """When each of these customers is asked next, of those for whom a moment stands."""
    row = FeedbackRequestRow
    found = session.execute(
        select(row.customer_id, func.min(row.planned_for))
        .where(row.customer_id.in_(ids), stage_is(Stage.PLANNED))
        .group_by(row.customer_id)
    )
    return {customer_id: at for customer_id, at in found if at is not None}


def story_of(session: Session, customer_id: int) -> Story:
    """One customer's events, requests, messages and answers."""
    event, request = FeedbackEventRow, FeedbackRequestRow
    message, answer = FeedbackMessageRow, SurveyAnswerRow
    return Story(
        session.scalars(
            select(event).where(event.customer_id == customer_id).order_by(event.at.desc()).limit(MOST_IN_A_STORY)
        ).all(),
        session.scalars(
            select(request)
            .where(request.customer_id == customer_id)
            .order_by(request.id.desc())
            .limit(MOST_IN_A_STORY)
        ).all(),
        session.scalars(
            select(message)
            .where(message.customer_id == customer_id)
            .order_by(message.id.desc())
            .limit(MOST_IN_A_STORY)
        ).all(),
        session.scalars(
            select(answer).where(answer.customer_id == customer_id).order_by(answer.id.desc()).limit(MOST_IN_A_STORY)
        ).all(),
    )  # fmt: skip
