"""What the pages about answers and follow-ups call things."""

from collections.abc import Callable

from agent.desk.feedback.loop.loop_rules import scale_of
from agent.desk.house import House
from agent.feedback.loop.follow_up import FollowUpRules
from agent.store.tables import SurveyAnswerRow
from api.web.language import marked

OUTCOMES = {
    "solved": marked("Solved"),
    "explained": marked("Explained"),
    "compensated": marked("Made good"),
    "not_reached": marked("Not reached"),
    "lost": marked("They leave us"),
}

SURVEYS = {
    "nps": marked("NPS"),
    "csat": marked("CSAT"),
    "ces": marked("CES"),
    "product": marked("Product"),
    "service": marked("Service"),
}

MOODS = {
    "very_negative": marked("very negative"),
    "negative": marked("negative"),
    "neutral": marked("neutral"),
    "positive": marked("positive"),
}

CHANNELS = {
    "email": marked("E-mail"),
    "sms": marked("SMS"),
    "whatsapp": marked("WhatsApp"),
    "chat": marked("Chat"),
    "in_app": marked("In the app"),
    "widget": marked("Widget"),
    "link": marked("Link or QR code"),
}


def survey_name(survey: str, words: Callable[[str], str]) -> str:
    """What people call a survey; one of the company's own by its name."""
    return words(SURVEYS[survey]) if survey in SURVEYS else survey.replace("_", " ").capitalize()


def outcome_name(outcome: str, rules: FollowUpRules, words: Callable[[str], str]) -> str:
    """What people call an outcome: as the company names it, else as we do."""
    known = rules.outcomes.get(outcome)
    if known is not None and known.title:
        return known.title
    return words(OUTCOMES[outcome]) if outcome in OUTCOMES else outcome.replace("_", " ").capitalize()


def top_of(house: House, answer: SurveyAnswerRow) -> int:
    """The best score there is in the answer's survey."""
    return scale_of(house.company, answer.survey)[1]
