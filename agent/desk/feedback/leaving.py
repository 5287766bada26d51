"""A request for feedback at the moment it leaves, and what became of it.

The rules speak once more just before sending: between writing a mail and sending it the customer may have complained,
opted out or been asked by somebody else, and a mail server may have been away until late at night.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from agent.desk.feedback.bounces import came_back, mark_unreachable
from agent.desk.feedback.histories import histories
from agent.desk.feedback.loop_rules import asking_rules_of
from agent.desk.feedback.own_rules import rules_for
from agent.desk.feedback.wishes import goes_on, kept, wish_of_row
from agent.desk.house import House
from agent.feedback.deciding import Ask, Decision, NotAsked, decide
from agent.feedback.history import History
from agent.feedback.reasons import Code, Reason, sentence
from agent.feedback.rules import Rules
from agent.store.session import Unit
from agent.store.tables import CustomerRow, FeedbackMessageRow, FeedbackRequestRow, OutboxRow

KIND = "survey"
"""The kind of an outbox row that asks for feedback."""


def why_not_now(unit: Unit, house: House, row: OutboxRow) -> str:
    """Why a request must not leave now, in words for people; empty when it may, or when it only has to wait.

    One that has to wait gets a later `send_after`. One that must not leave is dropped, and its request is decided anew.
    """
    now = house.clock()
    message = _message_of(unit, row.id)
    if message is None:
        return "the request that it belongs to is gone"
    request = unit.session.get_one(FeedbackRequestRow, message.request_id, with_for_update=True)
    rules = rules_for(unit.session, request, asking_rules_of(house.company))
    history = histories(unit.session, [request.customer_id], rules, now)[request.customer_id]
    decision = _decide(request, history, now, rules)
    if isinstance(decision, Ask):
        if decision.when > now:
            row.send_after = decision.when
            row.rung_at = None
        return ""
    message.state, message.outcome = "dropped", str(decision.reason.code)
    message.outbox_id = None
    request.state, request.look_at, request.reason = "open", now, kept(decision.reason)
    return sentence(decision.reason, "en", house.company.zone)


def _decide(request: FeedbackRequestRow, history: History, now: datetime, rules: Rules) -> Decision:
    """What the rules say of this request as though its own message had not been written."""
    if request.state in {"answered", "not_asked"}:
        return NotAsked(Reason(Code.TOO_LATE, {"trigger": request.name}))
    if goes_on(request, history, rules):
        return NotAsked(Reason(Code.REOPENED))
    own = str(request.id)
    others = tuple(asked for asked in history.asked if asked.request != own)
    bare = History(history.customer, history.events, history.cases, others)
    return decide(wish_of_row(request, bare, rules), bare, now, rules)


def has_left(unit: Unit, house: House, row: OutboxRow, now: datetime) -> None:
    """The mail server took it: from now on it counts, and after the usual wait the next channel may be tried."""
    message = _message_of(unit, row.id)
    if message is None:
        return
    message.state, message.sent_at = "sent", now
    request = unit.session.get_one(FeedbackRequestRow, message.request_id)
    if request.state == "asked":
        rules = rules_for(unit.session, request, asking_rules_of(house.company))
        request.look_at = now + rules.limits.wait_for_answer


def could_not_leave(unit: Unit, row: OutboxRow, now: datetime) -> None:
    """The mail server refused it for good: the address counts as one that mail comes back from."""
    message = _message_of(unit, row.id)
    if message is None:
        return
    message.state, message.outcome = "failed", str(Code.NOT_SENT)
    came_back(unit, row.id, now)
    request = unit.session.get_one(FeedbackRequestRow, message.request_id)
    if request.state == "asked":
        request.state, request.look_at = "open", now
        request.reason = kept(Reason(Code.NOT_SENT))
    for customer_id in unit.session.scalars(
        select(CustomerRow.id).where(CustomerRow.email.in_(row.recipients))
    ):
        mark_unreachable(unit, customer_id, now)


def is_uncertain(unit: Unit, house: House, row: OutboxRow, now: datetime) -> None:
    """Nobody knows whether it left: it counts as sent and is never repeated."""
    message = _message_of(unit, row.id)
    if message is not None:
        message.state, message.handed_over_at = "uncertain", now
        request = unit.session.get_one(FeedbackRequestRow, message.request_id)
        request.look_at = now + max(asking_rules_of(house.company).limits.wait_for_answer, timedelta(hours=1))


def _message_of(unit: Unit, outbox_id: int) -> FeedbackMessageRow | None:
    return unit.session.scalar(select(FeedbackMessageRow).where(FeedbackMessageRow.outbox_id == outbox_id))
