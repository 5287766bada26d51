"""Who the company is, as a form: name, signature, language, country and time zone."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from agent.company import Company
from agent.desk.settings.form import Problems
from agent.triage.reading import LANGUAGES

AREA = "company"
MAX_NAME = 100  # characters
FIELDS = ("name", "agent_signature", "language", "country", "zone")


def as_typed(company: Company) -> dict[str, str]:
    """The fields of the form as they stand."""
    return {f"company.{name}": getattr(company, name) for name in FIELDS if name != "zone"} | {
        "company.zone": company.zone.key
    }


def read(typed: Mapping[str, str]) -> tuple[dict[str, Any], Problems]:
    """All values of the form by key path, and what is wrong by field."""
    values = {path: " ".join(typed.get(path, "").split()) for path in (f"company.{name}" for name in FIELDS)}
    values["company.country"] = values["company.country"].upper()
    problems: Problems = {}
    if not values["company.name"]:
        problems["company.name"] = "Write the name that customers know."
    for path in ("company.name", "company.agent_signature"):
        if len(values[path]) > MAX_NAME:
            problems[path] = f"Write at most {MAX_NAME} characters."
    if values["company.language"] not in LANGUAGES:
        problems["company.language"] = "Choose one of the languages in the list."
    if len(values["company.country"]) != 2 or not values["company.country"].isalpha():
        problems["company.country"] = "Choose one of the countries in the list."
    if values["company.zone"] not in available_timezones():
        problems["company.zone"] = "Choose one of the time zones in the list."
    return values, problems
