"""The people behind the numbers of a campaign: who is asked, who answered, who is not asked and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from agent.store.tables import (
    CustomerRow,
    FeedbackMessageRow,
    FeedbackRequestRow,
    HeldBackRow,
    SurveyAnswerRow,
)

SHOWN = 200
PLANNED = ("planned", "waiting", "sent", "answered", "dropped")
"""The numbers that requests make; the remaining one, `not_asked`, is made by those who were never planned."""
WAITING = ("open", "paused")
"""States of requests that wait for their time."""


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a campaign. `reason` is as it is stored; `at` when they are asked, or when it was decided."""

    customer: CustomerRow
    state: str
    reason: dict[str, Any]
    at: datetime | None


def members_of(
    session: Session, campaign_id: int, number: str, code: str = ""
) -> tuple[Sequence[Member], int]:
    """The first `SHOWN` people behind a number of `Progress`, and how many there are; `code` is that of a reason."""
    if number == "not_asked":
        return _held_back(session, campaign_id, code)
    request = FeedbackRequestRow
    query = (
        select(CustomerRow, request)
        .join(request, request.customer_id == CustomerRow.id)
        .where(request.campaign_id == campaign_id, *_got_to(number))
    )
    count = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.execute(query.order_by(request.id).limit(SHOWN))
    return [
        Member(customer, row.state, row.reason or {}, row.planned_for or row.look_at)
        for customer, row in rows
    ], count


def _got_to(number: str) -> list[ColumnElement[bool]]:
    request, message, answer = FeedbackRequestRow, FeedbackMessageRow, SurveyAnswerRow
    match number:
        case "waiting":
            return [request.state.in_(WAITING)]
        case "sent":
            return [request.id.in_(select(message.request_id).where(message.sent_at.is_not(None)))]
        case "answered":
            return [request.id.in_(select(answer.request_id).where(answer.completed_at.is_not(None)))]
        case "dropped":
            return [request.state == "not_asked"]
    return []


def _held_back(session: Session, campaign_id: int, code: str) -> tuple[Sequence[Member], int]:
    held = HeldBackRow
    query = (
        select(CustomerRow, held)
        .join(held, held.customer_id == CustomerRow.id)
        .where(held.campaign_id == campaign_id)
    )
    if code:
        query = query.where(held.code == code)
    count = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.execute(query.order_by(held.id).limit(SHOWN))
    return [Member(customer, "not_asked", row.reason, row.created_at) for customer, row in rows], count
