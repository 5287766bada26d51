"""A request for feedback at the moment it leaves, and what became of it.

The rules speak once more just before sending: between writing a mail and sending it the customer may have complained,
opted out or been asked by somebody else, and a mail server may have been away until late at night.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from agent.desk.feedback.asking.histories import histories
from agent.desk.feedback.asking.own_rules import rules_for
from agent.desk.feedback.asking.wishes import goes_on, kept, wish_of_row
from agent.desk.feedback.loop.loop_rules import asking_rules_of
from agent.desk.feedback.sending.bounces import came_back, mark_unreachable
from agent.desk.house import House
from agent.feedback.history import Channel, History
from agent.feedback.reasons import Code, Reason, sentence
from agent.feedback.rules import Rules
from agent.feedback.timing.deciding import Ask, Decision, NotAsked, decide_next_step
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
    decision = look_once_more(unit, house, message, now)
    if isinstance(decision, Ask):
        if decision.when > now:
            row.send_after = decision.when
            row.rung_at = None
        return ""
    return sentence(decision.reason, "en", house.company.zone)


def look_once_more(unit: Unit, house: House, message: FeedbackMessageRow, now: datetime) -> Decision:
    """Whether a message may leave now, or when. One that must not is dropped, and its request decided anew."""
    request = unit.session.get_one(FeedbackRequestRow, message.request_id, with_for_update=True)
    rules = rules_for(unit.session, request, asking_rules_of(house.company))
    history = histories(unit.session, [request.customer_id], rules, now)[request.customer_id]
    decision = _decide(request, Channel(message.channel), history, now, rules)
    if isinstance(decision, NotAsked):
        message.state, message.outcome = "dropped", str(decision.reason.code)
        message.outbox_id = None
        _decide_anew(unit, request, decision.reason, now)
    return decision


def _decide(
    request: FeedbackRequestRow, channel: Channel, history: History, now: datetime, rules: Rules
) -> Decision:
    """What the rules say of a message over this channel as though it had not been written."""
    if request.state in {"answered", "not_asked"}:
        return NotAsked(Reason(Code.TOO_LATE, {"trigger": request.name}))
    if goes_on(request, history, rules):
        return NotAsked(Reason(Code.REOPENED))
    own = str(request.id)
    others = tuple(each for each in history.asked if (each.request, each.channel) != (own, channel))
    customer = replace(history.customer, reachable=history.customer.reachable & {channel})
    bare = History(customer, history.events, history.cases, others)
    before = [asked for asked in others if asked.request == own]
    decision = decide_next_step(wish_of_row(request, bare, rules), before, bare, now, rules)
    return decision or NotAsked(Reason(Code.TOO_LATE, {"trigger": request.name}))


def _decide_anew(unit: Unit, request: FeedbackRequestRow, reason: Reason, now: datetime) -> None:
    """The request is looked at again: from the beginning, or if a message has left, for what follows that."""
    earlier = select(FeedbackMessageRow.id).where(
        FeedbackMessageRow.request_id == request.id, FeedbackMessageRow.state.in_(("sent", "uncertain"))
    )
    has_begun = unit.session.scalar(earlier.limit(1)) is not None
    request.state, request.look_at, request.reason = "asked" if has_begun else "open", now, kept(reason)


def has_left(unit: Unit, house: House, row: OutboxRow, now: datetime) -> None:
    """The mail server took it: from now on it counts, and after the usual wait the next channel may be tried."""
    message = _message_of(unit, row.id)
    if message is not None:
        was_sent(unit, house, message, now)


def was_sent(unit: Unit, house: House, message: FeedbackMessageRow, now: datetime) -> None:
    """It counts from now on, and after the usual wait the next channel may be tried."""
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
    came_back(unit, row.id, now)
    was_refused(unit, message, now)
    for customer_id in unit.session.scalars(
        select(CustomerRow.id).where(CustomerRow.email.in_(row.recipients))
    ):
        mark_unreachable(unit, customer_id, now)


def was_refused(unit: Unit, message: FeedbackMessageRow, now: datetime) -> None:
    """It cannot leave over this channel: the request may try another one."""
    message.state, message.outcome = "failed", str(Code.NOT_SENT)
    request = unit.session.get_one(FeedbackRequestRow, message.request_id)
    if request.state == "asked":
        request.planned_for, request.planned_channel = None, ""
        _decide_anew(unit, request, Reason(Code.NOT_SENT), now)


def is_uncertain(unit: Unit, house: House, row: OutboxRow, now: datetime) -> None:
    """Nobody knows whether it left: it counts as sent and is never repeated."""
    message = _message_of(unit, row.id)
    if message is not None:
        message.handed_over_at = now
        may_have_left(unit, house, message, now)


def may_have_left(unit: Unit, house: House, message: FeedbackMessageRow, now: datetime) -> None:
    """It is never repeated; what follows waits as though it had left."""
    message.state = "uncertain"
    request = unit.session.get_one(FeedbackRequestRow, message.request_id)
    request.look_at = now + max(asking_rules_of(house.company).limits.wait_for_answer, timedelta(hours=1))


def _message_of(unit: Unit, outbox_id: int) -> FeedbackMessageRow | None:
    return unit.session.scalar(select(FeedbackMessageRow).where(FeedbackMessageRow.outbox_id == outbox_id))
