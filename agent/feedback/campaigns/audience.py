"""Whom a campaign is for: rows as people fill them in, read as one condition (`agent.feedback.conditions`).

A row says what it looks at (`about`), which one (`name`), how it compares (`test`, `value`) and how far back (`days`).
Rows become tables as the rule files write them, so that an audience means the same as a trigger's condition,
in memory and in SQL.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any as Anything

from agent.errors import SettingError
from agent.feedback.conditions import All, Any, Condition
from agent.feedback.notation import condition
from agent.feedback.timing.segments import Segment

COUNTED_ABOUT = ("event", "purchase", "case_opened", "case_closed", "case_open_now", "asked")
ABOUT = ("customer", *COUNTED_ABOUT, "answered")
TESTS_OF_CUSTOMER = ("is", "not", "at_least", "at_most", "known", "unknown")
TESTS_OF_COUNT = ("at_least", "at_most")
TESTS = TESTS_OF_CUSTOMER
MOST_ROWS = 12
_TRUTHS = {"yes": True, "true": True, "no": False, "false": False}

Problems = dict[str, str]
"""By the name of the field: one sentence."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the audience. All are texts, as typed."""

    about: str
    name: str = ""
    test: str = "at_least"
    value: str = ""
    days: str = ""

    @classmethod
    def of(cls, table: Mapping[str, Anything]) -> "Row":
        return cls(**{key: str(table.get(key, "")).strip() for key in cls.__slots__})

    def as_dict(self) -> dict[str, str]:
        return {key: getattr(self, key) for key in self.__slots__}


@dataclass(frozen=True, slots=True)
class Audience:
    """Members of any of `segments` (empty: everybody) for whom all, or any, of the rows hold."""

    segments: tuple[str, ...] = ()
    match: str = "all"
    rows: tuple[Row, ...] = ()


def condition_of(audience: Audience, segments: Sequence[Segment]) -> Condition:
    """The audience as one condition. Raises `SettingError` for a row that cannot be meant; see `problems_of`."""
    parts: list[Condition] = []
    if audience.segments:
        parts.append(Any(tuple(each.when for each in segments if each.name in audience.segments)))
    rows = tuple(condition(table_of(row), "audience") for row in audience.rows)
    if rows:
        parts.append(Any(rows) if audience.match == "any" else All(rows))
    return All(tuple(parts))


def problems_of(audience: Audience, segments: Sequence[Segment]) -> Problems:
    """What is wrong, by field: `audience.segments`, `audience.rows.<number>.value` …"""
    found: Problems = {}
    if set(audience.segments) - {each.name for each in segments}:
        found["audience.segments"] = "One of these groups does not exist any more."
    for number, row in enumerate(audience.rows):
        place = f"audience.rows.{number}"
        for name, words in _problems_of_row(row).items():
            found[f"{place}.{name}"] = words
        if not any(key.startswith(place + ".") for key in found):
            try:
                condition(table_of(row), "audience")
            except SettingError as error:
                found[f"{place}.value"] = f"{error.message} {error.remedy}"
    return found


def _problems_of_row(row: Row) -> Problems:
    if row.about not in ABOUT:
        return {"about": "Choose what the condition looks at."}
    found: Problems = {}
    if row.about == "customer":
        if not row.name:
            found["name"] = "Name the detail of the customer, for example country."
        if row.test in {"at_least", "at_most"} and _number(row.value) is None:
            found["value"] = "Write a number."
        if row.test in {"is", "not"} and not row.value:
            found["value"] = "Write what it is compared with; several values with commas."
        return found
    if row.test not in TESTS_OF_COUNT:
        found["test"] = "Choose “at least” or “at most” for what is counted."
    if row.about == "event" and not row.name:
        found["name"] = "Name the event, for example login."
    number = _number(row.value)
    if number is None or (row.about != "answered" and (number < 0 or number != int(number))):
        found["value"] = "Write a whole number, zero or more."
    if row.days and not (row.days.isdecimal() and 1 <= int(row.days) <= 3650):
        found["days"] = "Write a number of days from 1 to 3650, or leave it empty."
    return found


def table_of(row: Row) -> dict[str, Anything]:
    """The row in the words of the rule files."""
    if row.about == "customer":
        return _of_customer(row)
    number = _number(row.value)
    table: dict[str, Anything] = {"within": {"days": int(row.days)}} if row.days else {}
    if row.about == "answered":
        survey = {"survey": row.name} if row.name else {}
        return {"event": "answered", "where": {**survey, "score": {row.test: number}}, **table}
    if row.about == "purchase":
        product = {"where": {"product": row.name}} if row.name else {}
        return {"event": "purchase", **product, row.test: number, **table}
    if row.about == "case_open_now":
        table = {}  # now is no period
    return {row.about: row.name or "any", row.test: number, **table}


def _of_customer(row: Row) -> dict[str, Anything]:
    match row.test:
        case "known" | "unknown":
            return {"customer": row.name, "known": row.test == "known"}
        case "at_least" | "at_most":
            return {"customer": row.name, row.test: _number(row.value)}
    values = [part.strip() for part in row.value.split(",") if part.strip()]
    meant = [meaning for value in values for meaning in _meanings(value)]
    table = {"customer": row.name, "is": meant}
    return {"not": table} if row.test == "not" else table


def _meanings(value: str) -> list[str | float | bool]:
    """A detail may be kept as text, as a number, or as a truth: what was typed means any of them."""
    number, truth = _number(value), _TRUTHS.get(value.lower())
    return [value, *([] if number is None else [number]), *([] if truth is None else [truth])]


def _number(text: str) -> float | None:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    if not isfinite(number):
        return None
    return int(number) if number == int(number) else number
