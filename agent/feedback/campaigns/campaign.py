"""Campaigns: their kinds, their five steps, what may stand in them, and what they wish of each customer.

The steps are kind → audience → survey and message → channels and follow-up plan → schedule. A campaign never loosens a
rule: caps, quiet hours and everything else that holds a request back count as for any other request.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from agent.feedback.campaigns import audience, schedule
from agent.feedback.campaigns.audience import Audience, Problems, Row
from agent.feedback.campaigns.schedule import Schedule
from agent.feedback.conditions import ALWAYS, Condition
from agent.feedback.history import Channel
from agent.feedback.notation import rule_file
from agent.feedback.reasons import Code, Reason
from agent.feedback.rules import Rules
from agent.feedback.surveys.questions import LANGUAGES, TooLong
from agent.feedback.timing.deciding import Wish
from agent.feedback.timing.segments import Segment

LONGEST_NAME = 120
LONGEST_SUBJECT = 120
LONGEST_LEAD = 1000
LONGEST_WITHIN = 60
LONGEST_WAIT = 30
PLACEHOLDERS = ("name", "company", "subject")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class Kind(StrEnum):
    """The four kinds."""

    TRANSACTIONAL = "transactional"
    PERIODIC = "periodic"
    TARGETED = "targeted"
    LOYALTY = "loyalty"


@dataclass(frozen=True, slots=True)
class Message:
    """Which survey, and the words that lead to it, by language. Without words the shipped ones of the kind count."""

    survey: str = ""
    subject: Mapping[str, str] = field(default_factory=dict)
    lead: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """Over which channels in which order, how many messages to one person, how long each waits for an answer.

    `window` and `importance` are names of `limits.toml`; `within_days` is how long a person may be waited for.
    """

    order: tuple[str, ...] = ("email",)
    messages: int = 1
    wait_days: int = 3
    window: str = "planned"
    importance: str = "routine"
    within_days: int = 7


@dataclass(frozen=True, slots=True)
class Steps:
    """What the wizard collects."""

    audience: Audience = field(default_factory=Audience)
    message: Message = field(default_factory=Message)
    plan: Plan = field(default_factory=Plan)
    schedule: Schedule = field(default_factory=Schedule)


def defaults(kind: Kind) -> Steps:
    """What a campaign of this kind starts with (`data/campaigns.toml`)."""
    table = _shipped()[kind]
    words = table["words"]
    return Steps(
        Audience(rows=tuple(Row.of(row) for row in table["rows"])),
        Message(
            table["survey"],
            {language: words[language]["subject"] for language in LANGUAGES},
            {language: words[language]["lead"] for language in LANGUAGES},
        ),
        Plan(
            messages=table["messages"],
            wait_days=table["wait_days"],
            window=table["window"],
            importance=table["importance"],
            within_days=table["within_days"],
        ),
        Schedule(**table["schedule"]),
    )


def as_json(steps: Steps) -> dict[str, Any]:
    """The steps as they are stored."""
    table = asdict(steps)
    table["audience"]["rows"] = [row.as_dict() for row in steps.audience.rows]
    return table


def steps_of(table: Mapping[str, Any]) -> Steps:
    """The steps as they were stored; what is missing is as in an empty one."""
    audience, message, plan = (table.get(name) or {} for name in ("audience", "message", "plan"))
    plan, schedule = {**asdict(Plan()), **plan}, table.get("schedule") or {}
    return Steps(
        Audience(
            tuple(audience.get("segments", ())),
            audience.get("match", "all"),
            tuple(Row.of(row) for row in audience.get("rows", ())),
        ),
        Message(
            message.get("survey", ""), dict(message.get("subject") or {}), dict(message.get("lead") or {})
        ),
        Plan(**{**plan, "order": tuple(plan["order"])}),
        Schedule(**{**schedule, "weekdays": tuple(schedule.get("weekdays", ()))}),
    )


def problems_of(name: str, kind: str, steps: Steps, rules: Rules, now: datetime) -> Problems:
    """Everything that keeps the campaign from starting, by field; the first part of a field's name is its step."""
    return {
        **kind_problems(name, kind),
        **audience.problems_of(steps.audience, rules.segments),
        **message_problems(steps.message, rules),
        **plan_problems(steps.plan, rules),
        **schedule.problems_of(steps.schedule, now, rules.company.zone),
    }


def kind_problems(name: str, kind: str) -> Problems:
    found: Problems = {}
    if not name.strip() or len(name) > LONGEST_NAME:
        found["kind.name"] = "Give it a name of up to 120 characters."
    if kind not in set(Kind):
        found["kind.kind"] = "Choose a kind."
    return found


def message_problems(message: Message, rules: Rules) -> Problems:
    found: Problems = {}
    if message.survey not in rules.surveys.by_name:
        found["message.survey"] = "Choose a survey."
    for part, texts, longest in (
        ("subject", message.subject, LONGEST_SUBJECT),
        ("lead", message.lead, LONGEST_LEAD),
    ):
        for language in LANGUAGES:
            text = texts.get(language, "")
            place = f"message.{part}.{language}"
            if not text.strip():
                found[place] = "Write a text; people of this language would get an empty message."
            elif len(text) > longest:
                found[place] = f"Write at most {longest} characters."
            elif set(_PLACEHOLDER.findall(text)) - set(PLACEHOLDERS) or re.search(
                r"[{}]", _PLACEHOLDER.sub("", text)
            ):
                found[place] = "Only {name}, {company} and {subject} can be filled in."
    return found


def plan_problems(plan: Plan, rules: Rules) -> Problems:
    limits = rules.limits
    found: Problems = {}
    if not plan.order or set(plan.order) - {str(channel) for channel in limits.channels}:
        found["plan.order"] = "Choose at least one channel."
    if not 1 <= plan.messages <= limits.most_steps:
        found["plan.messages"] = f"Write a whole number from 1 to {limits.most_steps}."
    if not limits.wait_for_answer.days <= plan.wait_days <= LONGEST_WAIT:
        found["plan.wait_days"] = (
            f"Write a whole number from {limits.wait_for_answer.days} to {LONGEST_WAIT}."
        )
    if plan.window not in limits.windows:
        found["plan.window"] = "Choose the hours."
    if plan.importance not in limits.importance:
        found["plan.importance"] = "Choose how important it is."
    if not 1 <= plan.within_days <= LONGEST_WITHIN:
        found["plan.within_days"] = "Write a whole number from 1 to 60."
    return found


def warnings_of(steps: Steps, rules: Rules) -> tuple[TooLong, ...]:
    """The channels over which the survey asks more than people put up with."""
    survey = rules.surveys.by_name.get(steps.message.survey)
    if survey is None:
        return ()
    return rules.surveys.warnings(
        survey, [Channel(name) for name in steps.plan.order if name in set(Channel)]
    )


def condition_of(steps: Steps, rules: Rules) -> Condition:
    """The audience as a condition, in this company's segments."""
    return audience.condition_of(steps.audience, rules.segments)


def wish_of(name: str, steps: Steps, rules: Rules, start: datetime, occasion: datetime | None = None) -> Wish:
    """What the campaign wishes of one customer: asked from `start` on, or so long after the `occasion`."""
    wanted_from = (
        start if occasion is None else max(start, occasion + timedelta(hours=steps.schedule.after_hours))
    ).astimezone(UTC)
    return Wish(
        name=name,
        reason=Reason(Code.CAMPAIGN),
        wanted_from=wanted_from,
        wanted_until=wanted_from + timedelta(days=steps.plan.within_days),
        window=steps.plan.window,
        survey=steps.message.survey,
        importance=rules.limits.importance.get(steps.plan.importance, 0),
    )


def ruled_by(plan: Plan, rules: Rules) -> Rules:
    """The rules as they are for the requests of a campaign: its channels alone, in its order, and its follow-up plan."""
    limits = rules.limits
    chosen = [Channel(name) for name in plan.order if name in set(Channel)]
    own = Segment("campaign", ALWAYS, channels=tuple(chosen))
    return replace(
        rules,
        segments=(own, *rules.segments),
        limits=replace(
            limits,
            channels={channel: limits.channels[channel] for channel in chosen if channel in limits.channels},
            wait_for_answer=max(limits.wait_for_answer, timedelta(days=plan.wait_days)),
            most_steps=min(limits.most_steps, plan.messages),
        ),
    )


def own_words(texts: Mapping[str, Any], message: Message, language: str, name: str) -> dict[str, Any]:
    """The texts of the letters with the campaign's subject and opening; `name` is that of its requests."""
    language = language if message.subject.get(language) else "en"
    subject, lead = message.subject.get(language, ""), message.lead.get(language, "")
    mine = dict(texts)
    if subject:
        mine["subject"] = {**texts["subject"], message.survey: subject}
    if lead:
        mine["lead"] = {**texts["lead"], name: lead, message.survey: lead}
        mine["short"] = {**texts.get("short", {}), "lead": lead}
    return mine


@cache
def _shipped() -> Mapping[str, Any]:
    return rule_file("campaigns")
