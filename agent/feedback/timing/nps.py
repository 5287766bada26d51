"""When the recommendation question is due: by calendar, by event, or both.

Hybrid: once a quarter, but only those who had a positive contact in the last 30 days; the others wait for an event.
"""

from datetime import UTC, datetime

from agent.feedback.conditions import ALWAYS
from agent.feedback.evaluation import holds
from agent.feedback.history import Event, History
from agent.feedback.reasons import Code, Reason
from agent.feedback.rules import Rules
from agent.feedback.timing.deciding import NotAsked, Wish

SURVEY = "nps"


def nps_wish(history: History, now: datetime, rules: Rules, event: Event | None = None) -> Wish | NotAsked:
    """The wish to ask for a recommendation now, or why not yet.

    Called on a calendar without, and on each event that may wake it with `event`.
    """
    rule = rules.limits.nps
    due = _due(history, now, rules)
    if due > now:
        return NotAsked(Reason(Code.NOT_YET_DUE, {"until": due}), due, SURVEY)
    woken = event is not None and event.kind in rule.wakes
    if rule.mode == "event" and not woken:
        return NotAsked(Reason(Code.WAITS_FOR_EVENT), None, SURVEY)
    if rule.mode == "hybrid" and not holds(rule.recent_positive, history, now):
        return NotAsked(Reason(Code.WAITS_FOR_EVENT), None, SURVEY)
    return Wish(
        name=SURVEY,
        reason=Reason(Code.CALENDAR),
        wanted_from=now.astimezone(UTC),
        wanted_until=now.astimezone(UTC) + rules.limits.usual_width,
        window=rule.window,
        survey=SURVEY,
        importance=rule.importance,
        when=rule.recent_positive if rule.mode == "hybrid" else ALWAYS,
    )


def _due(history: History, now: datetime, rules: Rules) -> datetime:
    """From when the question is due: so long after the last one, and after the relationship began."""
    rule = rules.limits.nps
    asked = [each.at + rule.every for each in history.asked if each.survey == SURVEY and each.at <= now]
    since = history.customer.since
    return max([*asked, *([since + rule.first_after] if since else []), datetime.min.replace(tzinfo=UTC)])
