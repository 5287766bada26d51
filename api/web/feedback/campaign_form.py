"""The steps of a campaign as the fields of its forms, and back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from agent.feedback.campaigns.audience import MOST_ROWS, Audience, Row
from agent.feedback.campaigns.campaign import Message, Plan, Steps
from agent.feedback.campaigns.schedule import Schedule
from agent.feedback.history import Channel
from agent.feedback.surveys.questions import LANGUAGES

_PARTS = ("about", "name", "test", "value", "days")


def fields_of(name: str, kind: str, steps: Steps) -> dict[str, str]:
    """Every field of every step with its value, as text."""
    plan, schedule = steps.plan, steps.schedule
    found = {"kind.name": name, "kind.kind": kind, "audience.match": steps.audience.match}
    found |= {f"segment.{each}": "yes" for each in steps.audience.segments}
    for number, row in enumerate(steps.audience.rows):
        found |= {f"audience.rows.{number}.{part}": getattr(row, part) for part in _PARTS}
    found["message.survey"] = steps.message.survey
    for language in LANGUAGES:
        found[f"message.subject.{language}"] = steps.message.subject.get(language, "")
        found[f"message.lead.{language}"] = steps.message.lead.get(language, "")
    found |= {f"order.{channel}": str(place) for place, channel in enumerate(plan.order, start=1)}
    for part in ("messages", "wait_days", "window", "importance", "within_days"):
        found[f"plan.{part}"] = str(getattr(plan, part))
    for part in ("how", "day", "at", "event", "after_hours", "every", "interval", "until"):
        found[f"schedule.{part}"] = str(getattr(schedule, part))
    return found | {f"schedule.weekday.{day}": "yes" for day in schedule.weekdays}


def steps_from(step: str, fields: Mapping[str, str], steps: Steps) -> Steps:
    """The steps with one of them as it was typed; numbers that are none become -1, which no check lets pass."""
    match step:
        case "audience":
            return replace(steps, audience=_audience(fields))
        case "message":
            return replace(steps, message=_message(fields))
        case "channels":
            return replace(steps, plan=_plan(fields, steps.plan))
        case "schedule":
            return replace(steps, schedule=_schedule(fields, steps.schedule))
    return steps


def _audience(fields: Mapping[str, str]) -> Audience:
    rows = [
        Row.of({part: fields.get(f"audience.rows.{number}.{part}", "") for part in _PARTS})
        for number in range(MOST_ROWS)
    ]
    chosen = [name.removeprefix("segment.") for name in fields if name.startswith("segment.")]
    match = "any" if fields.get("audience.match") == "any" else "all"
    return Audience(tuple(sorted(chosen)), match, tuple(row for row in rows if row.about))


def _message(fields: Mapping[str, str]) -> Message:
    def texts(part: str) -> dict[str, str]:
        return {
            language: " ".join(fields.get(f"message.{part}.{language}", "").split()) for language in LANGUAGES
        }

    return Message(fields.get("message.survey", ""), texts("subject"), texts("lead"))


def _plan(fields: Mapping[str, str], before: Plan) -> Plan:
    places = {channel: _number(fields.get(f"order.{channel}", "")) for channel in Channel}
    order = sorted((place, str(channel)) for channel, place in places.items() if place > 0)
    return Plan(
        order=tuple(channel for _, channel in order),
        messages=_number(fields.get("plan.messages", "")),
        wait_days=_number(fields.get("plan.wait_days", "")),
        window=fields.get("plan.window", before.window),
        importance=fields.get("plan.importance", before.importance),
        within_days=_number(fields.get("plan.within_days", "")),
    )


def _schedule(fields: Mapping[str, str], before: Schedule) -> Schedule:
    """What belongs to another way of scheduling is kept as it was, so that trying one out loses nothing."""
    numbers = ("after_hours", "interval")
    typed: dict[str, Any] = {
        part: _number(fields[f"schedule.{part}"]) if part in numbers else fields[f"schedule.{part}"].strip()
        for part in ("how", "day", "at", "event", "after_hours", "every", "interval", "until")
        if f"schedule.{part}" in fields
    }
    if "schedule.interval" in fields:  # boxes that are not ticked are not sent
        typed["weekdays"] = tuple(day for day in range(1, 8) if f"schedule.weekday.{day}" in fields)
    return replace(before, **typed)


def _number(text: str) -> int:
    return int(text) if text.strip().isdecimal() and len(text.strip()) < 6 else -1
