"""The company's own numbers as rules, read once a process."""

import hashlib
import json
from functools import lru_cache

from agent.cases import answer_clock, priority
from agent.cases.answer_clock import ClockRules, load_clock_rules
from agent.cases.assignment import AssignmentRules, load_assignment_rules
from agent.cases.clock_rules import Calendar
from agent.cases.escalation import EscalationRules, load_escalation_rules
from agent.cases.hours import Hours, load_hours
from agent.cases.incidents import IncidentRules, load_incident_rules
from agent.cases.priority import Rules, load_rules
from agent.company import Company
from agent.feedback.rules import load_rules as load_asking_rules
from agent.feedback.surveys.link_rules import load_link_rules
from agent.llm.engine import Engine, load_engine


@lru_cache(maxsize=8)
def rules_of(company: Company) -> tuple[Rules, Calendar]:
    """The company's points and targets, and when it works. Raises `SettingError` for what cannot be meant."""
    return load_rules(company.overrides.get("priority")), hours_of(company).company


@lru_cache(maxsize=8)
def hours_of(company: Company) -> Hours:
    """Whose working hours count where. Raises `SettingError` for what cannot be meant."""
    hours = load_rules(company.overrides.get("priority")).hours
    return load_hours(company.overrides.get("hours"), zone=company.zone, country=company.country, hours=hours)


@lru_cache(maxsize=8)
def clock_rules_of(company: Company) -> ClockRules:
    """How a case's clock runs and stands. Raises `SettingError` for what cannot be meant."""
    targets = load_rules(company.overrides.get("priority")).targets
    return load_clock_rules(targets, company.overrides.get("clock"))


@lru_cache(maxsize=8)
def escalation_rules_of(company: Company) -> EscalationRules:
    """When a lead is asked, and who is told in which order. Raises `SettingError` for what cannot be meant."""
    return load_escalation_rules(company.overrides.get("escalation"))


@lru_cache(maxsize=8)
def incident_rules_of(company: Company) -> IncidentRules:
    """When mails are one incident. Raises `SettingError` for what cannot be meant."""
    return load_incident_rules(company.overrides.get("incidents"))


@lru_cache(maxsize=8)
def assignment_rules_of(company: Company) -> AssignmentRules:
    """Who is given a new case, and by whom. Raises `SettingError` for what cannot be meant."""
    return load_assignment_rules(company.overrides.get("assignment"))


def engine_of(company: Company, *, model: str = "", daily_tokens: int = 0) -> Engine:
    """Which engine reads and writes. Raises `SettingError` for what cannot be meant."""
    return load_engine(company.overrides.get("engine"), model=model, daily_tokens=daily_tokens)


@lru_cache(maxsize=8)
def clock_mark(company: Company) -> str:
    """A mark that changes whenever an answer time could come out differently: another target, hour or holiday.

    Shipped numbers count, too: an update of the product may change them.
    """
    shipped = [path.read_text(encoding="utf-8") for path in (priority.DEFAULTS, answer_clock.DEFAULTS)]
    own = {name: company.overrides.get(name) for name in ("priority", "clock", "hours")}
    facts = [shipped, own, company.zone.key, company.country]
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()[:16]


def check_rules(company: Company) -> None:
    """Raise `SettingError` for numbers that cannot be meant: at the start, and not at the first mail."""
    for rules in (
        rules_of,
        hours_of,
        clock_rules_of,
        escalation_rules_of,
        incident_rules_of,
        assignment_rules_of,
        engine_of,
    ):
        rules(company)
    load_asking_rules(company)
    load_link_rules((company.overrides.get("feedback") or {}).get("links"))
