"""Step 5: how urgent is it, why, and by when is an answer due?"""

from datetime import datetime

from agent.cases.case import CustomerRecord, Priority, PriorityDecision
from agent.cases.clock_rules import due
from agent.cases.priority import decide
from agent.company import Company
from agent.desk.cases import touch
from agent.desk.escalating import escalate_by_rule
from agent.desk.house import House
from agent.desk.reprioritising import settle, words_of
from agent.desk.rules import rules_of
from agent.desk.values import customer_record, reading_of
from agent.desk.work import Apply
from agent.mail.message import MailKind
from agent.store.session import Unit
from agent.store.tables import CaseRow, CustomerRow, MessageRow
from agent.store.values import dump
from agent.triage.reading import Reading


def run(house: House, message_id: int) -> Apply:
    with house.store.reading() as session:
        message = session.get_one(MessageRow, message_id)
        case = session.get_one(CaseRow, message.case_id)
        row = session.get(CustomerRow, case.customer_id) if case.customer_id else None
        decision = judge(
            reading_of(session, message_id),
            customer_record(row, case.customer_email),
            house.company,
            MailKind(message.kind),
            message.received_at,
        )
    return lambda unit, message: _show(unit, house, message, decision)


def judge(
    reading: Reading, customer: CustomerRecord, company: Company, kind: MailKind, received_at: datetime
) -> PriorityDecision:
    """The priority under the company's own rules. What no person wrote is never urgent."""
    rules, calendar = rules_of(company)
    if not kind.may_be_answered:
        due_at = due(received_at, rules.targets[Priority.LOW], calendar)
        return PriorityDecision(Priority.LOW, 0, (), due_at, "no person wrote it")
    return decide(reading, customer, rules=rules, received_at=received_at, calendar=calendar)


def _show(unit: Unit, house: House, message: MessageRow, decision: PriorityDecision) -> None:
    """The case shows its most urgent open message; a later, calmer one does not take urgency away."""
    now = house.clock()
    case = unit.session.get_one(CaseRow, message.case_id, with_for_update=True)
    answered = case.answered_at is not None and case.answered_at >= message.received_at
    unanswered_before = case.respond_by is not None and case.answered_at is None
    if unanswered_before and case.respond_by is not None and not answered:
        case.respond_by = min(case.respond_by, decision.respond_by)
    else:
        case.respond_by = decision.respond_by
    if "priority" not in case.corrected and not (unanswered_before and _is_calmer(decision, case)):
        case.priority = case.words_priority = decision.level
        case.score = decision.score
        case.factors = [dump(factor) for factor in decision.factors]
        case.priority_note = decision.note
    if decision.level is Priority.CRITICAL:
        escalate_by_rule(unit, case, cause="critical", reason="The points make it critical.", now=now)
    settle(unit, house, case, cause="mail")
    touch(case, now)


def _is_calmer(decision: PriorityDecision, case: CaseRow) -> bool:
    """Whether the words of this mail are no more urgent than those that the case shows."""
    shown = case.words_priority or case.priority
    if not shown:
        return False
    score = sum(factor.points for factor in words_of(case))
    return decision.level.rank >= Priority(shown).rank and decision.score <= score
