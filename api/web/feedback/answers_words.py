"""What the pages of answers call steps, breakdowns and their values."""

from collections.abc import Callable, Sequence

from agent.feedback.answers.figures import By, Step, ThemeCount
from agent.feedback.answers.scores import Figure
from agent.feedback.reasons import trigger_name
from api.web.feedback.loop_words import CHANNELS, survey_name
from api.web.language import marked
from api.web.pages import Reader

STEPS = {
    Step.SENT: marked("Sent"),
    Step.DELIVERED: marked("Delivered"),
    Step.OPENED: marked("Opened"),
    Step.STARTED: marked("Started"),
    Step.COMPLETED: marked("Completed"),
}

DIMENSIONS = {
    By.SURVEY: marked("Survey"),
    By.TRIGGER: marked("Occasion"),
    By.CHANNEL: marked("Channel"),
    By.SEGMENT: marked("Customer type"),
    By.PRODUCT: marked("Product"),
    By.VARIANT: marked("Variant"),
    By.LANGUAGE: marked("Language"),
}

KINDS = {
    "nps": (marked("NPS"), marked("Share of 9 and 10 less the share of 0 to 6")),
    "csat": (marked("CSAT"), marked("Share of 4 and 5 of 5")),
    "ces": (marked("CES"), marked("Mean of 1 (hard) to 7 (easy)")),
}

SEGMENTS = {"company": marked("Companies"), "private": marked("Private customers")}

VERDICTS = {
    "below": marked("below what is usual"),
    "usual": marked("usual"),
    "good": marked("good"),
    "excellent": marked("excellent"),
}

NOT_KNOWN = marked("Not known")


def value_name(by: str, value: str, words: Callable[[str], str], reader: Reader) -> str:
    """What people call a value of a breakdown."""
    if not value:
        return words(NOT_KNOWN)
    if by == By.SURVEY:
        return survey_name(value, words)
    if by == By.CHANNEL:
        return words(CHANNELS.get(value, value))
    if by == By.LANGUAGE:
        return reader.language_name(value)
    if by == By.TRIGGER:
        return trigger_name(value, reader.language)
    return words(SEGMENTS[value]) if by == By.SEGMENT and value in SEGMENTS else value


def written(kind: str, value: float, reader: Reader) -> str:
    """A score as people write it: +34, 88 %, 5.9."""
    if kind == "nps":
        return f"{value:+.0f}".replace("-", "−") if round(value) else "0"
    return reader.number(round(value, 1)) if kind == "ces" else reader.percent(value)


def interval(kind: str, figure: Figure, reader: Reader) -> str:
    """The interval of a score, from–to."""
    return f"{written(kind, figure.low, reader)} – {written(kind, figure.high, reader)}"


def cloud(themes: Sequence[ThemeCount], most: int = 24) -> list[tuple[ThemeCount, int]]:
    """Themes with their size from 1 to 5, the most frequent the largest, in alphabetical order of their names."""
    if not themes:
        return []
    largest = len(themes[0].answers)
    sized = [(one, 1 + round(4 * len(one.answers) / largest)) for one in themes[:most]]
    return sorted(((one, min(size, 5)) for one, size in sized), key=lambda each: each[0].name)
