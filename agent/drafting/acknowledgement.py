"""The automatic letters: fixed texts in the customer's language with case number and answer time.

Not drafts: they state nothing but that the mail arrived and when a person will answer, or that this takes longer than
was promised, so no person approves each.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from agent.locales import locale_of


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    subject: str
    text: str


def acknowledge(
    *,
    language: str,
    formality: str,
    name: str,
    subject: str,
    case_number: int,
    answer_by: datetime,
    zone: ZoneInfo,
    company: str,
    overrides: Mapping[str, Any] | None = None,
) -> Acknowledgement:
    """Write the acknowledgement. `language` is one of our five, others get English; `name` may be empty.

    `overrides` are the company's own texts by language.
    """
    language = language if language in _shipped("acknowledgements.toml") else "en"
    texts = _texts(language, formality, overrides or {})
    return Acknowledgement(
        subject, _filled(texts, name, case_number, answer_by.astimezone(zone), company, language)
    )


def tell_delay(
    *,
    language: str,
    formality: str,
    name: str,
    subject: str,
    case_number: int,
    promised_at: datetime,
    zone: ZoneInfo,
    company: str,
    overrides: Mapping[str, Any] | None = None,
    greetings: Mapping[str, Any] | None = None,
) -> Acknowledgement:
    """Write that the answer will not come by `promised_at`, the time that the acknowledgement named.

    `overrides` are the company's own texts of this letter, `greetings` those of its acknowledgement.
    """
    language = language if language in _shipped("acknowledgements.toml") else "en"
    texts = _texts(language, formality, greetings or {})
    texts |= _of_language(_shipped("delays.toml"), language, formality, overrides or {})
    return Acknowledgement(
        subject, _filled(texts, name, case_number, promised_at.astimezone(zone), company, language)
    )


def _filled(
    texts: Mapping[str, str], name: str, case_number: int, instant: datetime, company: str, language: str
) -> str:
    greeting = texts["greeting"].format(name=name) if name else texts["greeting_unnamed"]
    body = texts["body"].format(
        greeting=greeting,
        number=case_number,
        when=_when(instant, locale_of(language), texts),
        company=company,
    )
    return body.strip()


def _texts(language: str, formality: str, overrides: Mapping[str, Any]) -> dict[str, str]:
    return _of_language(_shipped("acknowledgements.toml"), language, formality, overrides)


def _of_language(
    shipped: Mapping[str, Any], language: str, formality: str, overrides: Mapping[str, Any]
) -> dict[str, str]:
    """Shipped words, the informal variant where the language has one, and the company's own on top."""
    table = dict(shipped[language])
    informal = table.pop("informal", {})
    if formality == "informal":
        table |= informal
    return table | dict(overrides.get(language, {}))


@cache
def _shipped(name: str) -> dict[str, Any]:
    return tomllib.loads(files("agent.drafting").joinpath(name).read_text(encoding="utf-8"))


def _when(instant: datetime, locale: str, texts: Mapping[str, str]) -> str:
    """“Monday 23 November at 10:15”: weekday and date, since “tomorrow” depends on when the mail is read."""
    return texts["when"].format(
        day=format_datetime(instant, texts["day"], locale=locale),
        time=format_datetime(instant, texts["time"], locale=locale),
    )
