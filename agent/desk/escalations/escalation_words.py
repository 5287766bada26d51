"""The words of a notice to colleagues (`escalation_words.toml`): only numbers and fixed words go in, so that nothing of
a customer's can come out."""

import tomllib
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from babel.dates import format_timedelta

from agent.chat.channel import Notice
from agent.locales import locale_of
from agent.store.tables import CaseRow


def notice_of(case: CaseRow, cause: str, *, language: str, now: datetime, desk_url: str) -> Notice:
    """What a colleague is told of a case, in their own language (others than our five get English)."""
    words = _words(language)
    priority = words["priorities"].get(case.priority, words["priorities"]["medium"])
    facts = {"number": case.id, "priority": priority, "cause": words["causes"].get(cause, cause)}
    lines = [words["body"].format(**facts)]
    if case.respond_by is not None:
        left = case.respond_by - now
        line = words["left"] if left > timedelta() else words["over"]
        lines.append(line.format(time=_duration(abs(left), language)))
    if desk_url:
        lines.append(words["link"].format(link=f"{desk_url}/cases/{case.id}"))
    return Notice(words["title"].format(**facts), "\n".join(lines))


def priority_name(priority: str, language: str) -> str:
    """What a priority is called within a sentence; one that is not known as it is written."""
    return str(_words(language)["priorities"].get(priority, priority))


def cause_name(cause: str, language: str) -> str:
    """Why a case was escalated, in a few words."""
    return str(_words(language)["causes"].get(cause, cause))


def trial_notice(language: str) -> Notice:
    """What `genklang notices test` sends."""
    words = _words(language)
    return Notice(words["test_title"], words["test"])


def _duration(length: timedelta, language: str) -> str:
    minutes = max(timedelta(minutes=1), length)
    return format_timedelta(minutes, granularity="minute", threshold=2, locale=locale_of(language))


def _words(language: str) -> dict[str, Any]:
    table = _shipped()
    return dict(table[language if language in table else "en"])


@cache
def _shipped() -> dict[str, Any]:
    return tomllib.loads(
        files("agent.desk.escalations").joinpath("escalation_words.toml").read_text(encoding="utf-8")
    )
