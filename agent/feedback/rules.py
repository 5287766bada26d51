"""All the rules of asking, loaded once: the shipped ones with a company's tables `feedback.*` laid over them."""

from dataclasses import dataclass

from agent.company import Company
from agent.feedback.notation import only_keys, wrong
from agent.feedback.surveys.questions import Surveys, load_surveys
from agent.feedback.timing.limits import Limits, load_limits
from agent.feedback.timing.segments import Segment, load_segments
from agent.feedback.timing.triggers import Trigger, load_triggers


@dataclass(frozen=True, slots=True)
class Rules:
    """The company's rules; `company` gives zone and country where a customer's are not known."""

    company: Company
    limits: Limits
    triggers: tuple[Trigger, ...]
    segments: tuple[Segment, ...]
    surveys: Surveys


def load_rules(company: Company) -> Rules:
    """The rules of a company. Raises `SettingError` naming the key that is unknown or cannot be meant."""
    changes = company.overrides.get("feedback", {})
    only_keys(
        changes,
        {
            "limits",
            "triggers",
            "segments",
            "surveys",
            "learning",
            "follow_ups",
            "themes",
            "links",
            "letters",
            "experiments",
        },
        "feedback",
    )
    limits = load_limits(changes.get("limits"))
    triggers, surveys = load_triggers(limits, changes.get("triggers")), load_surveys(changes.get("surveys"))
    for trigger in triggers:
        if trigger.survey and trigger.survey not in surveys.by_name:
            raise wrong(
                f"feedback.triggers.{trigger.name}.survey",
                f"names {trigger.survey!r}, which is no survey",
                f"Use one of {', '.join(sorted(surveys.by_name))}.",
            )
    segments = load_segments(limits, changes.get("segments"))
    return Rules(company, limits, triggers, segments, surveys)
