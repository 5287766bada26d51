"""Who gets which report, as a form: addresses divided by commas or lines."""

import re
from collections.abc import Mapping
from typing import Any

from agent.company import Company
from agent.desk.reporting import is_address, recipients
from agent.desk.settings.form import Problems
from agent.insight.reports import Kind

AREA = "reports"
MOST = 20  # addresses


def holding(company: Company) -> dict[str, list[str]]:
    return {f"reports.{kind}": list(addresses) for kind, addresses in recipients(company).items()}


def as_typed(company: Company) -> dict[str, str]:
    """The fields of the form as they stand."""
    return {path: "\n".join(addresses) for path, addresses in holding(company).items()}


def read(typed: Mapping[str, str]) -> tuple[dict[str, Any], Problems]:
    """All addresses by key path, and what is wrong by field."""
    values: dict[str, Any] = {}
    problems: Problems = {}
    for path in (f"reports.{kind}" for kind in Kind):
        written = [one.strip().lower() for one in re.split(r"[,;\s]+", typed.get(path, "")) if one.strip()]
        addresses = list(dict.fromkeys(written))
        if not all(is_address(one) for one in addresses):
            problems[path] = "Write e-mail addresses, one on each line."
        elif len(addresses) > MOST:
            problems[path] = f"Write at most {MOST} addresses."
        else:
            values[path] = addresses
    return values, problems
