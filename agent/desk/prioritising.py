"""Step 5: how urgent is it, why, and by when is an answer due?"""

from datetime import datetime
from functools import lru_cache

from agent.cases.case import CustomerRecord, Priority, PriorityDecision
from agent.cases.clock_rules import Calendar, calendar, due
from agent.cases.priority import Rules, decide, load_rules
from agent.company import Company
from agent.desk.cases import touch
from agent.desk.escalating import escalate_by_rule
from agent.desk.house import House
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


@lru_cache(maxsize=8)
def rules_of(company: Company) -> tuple[Rules, Calendar]:
    """The company's points and targets, and when it works. Raises `SettingError` for what cannot be meant."""
    rules = load_rules(company.overrides.get("priority"))
    return rules, calendar(company.zone, company.country, rules.hours)


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
    calmer = bool(case.priority) and unanswered_before and decision.level.rank >= Priority(case.priority).rank
    if "priority" not in case.corrected and not (calmer and decision.score <= case.score):
        case.priority = decision.level
        case.score = decision.score
        case.factors = [dump(factor) for factor in decision.factors]
        case.priority_note = decision.note
    if decision.level is Priority.CRITICAL:
        escalate_by_rule(unit, case, cause="critical", reason="The points make it critical.", now=now)
    touch(case, now)
