"""The numbers that value is counted with, as a form."""

from collections.abc import Mapping
from typing import Any

from agent.company import Company
from agent.desk.settings.form import Problems
from agent.insight.value import Assumptions, Scenario, load_assumptions

AREA = "value"
SHARES = frozenset({"margin", "lost_without"})
LARGEST = 100_000_000


def numbers_of(assumed: Assumptions) -> dict[str, float]:
    """Each number by its key path."""
    tables: dict[str, Mapping[str, float]] = {
        "value.money": assumed.money,
        "value.cost": assumed.cost,
        "value.customers": assumed.customers,
    }
    tables |= {f"value.scenarios.{scenario}": assumed.scenarios[scenario] for scenario in Scenario}
    return {f"{place}.{name}": number for place, table in tables.items() for name, number in table.items()}


def holding(company: Company) -> dict[str, float]:
    return numbers_of(load_assumptions(company.overrides.get("value")))


def is_share(path: str) -> bool:
    return path.startswith("value.scenarios.") or path.rpartition(".")[2] in SHARES


def as_typed(company: Company) -> dict[str, str]:
    """The fields of the form as they stand; shares in per cent."""
    return {
        path: f"{number * 100 if is_share(path) else number:g}" for path, number in holding(company).items()
    }


def read(typed: Mapping[str, str], company: Company) -> tuple[dict[str, Any], Problems]:
    """All numbers of the form by key path, and what is wrong by field. A comma is a decimal point."""
    values: dict[str, Any] = {}
    problems: Problems = {}
    for path in holding(company):
        words = "".join(typed.get(path, "").split()).removesuffix("%").replace(",", ".")
        try:
            number = float(words)
        except ValueError:
            number = -1.0
        most = 100 if is_share(path) else LARGEST
        if not 0 <= number <= most:  # NaN is neither
            problems[path] = f"Write a number from 0 to {most}."
            continue
        values[path] = number / 100 if is_share(path) else number
    for path in ("value.cost.spread_over_months", "value.money.hours_a_month"):
        if values.get(path) == 0:
            problems[path] = "Write a number above 0."
    return values, problems
