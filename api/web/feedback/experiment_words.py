"""What the page of experiments calls things."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Literal

from babel.dates import format_timedelta

from agent.feedback.notation import span
from agent.feedback.reasons import trigger_name
from api.web.feedback.campaign_words import CHANNELS, WINDOWS
from api.web.language import marked
from api.web.settings.words import shown

Words = Callable[[str], str]

STATES = {
    "running": marked("Running"),
    "stopped": marked("Stopped"),
    "adopted": marked("Used for everyone"),
}
ABOUT = {
    "timing": marked("When people are asked"),
    "trigger": marked("After what they are asked"),
    "wording": marked("How the message is worded"),
    "personalisation": marked("How personal it is"),
}
HOLDOUT = marked("as always")
ALL_REQUESTS = marked("All requests")
AS_ALWAYS = marked("as always")
STYLES = {
    "plain": marked("plain"),
    "formal": marked("formal"),
    "personal": marked("personal"),
    "casual": marked("casual"),
    "brief": marked("brief"),
}
GUARDS = {
    "complaints": marked("Stopped: too many complaints after it"),
    "opt_outs": marked("Stopped: too many people opted out after it"),
}
PARTS = {
    "from": marked("asked from"),
    "to": marked("asked until"),
    "window": marked("hours of the day"),
    "survey": marked("what is asked"),
    "enabled": marked("asks"),
    "mode": marked("asks by"),
    "wakes": marked("woken by"),
    "subject": marked("subject"),
    "lead": marked("opening"),
}
"""What a setting that an experiment changes is called, by the end of its key path."""


def setting(path: str, language: str, words: Words) -> str:
    """A setting that an adopted variant changes: `feedback.triggers.meeting.from` → »after a meeting: asked from«."""
    _, table, *rest = path.split(".")
    if table == "segments":
        return words(marked("Channels and style"))
    if table == "letters":
        code, part, rule = rest
        return f"{trigger_name(rule, language)}: {words(PARTS[part])} ({code})"
    return f"{trigger_name(rest[0], language)}: {words(PARTS[rest[-1]])}"


def value(of: Any, language: str, words: Words) -> str:
    """A value of such a setting as people read it: lengths of time in words, names of windows and channels."""
    if isinstance(of, Mapping) and of and all(isinstance(one, int | float) for one in of.values()):
        length: timedelta = span(of, "")
        unit: Literal["hour", "day"] = "hour" if length <= timedelta(days=3) else "day"
        return format_timedelta(length, granularity=unit, threshold=10_000, locale=language)
    if isinstance(of, Mapping):  # channels and style of a segment
        parts = [CHANNELS[one] for one in of.get("channels", ()) if one in CHANNELS]
        return ", ".join(
            words(one) for one in [*parts, *(STYLES[one] for one in [of.get("style")] if one in STYLES)]
        )
    return words(WINDOWS[of]) if isinstance(of, str) and of in WINDOWS else shown(of, words)
