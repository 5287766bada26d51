"""What is known of customers, for deciding whether to ask: the rows of the database as `History`, many at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.feedback.history import Asked, CaseFacts, Channel, Customer, Event, History, Value
from agent.feedback.rules import Rules
from agent.feedback.timing.suppression import is_complaint
from agent.store.queries.feedback_facts import (
    CASE_COLUMNS,
    COUNTED_STATES,
    answered_at,
    asked_at,
    is_their_case,
    mood_of_case,
)
from agent.store.tables import (
    CaseRow,
    ContactWayRow,
    CustomerRow,
    FeedbackEventRow,
    FeedbackMessageRow,
    FeedbackOptOutRow,
    FeedbackRequestRow,
    MailboxRow,
    SurveyAnswerRow,
)

PURPOSE = "feedback"
"""What a customer objects to who does not want their data used for asking (`CustomerRow.objections`)."""

_AT_ONCE = 500  # ids in one statement: SQLite bounds its variables
Found = TypeVar("Found")


def histories(
    session: Session, customer_ids: Iterable[int], rules: Rules, now: datetime
) -> dict[int, History]:
    """The history of each customer that exists, in six queries for every 500 of them.

    `now` bounds nothing: rows later than a look do not count for it anyway.
    """
    ids = sorted(set(customer_ids))
    found: dict[int, History] = {}
    own = frozenset(session.scalars(select(MailboxRow.address)))
    for start in range(0, len(ids), _AT_ONCE):
        found |= _of(session, ids[start : start + _AT_ONCE], rules, own)
    return found


def _of(session: Session, ids: Sequence[int], rules: Rules, own: frozenset[str]) -> dict[int, History]:
    rows = session.scalars(select(CustomerRow).where(CustomerRow.id.in_(ids))).all()
    ways = _grouped(session.scalars(select(ContactWayRow).where(ContactWayRow.customer_id.in_(ids))))
    outs = _grouped(session.scalars(select(FeedbackOptOutRow).where(FeedbackOptOutRow.customer_id.in_(ids))))
    events, cases, asked = _events(session, ids), _cases(session, rows, rules), _asked(session, ids)
    return {
        row.id: History(
            _customer(row, ways[row.id], outs[row.id], own, rules.company.writes_over),
            tuple(events[row.id]),
            tuple(cases[row.email]),
            tuple(asked[row.id]),
        )
        for row in rows
    }


def _grouped(rows: Iterable[Found]) -> Mapping[int, list[Found]]:
    by_customer: dict[int, list[Found]] = defaultdict(list)
    for row in rows:
        by_customer[row.customer_id].append(row)  # type: ignore[attr-defined]
    return by_customer


def _customer(
    row: CustomerRow,
    ways: Sequence[ContactWayRow],
    outs: Sequence[FeedbackOptOutRow],
    own: frozenset[str],
    writes_over: frozenset[str],
) -> Customer:
    with_address = {Channel(way.channel) for way in ways if way.address} - {Channel.EMAIL}
    if "@" in row.email and row.email not in own:
        with_address.add(Channel.EMAIL)
    attributes = attributes_of(row)
    return Customer(
        business=bool(row.company),
        country=(row.country or "").upper(),
        subdivision=str(attributes.get("subdivision") or ""),
        zone=_zone(attributes.get("time_zone")),
        language=row.language,
        preferred=next((Channel(way.channel) for way in ways if way.preferred), None),
        reachable=frozenset(with_address & writes_over),
        bounced=frozenset(Channel(way.channel) for way in ways if way.bounced_at is not None),
        opted_out=frozenset(out.what for out in outs),
        objected=PURPOSE in (row.objections or ()),
        since=row.since or row.created_at,
        attributes=attributes,
    )


def attributes_of(row: CustomerRow) -> dict[str, Value]:
    """What conditions on the customer may look at by name: the record's own columns, and what else the CRM sent.

    A whole number that came as text, as everything in a CSV does, is a number.
    """
    own: dict[str, Value] = {
        "tier": row.tier,
        "segment": row.segment,
        "owner": row.owner,
        "company": row.company,
        "annual_revenue_eur": row.annual_revenue_eur,
    }
    return {**{name: _number(value) for name, value in (row.attributes or {}).items()}, **own}


def _number(value: Any) -> Value:
    """See `agent.store.queries.json_values.number_in`, which says the same in SQL."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 15:
        return int(value) if value == "0" or not value.startswith("0") else value
    return value if isinstance(value, str | bool | int | float) else None


def _zone(name: Value) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if isinstance(name, str) and name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _events(session: Session, ids: Sequence[int]) -> Mapping[int, list[Event]]:
    row = FeedbackEventRow
    found: dict[int, list[Event]] = defaultdict(list)
    for one in session.execute(
        select(row.id, row.customer_id, row.kind, row.at, row.data).where(row.customer_id.in_(ids))
    ):
        found[one.customer_id].append(Event(one.kind, one.at, one.data, str(one.id)))
    return found


def _cases(session: Session, rows: Sequence[CustomerRow], rules: Rules) -> Mapping[str, list[CaseFacts]]:
    found: dict[str, list[CaseFacts]] = defaultdict(list)
    emails = [row.email for row in rows]
    for one in session.execute(
        select(*CASE_COLUMNS).where(CaseRow.customer_email.in_(emails), is_their_case())
    ):
        found[one.customer_email].append(_facts(one, rules))
    return found


def _facts(row: Any, rules: Rules) -> CaseFacts:
    mood = mood_of_case(row.worst_sentiment, row.sentiment)
    return CaseFacts(
        opened_at=row.created_at,
        closed_at=row.closed_at,
        id=str(row.id),
        category=row.category,
        sentiment=mood,
        priority=row.priority,
        complaint=is_complaint(mood, row.priority, rules.limits.complaint),
    )


def _asked(session: Session, ids: Sequence[int]) -> Mapping[int, list[Asked]]:
    message, request = FeedbackMessageRow, FeedbackRequestRow
    rows = session.execute(
        select(
            message.customer_id, message.request_id, message.channel, message.bounced_at,
            asked_at().label("at"), request.survey, answered_at().label("answered_at"),
        )
        .join(request, request.id == message.request_id)
        .outerjoin(SurveyAnswerRow, SurveyAnswerRow.request_id == message.request_id)
        .where(message.customer_id.in_(ids), message.state.in_(COUNTED_STATES))
    )  # fmt: skip
    found: dict[int, list[Asked]] = defaultdict(list)
    for one in rows:
        found[one.customer_id].append(
            Asked(
                at=one.at,
                request=str(one.request_id),
                survey=one.survey,
                channel=Channel(one.channel),
                answered_at=one.answered_at,
                bounced=one.bounced_at is not None,
            )
        )
    return found
