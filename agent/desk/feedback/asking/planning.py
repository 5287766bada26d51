"""From events to requests, and from requests to messages, a few customers at a time.

The claim is the customer's row: two schedulers never look at the same customer at once, and all that is wished of one
customer is weighed together. What a look decides is committed as a whole, the mail in the outbox included, so that a
crash between any two writes neither asks twice nor loses a request.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from agent.desk.feedback.asking.experience import own_attempts
from agent.desk.feedback.asking.histories import histories
from agent.desk.feedback.asking.own_rules import change_of, rules_for
from agent.desk.feedback.asking.wishes import goes_on, kept, reason_of, request_of, wish_of_row
from agent.desk.feedback.experiments.taking_part import take_part
from agent.desk.feedback.loop.loop_rules import asking_rules_of
from agent.desk.feedback.sending.requests import write_message
from agent.desk.house import House
from agent.feedback.history import Channel, History
from agent.feedback.learning.attempts import Attempt
from agent.feedback.learning.best_time import How, Proposal, judged, propose
from agent.feedback.learning.prediction import Predictor
from agent.feedback.reasons import Code, Reason
from agent.feedback.rules import Rules
from agent.feedback.timing.deciding import (
    Ask,
    Decision,
    NotAsked,
    Wish,
    choose,
    decide_next_step,
    wish_of,
)
from agent.feedback.timing.hours import zone_of
from agent.feedback.timing.nps import nps_wish
from agent.store.queries.feedback_work import customers_with_work
from agent.store.session import Unit, retry_passing
from agent.store.tables import FeedbackEventRow, FeedbackMessageRow, FeedbackRequestRow

AT_MOST = 50  # customers a look: no transaction grows longer than that
LOOK_AGAIN = timedelta(hours=1)  # while a message is on its way, or no mailbox can send it
NEWS_MAY_CHANGE = frozenset(
    {Code.OPEN_COMPLAINT, Code.UNHAPPY, Code.BOUNCED, Code.NO_CHANNEL, Code.YIELDS, Code.NOT_SENT}
)
"""Reasons that last until something happens: the request waits for that as long as its time has not passed."""

AFTER_YIELDING = frozenset({Code.ASKED_LATELY, Code.ASKED_OFTEN, Code.TOO_LATE})
"""What becomes of a request that yielded; that it yielded says more."""

CHOSEN_BY = {How.RULES: "rule", How.BEST: "learnt", How.UNLIKELY: "learnt", How.DRAWN: "explored"}


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look decided about one request."""

    customer_id: int
    request_id: int
    name: str
    decision: Decision | None  # None: the request is over


def plan(house: House) -> int:
    """Decide what is due for some customers; how many requests were looked at. Call it until it is 0."""
    return len(_plan(house))


@retry_passing
def _plan(house: House) -> list[Looked]:
    with house.store.writing() as unit:
        return list(look(unit, house, AT_MOST))


def preview(house: House, most: int = 1000) -> list[Looked]:
    """What `plan` would decide now, without deciding it."""
    with house.store.reading() as session:  # never committed
        return list(look(Unit(session), house, most))


def look(unit: Unit, house: House, most: int) -> Iterator[Looked]:
    """Look at the customers for whom something is due, inside a unit of work."""
    session, now, rules = unit.session, house.clock(), asking_rules_of(house.company)
    ids = customers_with_work(session, now, most)
    if not ids:
        return
    predictor = house.experience.predictor(session, house.company, now)
    known = histories(session, ids, rules, now)
    for customer_id in ids:
        yield from _Customer(unit, house, customer_id, known[customer_id], now, rules, predictor).look()


@dataclass(frozen=True, slots=True)
class _Customer:
    """One look at one customer, whose row is locked."""

    unit: Unit
    house: House
    id: int
    history: History
    now: datetime
    rules: Rules
    predictor: Predictor | None

    @property
    def session(self) -> Session:
        return self.unit.session

    def look(self) -> Iterator[Looked]:
        self._take_events()
        requests = self._requests()
        yield from self._go_on([row for row in requests if row.state == "asked"])
        yield from self._begin([row for row in requests if row.state == "open"])

    def _take_events(self) -> None:
        """Each new event leads to a request, or to none."""
        rows = self.session.scalars(
            select(FeedbackEventRow)
            .where(FeedbackEventRow.customer_id == self.id, FeedbackEventRow.decided_at.is_(None))
            .order_by(FeedbackEventRow.at, FeedbackEventRow.id)
            .execution_options(populate_existing=True)
        )
        for row in rows.all():
            row.decided_at = self.now
            event = next((each for each in self.history.events if each.id == str(row.id)), None)
            if event is None:
                continue
            wish = wish_of(event, self.history, self.rules)
            if wish is not None:
                self._open(wish)
            elif event.kind in self.rules.limits.nps.wakes:
                self._wake_nps(event.id)
        self.session.flush()

    def _wake_nps(self, event_id: str) -> None:
        event = next(each for each in self.history.events if each.id == event_id)
        wish = nps_wish(self.history, self.now, self.rules, event)
        if isinstance(wish, Wish) and not open_nps(self.session, self.id):
            self._open(replace(wish, event=event))
            self.session.flush()

    def _open(self, wish: Wish) -> None:
        request = request_of(wish, self.id, self.history, self.now)
        take_part(self.session, request, self.history, self.rules)
        self.session.add(request)

    def _requests(self) -> Sequence[FeedbackRequestRow]:
        row = FeedbackRequestRow
        return self.session.scalars(
            select(row)
            .where(
                row.customer_id == self.id,
                or_(row.state == "open", (row.state == "asked") & (row.look_at <= self.now)),
            )
            .order_by(row.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).all()

    def _begin(self, rows: Sequence[FeedbackRequestRow]) -> Iterator[Looked]:
        """Decide about all requests that nobody has been sent yet, the important ones first."""
        proposals = [self._proposal(row) for row in rows]
        cap = self.rules.limits.cap(business=self.history.customer.business)
        decisions = choose((proposal.decision for proposal in proposals), cap)
        for row, proposal, decision in zip(rows, proposals, decisions, strict=True):
            self._log(row, proposal)
            if isinstance(decision, Ask):
                self._ask(row, decision)
            else:
                self._hold_back(row, decision)
            yield Looked(self.id, row.id, row.name, decision)

    def _proposal(self, row: FeedbackRequestRow) -> Proposal:
        if row.form == "survey" and row.survey not in self.rules.surveys.by_name:
            return Proposal(NotAsked(Reason(Code.NO_TRIGGER)), How.RULES)
        if goes_on(row, self.history, self.rules):
            return Proposal(NotAsked(Reason(Code.REOPENED)), How.RULES)
        rules = rules_for(self.session, row, self.rules)
        wish = wish_of_row(row, self.history, rules)
        zone = zone_of(self.history.customer, self.now) or self.rules.company.zone
        if row.planned_for is not None and row.chosen_by in {"learnt", "explored"} and row.planned_channel:
            moment = Attempt(row.planned_for.astimezone(zone), Channel(row.planned_channel))
            again = judged(wish, moment, self.history, self.now, rules)
            how = How.BEST if row.chosen_by == "learnt" else How.DRAWN
            return Proposal(again, how, row.chance, row.propensity)
        chosen = Random(f"{row.id}:{row.created_at.isoformat()}")  # noqa: S311 - no secret: the same lots at every look
        past = own_attempts(self.history, self._occasions(), zone)
        predictor = None if row.chosen_by == "experiment" else self.predictor
        return propose(
            wish, self.history, past, self.now, predictor, rules, (chosen.random(), chosen.random()),
            keeps_channel="channels" in change_of(self.session, row),
        )  # fmt: skip

    def _occasions(self) -> dict[str, datetime]:
        row = FeedbackRequestRow
        found = self.session.execute(
            select(row.id, row.occasion_at).where(row.customer_id == self.id, row.occasion_at.is_not(None))
        )
        return {str(request_id): at for request_id, at in found if at is not None}

    def _log(self, row: FeedbackRequestRow, proposal: Proposal) -> None:
        if row.chosen_by != "experiment":
            row.chosen_by = CHOSEN_BY[proposal.how]
            row.chance, row.propensity = proposal.chance, proposal.propensity

    def _ask(self, row: FeedbackRequestRow, ask: Ask) -> None:
        row.planned_for, row.planned_channel, row.style = ask.when, str(ask.channel), ask.style
        row.reason, row.look_at = kept(ask.reason), ask.when
        if ask.when > self.now:
            return
        if write_message(self.unit, self.house, row, ask, self.now) is None:
            row.look_at = self.now + LOOK_AGAIN
            return
        row.state, row.look_at = "asked", self.now + LOOK_AGAIN

    def _hold_back(self, row: FeedbackRequestRow, no: NotAsked) -> None:
        row.planned_for, row.planned_channel = None, ""
        before = reason_of(row.reason).code if row.reason else None
        if not (before is Code.YIELDS and no.reason.code in AFTER_YIELDING):
            row.reason = kept(no.reason)
        end = row.wanted_until + self.rules.limits.patience
        if no.again_at is not None:
            row.look_at = no.again_at
        elif no.reason.code in NEWS_MAY_CHANGE and self.now < end:
            row.look_at = min(end, self.now + self.rules.limits.look_again)
        else:
            row.state, row.look_at, row.closed_at = "not_asked", None, self.now

    def _go_on(self, rows: Sequence[FeedbackRequestRow]) -> Iterator[Looked]:
        """The next channel after no answer, or the end of the request."""
        for row in rows:
            if self._on_its_way(row):
                row.look_at = self.now + LOOK_AGAIN
                continue
            rules = rules_for(self.session, row, self.rules)
            wish = wish_of_row(row, self.history, rules)
            sent = [asked for asked in self.history.asked if asked.request == str(row.id)]
            decision = decide_next_step(wish, sent, self.history, self.now, rules) if sent else None
            if isinstance(decision, Ask):
                self._ask(row, decision)
                row.state = "asked"
            elif decision is not None and decision.again_at is not None:
                row.look_at = decision.again_at
            else:
                answered = any(asked.answered_at for asked in sent)
                row.state, row.look_at = "answered" if answered else "over", None
                row.closed_at = self.now
            yield Looked(self.id, row.id, row.name, decision)

    def _on_its_way(self, row: FeedbackRequestRow) -> bool:
        waiting = select(FeedbackMessageRow.id).where(
            FeedbackMessageRow.request_id == row.id, FeedbackMessageRow.state.in_(("waiting", "sending"))
        )
        return self.session.scalar(waiting.limit(1)) is not None


def open_nps(session: Session, customer_id: int) -> bool:
    """Whether the recommendation question waits for this customer already."""
    row = FeedbackRequestRow
    found = select(row.id).where(row.customer_id == customer_id, row.survey == "nps", row.state == "open")
    return session.scalar(found.limit(1)) is not None
