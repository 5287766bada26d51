"""The company's own numbers as rules, read once a process."""

from functools import lru_cache

from agent.cases.clock_rules import Calendar, calendar
from agent.cases.incidents import IncidentRules, load_incident_rules
from agent.cases.priority import Rules, load_rules
from agent.company import Company


@lru_cache(maxsize=8)
def rules_of(company: Company) -> tuple[Rules, Calendar]:
    """The company's points and targets, and when it works. Raises `SettingError` for what cannot be meant."""
    rules = load_rules(company.overrides.get("priority"))
    return rules, calendar(company.zone, company.country, rules.hours)


@lru_cache(maxsize=8)
def incident_rules_of(company: Company) -> IncidentRules:
    """When mails are one incident. Raises `SettingError` for what cannot be meant."""
    return load_incident_rules(company.overrides.get("incidents"))
