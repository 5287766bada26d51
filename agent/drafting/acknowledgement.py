"""The automatic acknowledgement: a fixed text in the customer's language with case number and answer time.

Not a draft: it states nothing but that the mail arrived and when a person will answer, so no person approves each.
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

_LOCALES = {"da": "da_DK", "nb": "nb_NO", "sv": "sv_SE", "de": "de_DE", "en": "en_GB"}


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
    """Write the acknowledgement. `language` is one of our five, others get English; `name` may be empty."""
    language = language if language in _LOCALES else "en"
    texts = _texts(language, formality, overrides or {})
    greeting = texts["greeting"].format(name=name) if name else texts["greeting_unnamed"]
    body = texts["body"].format(
        greeting=greeting,
        number=case_number,
        when=_when(answer_by.astimezone(zone), _LOCALES[language], texts),
        company=company,
    )
    return Acknowledgement(subject=subject, text=body.strip())


def _texts(language: str, formality: str, overrides: Mapping[str, Any]) -> dict[str, str]:
    """Shipped words, the informal variant where the language has one, and the company's own on top."""
    table = dict(_shipped()[language])
    informal = table.pop("informal", {})
    if formality == "informal":
        table |= informal
    return table | dict(overrides.get(language, {}))


@cache
def _shipped() -> dict[str, Any]:
    return tomllib.loads(
        files("agent.drafting").joinpath("acknowledgements.toml").read_text(encoding="utf-8")
    )


def _when(instant: datetime, locale: str, texts: Mapping[str, str]) -> str:
    """“Monday 23 November at 10:15”: weekday and date, since “tomorrow” depends on when the mail is read."""
    return texts["when"].format(
        day=format_datetime(instant, texts["day"], locale=locale),
        time=format_datetime(instant, texts["time"], locale=locale),
    )
