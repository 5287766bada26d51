"""The company's rules for answers and follow-ups, read once a process."""

from functools import lru_cache

from agent.company import Company
from agent.feedback.loop.follow_up import FollowUpRules, kind_of, load_follow_up_rules
from agent.feedback.rules import Rules, load_rules


@lru_cache(maxsize=8)
def asking_rules_of(company: Company) -> Rules:
    """Caps, triggers, segments and surveys. Raises `SettingError` for what cannot be meant."""
    return load_rules(company)


@lru_cache(maxsize=8)
def follow_up_rules_of(company: Company) -> FollowUpRules:
    """Deadlines, outcomes and asking again. Raises `SettingError` for what cannot be meant."""
    return load_follow_up_rules(company.overrides.get("feedback", {}).get("follow_ups"))


def kind_of_survey(company: Company, survey: str) -> str:
    """By which survey's definition answers are judged and counted: nps, csat, ces, …; "" for none."""
    rules = asking_rules_of(company)
    return kind_of(
        survey,
        rules.surveys.by_name.get(survey),
        rules.limits.unhappy.bad_answer,
        follow_up_rules_of(company),
    )


def scale_of(company: Company, survey: str) -> tuple[int, int]:
    """The lowest and highest score of a survey; of one that is no longer known, those of its kind: 1 to 5."""
    known = asking_rules_of(company).surveys.by_name.get(survey)
    scales = ((each.lowest, each.highest) for each in known.questions) if known is not None else ()
    return next((scale for scale in scales if scale[0] < scale[1]), (1, 5))
