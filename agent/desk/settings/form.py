"""What people type into the fields of a settings form, read into values by key path, each mistake beside its field."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

UNITS = ("minutes", "business_days")

Problems = dict[str, str]
"""By the name of the field: one sentence, in English as all errors are."""


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number from `least` to `most`, kept at the key path `path`."""

    path: str
    least: int
    most: int


def whole_number(typed: str, field: Number, problems: Problems) -> int | None:
    """The number, or None with a sentence in `problems`."""
    words = typed.strip().replace("\N{MINUS SIGN}", "-").replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    try:
        number = int(words)
    except ValueError:
        problems[field.path] = f"Write a whole number from {field.least} to {field.most}."
        return None
    if not field.least <= number <= field.most:
        problems[field.path] = f"Write a whole number from {field.least} to {field.most}."
        return None
    return number


def amount(typed: str, field: Number, problems: Problems) -> float | None:
    """The number, a comma being a decimal point; or None with a sentence in `problems`."""
    words = "".join(typed.split()).replace(",", ".")
    try:
        number = float(words)
    except ValueError:
        number = field.least - 1.0
    if not field.least <= number <= field.most:  # NaN is neither
        problems[field.path] = f"Write a number from {field.least} to {field.most}."
        return None
    return number


def time_of_day(typed: str, name: str, problems: Problems) -> str | None:
    """`08:00`, or None with a sentence in `problems`."""
    try:
        return time.fromisoformat(typed.strip().zfill(5)).strftime("%H:%M")
    except ValueError:
        problems[name] = "Write a time of day such as 08:00."
        return None


def at(table: Mapping[str, Any], path: str) -> Any:
    """The value at a key path, or None."""
    value: Any = table
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def differing(values: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Those of `values` (key paths) that differ from the tables in `now`, and what they are there."""
    changed = {path: value for path, value in values.items() if at(now, path) != value}
    return changed, {path: at(now, path) for path in changed}
