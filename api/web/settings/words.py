"""What the fields of the settings are called, and values in words."""

from collections.abc import Callable, Mapping
from typing import Any

from agent.desk.settings import priority as rules
from api.web.language import marked
from api.web.wording import FACTORS, PRIORITIES, SENTIMENTS

WEEKDAYS = {
    1: marked("Monday"),
    2: marked("Tuesday"),
    3: marked("Wednesday"),
    4: marked("Thursday"),
    5: marked("Friday"),
    6: marked("Saturday"),
    7: marked("Sunday"),
}

_TIERS = {"A": marked("Tier A"), "B": marked("Tier B"), "C": marked("Tier C")}
_REVENUE = {"A": marked("Tier A from (euros a year)"), "B": marked("Tier B from (euros a year)")}
_LIVE = {
    "incident": marked("Others report it too"),
    "wrote_again": marked("Wrote again"),
    "due_soon": marked("Answer time nearly over"),
    "overdue": marked("Answer time over"),
    "mood_drop": marked("Mood fell"),
}
_TARGETS = {
    "critical": marked("Answer to critical within"),
    "high": marked("Answer to high within"),
    "medium": marked("Answer to medium within"),
    "low": marked("Answer to low within"),
}

LABELS: Mapping[str, str] = {
    **{f"priority.points.tier.{tier}": name for tier, name in _TIERS.items()},
    **{f"priority.points.{name}": FACTORS[name] for name in rules.FACTORS},
    **{f"priority.points.sentiment.{mood}": SENTIMENTS[mood] for mood in rules.MOODS},
    **{f"priority.live.{name}": words for name, words in _LIVE.items()},
    **{f"priority.levels.{level}": PRIORITIES[level] for level in rules.LEVELS[:-1]},
    **{f"priority.tiers.{tier}": words for tier, words in _REVENUE.items()},
    **{f"priority.targets.{level}": words for level, words in _TARGETS.items()},
    "priority.hours.opens": marked("Opens at"),
    "priority.hours.closes": marked("Closes at"),
    "priority.hours.weekdays": marked("Working days"),
    "reports.daily": marked("Daily report"),
    "reports.weekly": marked("Weekly report"),
    "reports.monthly": marked("Monthly report"),
    "reports.quarterly": marked("Quarterly report"),
    "reports.half_yearly": marked("Half-yearly report"),
    "company.name": marked("Name of the company"),
    "company.agent_signature": marked("Name under answers"),
    "company.language": marked("Language of the company"),
    "company.country": marked("Country"),
    "company.zone": marked("Time zone"),
    "hours.closed": marked("Days off beside the public holidays"),
    "hours.also_open": marked("Days of work that would be off"),
    "hours.half_days": marked("Days that end earlier"),
    "escalation.overdue.share": marked("Escalates after this share of the answer time"),
    "escalation.sentiment.moods": marked("Moods"),
    "escalation.value.tiers": marked("Tiers of customers"),
    "escalation.value.least": marked("At least this urgent"),
    "escalation.management": marked("Addresses of management"),
    "escalation.steps": marked("Steps"),
    "engine.use": marked("Who reads and writes"),
    "engine.model": marked("Language model"),
    "engine.daily_calls": marked("Calls a day"),
    "engine.daily_tokens": marked("Tokens a day"),
    "engine.monthly_tokens": marked("Tokens a month"),
    "engine.price_read": marked("A million tokens read, EUR"),
    "engine.price_written": marked("A million tokens written, EUR"),
    "engine.monthly_euros": marked("EUR a month"),
    "assignment.mode": marked("Who gives out new cases"),
    "assignment.capacity": marked("Open cases at once"),
}


def shown(value: Any, translate: Callable[[str], str]) -> str:
    """A value of the settings as people read it."""
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return translate(marked("yes")) if value else translate(marked("no"))
    if isinstance(value, Mapping) and "minutes" in value:
        return _target(value, translate)
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {shown(one, translate)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_item(one, translate) for one in value)
    return str(value)


def _item(one: Any, translate: Callable[[str], str]) -> str:
    if isinstance(one, Mapping):
        return f"({shown(one, translate)})"
    return translate(WEEKDAYS[one]) if one in WEEKDAYS else str(one)


def _target(target: Mapping[str, Any], translate: Callable[[str], str]) -> str:
    unit, words = (
        ("business_days", marked("%(number)s business days"))
        if target.get("business_days")
        else ("minutes", marked("%(number)s minutes"))
    )
    told = translate(words) % {"number": target.get(unit, 0)}
    return f"{told}, {translate(marked('around the clock'))}" if target.get("round_the_clock") else told
