"""What earlier requests teach about when customers answer, learnt anew once a day and kept in this process."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from agent.company import Company
from agent.feedback.history import Asked, Channel, Customer, History
from agent.feedback.learning.attempts import Attempt, attempts_of, columns
from agent.feedback.learning.numbers import Learning, load_learning
from agent.feedback.learning.personas import Persona, described, find_personas
from agent.feedback.learning.prediction import Predictor, learn
from agent.feedback.timing.hours import zone_of
from agent.store.queries.feedback_facts import COUNTED_STATES, answered_at, asked_at
from agent.store.tables import CustomerRow, FeedbackMessageRow, FeedbackRequestRow, SurveyAnswerRow

LEARNT_EVERY = timedelta(days=1)
MOST_MESSAGES = 50_000
"""The newest messages that are learnt from; no company's planner gets slower than that."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What people are told about learning: the time personas, and how many settled requests it rests on."""

    personas: tuple[Persona, ...]
    settled: int


class Experience:
    """The predictor of today. Thread-safe; None while there is too little to learn from."""

    def __init__(self) -> None:
        self._predictor: Predictor | None = None
        self._company: Company | None = None
        self._learnt_at: datetime | None = None
        self._told = Learnt((), 0)
        self._personas_at: datetime | None = None
        self._lock = Lock()

    def predictor(self, session: Session, company: Company, now: datetime) -> Predictor | None:
        with self._lock:
            fresh = self._learnt_at is not None and abs(now - self._learnt_at) < LEARNT_EVERY
            if not fresh or company is not self._company:
                learning = load_learning(company)
                self._predictor = learn(past_attempts(session, company, learning, now), learning)
                self._company, self._learnt_at = company, now
            return self._predictor

    def learnt(self, session: Session, company: Company, now: datetime) -> Learnt:
        """What was learnt of all customers together, found anew once a day; no personas while too little is known."""
        with self._lock:
            if self._personas_at is None or abs(now - self._personas_at) >= LEARNT_EVERY:
                learning = load_learning(company)
                known = past_attempts(session, company, learning, now)
                settled = sum(map(len, known))
                enough = settled >= learning.least_of_all
                groups = (
                    find_personas([columns(each) for each in known], learning.personas) if enough else None
                )
                self._told = Learnt(described(groups, learning.personas) if groups else (), settled)
                self._personas_at = now
            return self._told


def past_attempts(
    session: Session, company: Company, learning: Learning, now: datetime
) -> Sequence[Sequence[Attempt]]:
    """The settled messages by customer: answered, or so old that no answer comes any more."""
    message, request, customer = FeedbackMessageRow, FeedbackRequestRow, CustomerRow
    rows = session.execute(
        select(
            message.customer_id, message.request_id, message.channel, asked_at().label("at"),
            answered_at().label("answered_at"), request.occasion_at, customer.country,
        )
        .join(request, request.id == message.request_id)
        .join(customer, customer.id == message.customer_id)
        .outerjoin(SurveyAnswerRow, SurveyAnswerRow.request_id == message.request_id)
        .where(message.state.in_(COUNTED_STATES), message.bounced_at.is_(None), asked_at() <= now)
        .order_by(asked_at().desc())
        .limit(MOST_MESSAGES)
    )  # fmt: skip
    asked: dict[int, list[Asked]] = defaultdict(list)
    occasions: dict[str, datetime] = {}
    zones: dict[int, ZoneInfo] = {}
    for one in rows:
        settled = one.answered_at is not None or one.at + learning.settled_after <= now
        if not settled:
            continue
        key = str(one.request_id)
        asked[one.customer_id].append(
            Asked(one.at, key, channel=Channel(one.channel), answered_at=one.answered_at)
        )
        if one.occasion_at is not None:
            occasions[key] = one.occasion_at
        zones[one.customer_id] = zone_of(Customer(country=one.country or ""), now) or company.zone
    return [
        attempts_of(_last_was_answered(theirs), occasions, zones[customer_id])
        for customer_id, theirs in asked.items()
    ]


def own_attempts(history: History, occasions: Mapping[str, datetime], zone: ZoneInfo) -> Sequence[Attempt]:
    """One customer's messages as experience."""
    return attempts_of(_last_was_answered(history.asked), occasions, zone)


def _last_was_answered(asked: Sequence[Asked]) -> list[Asked]:
    """An answer to a request was given to the last of its messages that had left by then."""
    last: dict[str, Asked] = {}
    for one in asked:
        if one.answered_at is not None and (one.request not in last or last[one.request].at < one.at):
            last[one.request] = one
    return [
        one if one.answered_at is None or last[one.request] is one else replace(one, answered_at=None)
        for one in asked
    ]
