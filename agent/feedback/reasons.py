"""Why somebody is asked or not, as a code with its facts, and as a sentence in five languages.

The sentences are `data/reasons/<language>.toml`, the names of triggers `data/trigger_names.toml`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

from babel.dates import format_date

from agent.feedback.notation import DATA
from agent.locales import locale_of


class Code(StrEnum):
    """All the reasons there are."""

    # asked
    TRIGGER = "trigger"
    CALENDAR = "calendar"
    CAMPAIGN = "campaign"
    FREE = "free"
    # not asked, until something changes
    OPTED_OUT = "opted_out"
    OBJECTED = "objected"
    OPEN_COMPLAINT = "open_complaint"
    UNHAPPY = "unhappy"
    BOUNCED = "bounced"
    NO_CHANNEL = "no_channel"
    # not asked, until a day
    RECENT_COMPLAINT = "recent_complaint"
    ASKED_LATELY = "asked_lately"
    ASKED_OFTEN = "asked_often"
    NOT_YET_DUE = "not_yet_due"
    # this request alone
    NO_TRIGGER = "no_trigger"
    CONDITION = "condition"
    TOO_LATE = "too_late"
    REOPENED = "reopened"
    NOT_SENT = "not_sent"
    STOPPED = "stopped"
    YIELDS = "yields"
    COMPARED = "compared"
    UNLIKELY = "unlikely"
    WAITS_FOR_EVENT = "waits_for_event"


@dataclass(frozen=True, slots=True)
class Reason:
    """A code and its facts: figures, names of rules, instants. Never a customer's words."""

    code: Code
    facts: Mapping[str, str | int | datetime] = field(default_factory=dict)


def sentence(reason: Reason, language: str, zone: ZoneInfo) -> str:
    """The reason for people; English where the language is not one of the five. Days are those of `zone`."""
    language = language if _sentences(language) else "en"
    texts = _sentences(language)
    facts = {
        name: format_date(value.astimezone(zone), "long", locale=locale_of(language))
        if isinstance(value, datetime)
        else value
        for name, value in reason.facts.items()
    }
    if "trigger" in facts:
        facts["trigger"] = trigger_name(str(facts["trigger"]), language)
    return texts[reason.code].format_map(facts)


def trigger_name(name: str, language: str) -> str:
    """What people call a trigger; one of a company's own is called by its name."""
    names = _trigger_names().get(name)
    return name.replace("_", " ") if names is None else names.get(language, names["en"])


@cache
def _trigger_names() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((DATA / "trigger_names.toml").read_text(encoding="utf-8"))


@cache
def _sentences(language: str) -> Mapping[str, str]:
    path = DATA / "reasons" / f"{language}.toml"
    known = {file.stem for file in (DATA / "reasons").iterdir()}
    return tomllib.loads(path.read_text(encoding="utf-8")) if language in known else {}
