"""What happened with customers, from their cases, by API, or noted by people: what asking for feedback begins with."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import IntegrityError

from agent.cases.case import CaseState
from agent.desk.learning.profiling import customer_for
from agent.feedback.history import Channel, Value
from agent.store.session import Unit
from agent.store.tables import (
    CaseRow,
    ContactWayRow,
    CustomerRow,
    EscalationRow,
    FeedbackEventRow,
    FeedbackRequestRow,
    MessageRow,
)

Data = Mapping[str, Value]


def note_event(
    unit: Unit,
    *,
    customer_id: int,
    kind: str,
    at: datetime,
    data: Data | None = None,
    source: str,
    key: str | None = None,
    now: datetime,
    decided: bool = False,
) -> FeedbackEventRow | None:
    """Write down what happened; None when an event of this `source` with this `key` is known already.

    It is news for every request that waits: each is looked at again. `decided`: it is old, and leads to no request.
    """
    row = FeedbackEventRow(
        customer_id=customer_id,
        kind=kind,
        at=at,
        data=plain(data or {}),
        source=source,
        dedupe_key=None if key is None else f"{source}:{key}",
        decided_at=now if decided else None,
        created_at=now,
    )
    session = unit.session
    if row.dedupe_key is not None:
        known = select(FeedbackEventRow.id).where(FeedbackEventRow.dedupe_key == row.dedupe_key)
        if session.scalar(known) is not None:
            return None
    session.flush()
    try:
        with session.begin_nested():  # somebody else may be writing the same event at this moment
            session.add(row)
    except IntegrityError:
        return None
    if not decided:
        wake(unit, customer_id, now)
    return row


ANSWERED = "answered"


def note_answered(unit: Unit, *, customer_id: int, answer_id: int, data: Data, now: datetime) -> bool:
    """Write down what the customer answered; whether that is news.

    One answer is one event. Changed, it says what holds now and since when: a slip of the thumb that was put right
    leaves nobody unhappy, and what is said anew after a talk is said anew. How it was before is in the audit trail.
    """
    session, key = unit.session, f"answer:{answer_id}"
    row = session.scalar(select(FeedbackEventRow).where(FeedbackEventRow.dedupe_key == key).with_for_update())
    if row is None:
        new = note_event(
            unit, customer_id=customer_id, kind=ANSWERED, at=now, data=data, source="answer", key=str(answer_id),
            now=now,
        )  # fmt: skip
        return new is not None
    if row.data == plain(data):
        return False
    row.data, row.at = plain(data), now
    asked = select(FeedbackRequestRow.id).where(FeedbackRequestRow.event_id == row.id)
    if session.scalar(asked) is None:  # an event leads to one request at most
        row.decided_at = None
    session.flush()
    wake(unit, customer_id, now)
    return True


def wake(unit: Unit, customer_id: int, now: datetime) -> None:
    """There is news of a customer: let the requests that wait be looked at again."""
    waiting = FeedbackRequestRow.look_at
    unit.session.execute(
        update(FeedbackRequestRow)
        .where(
            FeedbackRequestRow.customer_id == customer_id,
            FeedbackRequestRow.state == "open",
            or_(waiting.is_(None), waiting > now),
        )
        .values(look_at=now)
        .execution_options(synchronize_session=False)
    )


def plain(data: Data) -> dict[str, Any]:
    """The data of an event as JSON: instants as text."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in data.items()}


def case_turned(
    unit: Unit, case: CaseRow, before: str, at: datetime, now: datetime, *, is_news: bool = True
) -> None:
    """Whose turn a case is has changed from `before`: closing and opening again are events, sorting out is none.

    Nor is what only we know of (not `is_news`), such as a case that is open for the sake of a follow-up.
    """
    if case.state == before:
        return
    done = CaseState.DONE
    if case.state == done:
        case.closed_at = at
        if is_news and before != CaseState.SPAM and case.merged_into_id is None and case.customer_email:
            _note_of_case(unit, case, "case_closed", at, _how_it_went(unit, case, at), now)
    elif before == done:
        case.closed_at = None
        if is_news:
            _note_of_case(unit, case, "case_reopened", at, {"case": str(case.id)}, now)


def customer_wrote(unit: Unit, case: CaseRow, message: MessageRow, now: datetime) -> None:
    """The customer of a case wrote; mail to them may well arrive again.

    Noted of customers of whom there is a record, since only they are ever asked.
    """
    if message.from_email != case.customer_email:
        return
    customer_id = unit.session.scalar(select(CustomerRow.id).where(CustomerRow.email == case.customer_email))
    if customer_id is not None:
        unit.session.execute(
            update(ContactWayRow)
            .where(ContactWayRow.customer_id == customer_id, ContactWayRow.channel == Channel.EMAIL)
            .values(bounced_at=None)
        )
        note_event(
            unit,
            customer_id=customer_id,
            kind="customer_wrote",
            at=message.received_at,
            data={"case": str(case.id)},
            source="case",
            key=f"message:{message.id}",
            now=now,
        )


def _note_of_case(unit: Unit, case: CaseRow, kind: str, at: datetime, data: Data, now: datetime) -> None:
    customer = customer_for(unit, case.customer_email, now, name=case.customer_name)
    key = f"{case.id}:{kind}:{at.isoformat()}"
    note_event(unit, customer_id=customer.id, kind=kind, at=at, data=data, source="case", key=key, now=now)


def _how_it_went(unit: Unit, case: CaseRow, closed_at: datetime) -> Data:
    """What the rules for closed cases look at."""
    session = unit.session
    counted = (
        select(MessageRow.direction, func.count())
        .where(
            MessageRow.case_id == case.id,
            or_(MessageRow.direction == "in", MessageRow.kind == "reply"),
            MessageRow.kind.in_(("customer", "reply")),
        )
        .group_by(MessageRow.direction)
    )
    mails: dict[str, int] = {row[0]: row[1] for row in session.execute(counted)}
    escalated = session.scalar(select(EscalationRow.id).where(EscalationRow.case_id == case.id).limit(1))
    points = {str(factor.get("name")): factor.get("points", 0) for factor in case.factors or ()}
    mood = case.worst_sentiment or case.sentiment
    return {
        "case": str(case.id),
        "category": case.category,
        "first_contact": mails.get("in", 0) <= 1 and mails.get("out", 0) <= 1,
        "minutes": int((closed_at - case.created_at).total_seconds() // 60),
        "technical": case.category == "technical",
        "complex": points.get("complexity", 0) > 0,
        "escalated": escalated is not None,
        "emotional": mood == "very_negative" or points.get("sentiment", 0) > 0,
    }
