"""Step 5: how urgent is it, why, and by when is an answer due?"""

from agent.cases.case import Priority, PriorityDecision
from agent.cases.escalation import is_valued
from agent.desk.casework.answer_time import promise
from agent.desk.casework.cases import touch
from agent.desk.casework.judging import judge_mail
from agent.desk.casework.reprioritising import settle, words_of
from agent.desk.escalations.escalating import escalate_by_rule
from agent.desk.house import House
from agent.desk.learning.profiling import learn, observe
from agent.desk.settings.rules import escalation_rules_of, rules_of
from agent.desk.steps.work import Apply
from agent.desk.values import customer_record, reading_of
from agent.mail.message import MailKind
from agent.store.session import Unit
from agent.store.tables import CaseRow, CustomerRow, MessageRow
from agent.store.values import dump
from agent.triage.reading import Sentiment


def run(house: House, message_id: int) -> Apply:
    with house.store.reading() as session:
        message = session.get_one(MessageRow, message_id)
        shown = observe(message, reading_of(session, message_id))
        decision = judge_mail(session, house, message)

    def apply(unit: Unit, message: MessageRow) -> None:
        _show(unit, house, message, decision)
        learn(unit, message, shown, house.clock())

    return apply


def _show(unit: Unit, house: House, message: MessageRow, decision: PriorityDecision) -> None:
    """The case shows its most urgent open message; a later, calmer one does not take urgency away."""
    now = house.clock()
    case = unit.session.get_one(CaseRow, message.case_id, with_for_update=True)
    answered = case.answered_at is not None and case.answered_at >= message.received_at
    unanswered_before = case.respond_by is not None and case.answered_at is None
    if decision.deadline is not None or answered:
        case.deadline_at = decision.deadline
    level = Priority(case.priority) if "priority" in case.corrected else decision.level
    promise(
        unit, house, case, level, message.received_at, anew=answered or not unanswered_before
    )  # an answer ends what was promised before it, and the time that was used stays used
    if "priority" not in case.corrected and not (unanswered_before and _is_calmer(decision, case)):
        case.priority = case.words_priority = decision.level
        case.score = decision.score
        case.factors = [dump(factor) for factor in decision.factors]
        case.priority_note = decision.note
    if decision.level is Priority.CRITICAL:
        escalate_by_rule(unit, case, cause="critical", reason="The points make it critical.", now=now)
    _escalate(unit, house, message, case, decision.level)
    settle(unit, house, case, cause="mail")
    touch(case, now)


def _escalate(unit: Unit, house: House, message: MessageRow, case: CaseRow, level: Priority) -> None:
    """The rules that need no clock: what people must see at once because of mood or the customer's weight."""
    if not MailKind(message.kind).may_be_answered:
        return
    rules, now = escalation_rules_of(house.company), house.clock()
    since = case.answered_at or case.created_at
    mood = reading_of(unit.session, message.id).sentiment.value
    if mood in rules.moods:
        words = "very unhappy" if mood is Sentiment.VERY_NEGATIVE else "unhappy"
        escalate_by_rule(
            unit, case, cause="sentiment", reason=f"The customer is {words}.", now=now, once_since=since
        )
    row = unit.session.get(CustomerRow, case.customer_id) if case.customer_id else None
    points, _ = rules_of(house.company)
    if row is not None and is_valued(customer_record(row, row.email), level, rules, points):
        escalate_by_rule(
            unit, case, cause="value", reason="A large customer waits.", now=now, once_since=since
        )


def _is_calmer(decision: PriorityDecision, case: CaseRow) -> bool:
    """Whether the words of this mail are no more urgent than those that the case shows."""
    shown = case.words_priority or case.priority
    if not shown:
        return False
    score = sum(factor.points for factor in words_of(case))
    return decision.level.rank >= Priority(shown).rank and decision.score <= score
