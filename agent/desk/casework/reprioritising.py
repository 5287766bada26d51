"""A case's priority while it waits: the words' points, and those for what has happened since.

Called when a mail was prioritised, when an incident is found, and by the sweeper when time alone may change it. What
a person set stays set. Every change is in the audit trail, and its reasons stand in the case's factors.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.cases.case import Factor, Priority
from agent.cases.escalation import EscalationRules, overdue_from
from agent.cases.live import LIVE, Happened, OpenIncident, lifted, live_factors, soon_from
from agent.cases.priority import Rules
from agent.desk.audit import SYSTEM, record
from agent.desk.casework.answer_time import promise
from agent.desk.casework.cases import touch
from agent.desk.escalations.escalating import escalate_by_rule
from agent.desk.house import House
from agent.desk.settings.rules import escalation_rules_of, rules_of
from agent.mail.message import MailKind
from agent.store.queries.incidents import incident_of_case
from agent.store.session import Unit
from agent.store.tables import CaseRow, IncidentCaseRow, MessageRow, TriageRow
from agent.store.values import dump, load
from agent.triage.reading import Sentiment

MOST_UNANSWERED = 50


def words_of(case: CaseRow) -> list[Factor]:
    """The factors that the customer's words and record gave."""
    return [factor for row in case.factors if (factor := load(Factor, row)).name not in LIVE]


def settle(unit: Unit, house: House, case: CaseRow, *, cause: str) -> None:
    """Bring the case's factors, level and answer time in line with what has happened. The case must be locked.

    `cause` says in the audit trail what was looked at: `mail`, `incident` or `time`.
    """
    rules, _ = rules_of(house.company)
    now = house.clock().astimezone(house.company.zone)
    happened = what_happened(unit.session, case, now)
    if case.state != "open" or not case.priority or not happened.unanswered:
        case.look_again_at = None
        return
    if "priority" not in case.corrected:
        words, before = words_of(case), Priority(case.priority)
        live = live_factors(happened, rules)
        base = Priority(case.words_priority or case.priority)
        level = lifted(base, words, live, category=case.category, subcategory=case.subcategory, rules=rules)
        reasons_before = {row["name"] for row in case.factors} & LIVE
        case.factors = [dump(factor) for factor in (*words, *live)]
        case.score = sum(factor.points for factor in (*words, *live))
        case.priority = level
        if level.rank < before.rank:
            promise(unit, house, case, level, house.clock(), anew=False)
        reasons = {factor.name for factor in live}
        if level is not before or reasons != reasons_before:
            touch(case, house.clock())
            record(
                unit, "priority.changed", actor=SYSTEM, now=house.clock(), case_id=case.id, cause=cause,
                before=before.value, after=level.value, score=case.score, reasons=sorted(reasons),
            )  # fmt: skip
        if level is Priority.CRITICAL and Priority.CRITICAL not in {before, base}:
            reason = "; ".join(factor.evidence for factor in live)
            escalate_by_rule(unit, case, cause="critical", reason=reason, now=house.clock())
    escalation = escalation_rules_of(house.company)
    if (overdue := _overdue_at(case, happened, escalation)) is not None and now >= overdue:
        escalate_by_rule(
            unit,
            case,
            cause="overdue",
            reason="Nobody handled it in time.",
            now=house.clock(),
            once_since=overdue,
        )
    case.look_again_at = _next_look(case, happened, rules, escalation)


def what_happened(session: Session, case: CaseRow, now: datetime) -> Happened:
    """The facts since the last answer; `now` in the company's zone."""
    theirs = (
        MessageRow.case_id == case.id,
        MessageRow.direction == "in",
        MessageRow.kind == MailKind.CUSTOMER,
    )
    unanswered = select(MessageRow.received_at).where(*theirs)
    if case.answered_at is not None:
        unanswered = unanswered.where(MessageRow.received_at > case.answered_at)
    moods = (
        select(TriageRow.reading["sentiment"]["value"].as_string())
        .join(MessageRow, MessageRow.id == TriageRow.message_id)
        .where(*theirs)
        .order_by(MessageRow.id.desc())
        .limit(2)
    )
    arrivals = unanswered.order_by(MessageRow.received_at).limit(MOST_UNANSWERED)
    return Happened(
        now=now,
        unanswered=tuple(session.scalars(arrivals)),
        moods=tuple(Sentiment(mood) for mood in session.scalars(moods))[::-1],
        respond_by=case.respond_by,
        incident=_incident_of(session, case),
    )


def _incident_of(session: Session, case: CaseRow) -> OpenIncident | None:
    row = incident_of_case(session, case.id)
    if row is None or row.told_customers < 2:  # people took the others out
        return None
    return OpenIncident(row.told_customers, row.since, row.title)


def customers_in(session: Session, incident_id: int) -> int:
    """Distinct customers among the cases of an incident."""
    return (
        session.scalar(
            select(func.count(CaseRow.customer_email.distinct()))
            .join(IncidentCaseRow, IncidentCaseRow.case_id == CaseRow.id)
            .where(IncidentCaseRow.incident_id == incident_id, IncidentCaseRow.taken_out_at.is_(None))
        )
        or 0
    )


def _next_look(
    case: CaseRow, happened: Happened, rules: Rules, escalation: EscalationRules
) -> datetime | None:
    """When time alone changes something next: as the answer is due soon, to be escalated, and overdue."""
    if case.respond_by is None:
        return None
    soon = soon_from(happened.unanswered[0], case.respond_by, rules)
    instants = (soon, _overdue_at(case, happened, escalation), case.respond_by)
    return min((one for one in instants if one is not None and one > happened.now), default=None)


def _overdue_at(case: CaseRow, happened: Happened, rules: EscalationRules) -> datetime | None:
    if case.respond_by is None:
        return None
    return overdue_from(happened.unanswered[0], case.respond_by, rules)
