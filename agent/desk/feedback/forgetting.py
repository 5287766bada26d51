"""What is kept about one customer because of feedback: to hand it out, and to erase it."""

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Select, Text, cast, delete, func, or_, select, update
from sqlalchemy.orm import Session

from agent.desk.feedback.loop.improvement_letters import KIND as IMPROVEMENT
from agent.desk.feedback.sending.leaving import KIND as ASKING
from agent.store.base import Table
from agent.store.tables import (
    ContactWayRow,
    FeedbackEventRow,
    FeedbackMessageRow,
    FeedbackOptOutRow,
    FeedbackRequestRow,
    FollowUpRow,
    HeldBackRow,
    ImprovementAnswerRow,
    OutboxRow,
    SurveyAnswerRow,
    WebhookDeliveryRow,
)

Conditions = Sequence[tuple[type[Table], ColumnElement[bool]]]


_NOBODY = 0
"""No row's number. `None` would be compared as “is null”, which holds for everybody who answered unnamed."""


def feedback_of(session: Session, customer_id: int) -> Mapping[str, Sequence[Table]]:
    """The customer's rows by table."""
    return {
        table.__tablename__: session.scalars(select(table).where(where)).all()
        for table, where in _theirs(customer_id)
    }


def letters_to(session: Session, email: str) -> Sequence[OutboxRow]:
    """Mails about no case that were written to this address, those too that were called off before they left."""
    stored = cast(OutboxRow.recipients, Text)  # as JSON, which may write what is beyond ASCII in another way
    names = [stored.contains(form, autoescape=True) for form in {email, json.dumps(email)[1:-1]}]
    some = select(OutboxRow).where(
        OutboxRow.case_id.is_(None), OutboxRow.kind.in_((ASKING, IMPROVEMENT)), or_(*names)
    )
    return [row for row in session.scalars(some) if email in row.recipients]


def erase_feedback(
    session: Session, customer_id: int | None, case_ids: Sequence[int], email: str
) -> dict[str, int]:
    """Delete it, and whatever hangs on the cases that go; children first. How many rows went, by table."""
    customer_id = customer_id or _NOBODY
    gone: dict[str, int] = {}
    outbox = _letters(customer_id, case_ids)
    letters = {*session.scalars(outbox), *(row.id for row in letters_to(session, email))}
    requests = session.scalars(_requests(customer_id, case_ids)).all()
    session.execute(
        update(FollowUpRow).where(FollowUpRow.asked_again_id.in_(requests)).values(asked_again_id=None)
    )
    for table, where in _all(customer_id, case_ids):
        gone[table.__tablename__] = session.scalar(select(func.count()).select_from(table).where(where)) or 0
        session.execute(delete(table).where(where))
    session.execute(delete(OutboxRow).where(OutboxRow.id.in_(letters)))
    return gone


def _requests(customer_id: int, case_ids: Sequence[int]) -> Select[int]:
    row = FeedbackRequestRow
    return select(row.id).where(or_(row.customer_id == customer_id, row.case_id.in_(case_ids)))


def _letters(customer_id: int, case_ids: Sequence[int]) -> Select[int | None]:
    row, told = FeedbackMessageRow, ImprovementAnswerRow
    requests = _requests(customer_id, case_ids)
    asked = select(row.outbox_id).where(row.request_id.in_(requests), row.outbox_id.is_not(None))
    answers = select(SurveyAnswerRow.id).where(
        or_(SurveyAnswerRow.customer_id == customer_id, SurveyAnswerRow.request_id.in_(requests))
    )
    improved = select(told.outbox_id).where(told.answer_id.in_(answers), told.outbox_id.is_not(None))
    both = asked.union(improved).subquery()
    return select(both.c[0])


def _all(customer_id: int, case_ids: Sequence[int]) -> Conditions:
    requests, answer = _requests(customer_id, case_ids), SurveyAnswerRow
    theirs = or_(
        answer.customer_id == customer_id, answer.case_id.in_(case_ids), answer.request_id.in_(requests)
    )
    answers = select(answer.id).where(theirs)
    return (
        (WebhookDeliveryRow, WebhookDeliveryRow.payload["answer_id"].as_integer().in_(answers)),
        (ImprovementAnswerRow, ImprovementAnswerRow.answer_id.in_(answers)),
        (
            FollowUpRow,
            or_(
                FollowUpRow.answer_id.in_(answers),
                FollowUpRow.customer_id == customer_id,
                FollowUpRow.case_id.in_(case_ids),
            ),
        ),
        (SurveyAnswerRow, theirs),
        (FeedbackMessageRow, FeedbackMessageRow.request_id.in_(requests)),
        (FeedbackRequestRow, FeedbackRequestRow.id.in_(requests)),
        *_of_the_person(customer_id),
    )


def _of_the_person(customer_id: int) -> Conditions:
    return (
        (FeedbackEventRow, FeedbackEventRow.customer_id == customer_id),
        (ContactWayRow, ContactWayRow.customer_id == customer_id),
        (FeedbackOptOutRow, FeedbackOptOutRow.customer_id == customer_id),
        (HeldBackRow, HeldBackRow.customer_id == customer_id),
    )


def _theirs(customer_id: int) -> Conditions:
    return (
        *_of_the_person(customer_id),
        (FeedbackRequestRow, FeedbackRequestRow.customer_id == customer_id),
        (FeedbackMessageRow, FeedbackMessageRow.customer_id == customer_id),
        (SurveyAnswerRow, SurveyAnswerRow.customer_id == customer_id),
        (FollowUpRow, FollowUpRow.customer_id == customer_id),
    )
