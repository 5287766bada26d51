"""Reads what the rule files write: conditions, lengths of time, and a company's changes to the shipped tables.

Raises `SettingError` that names the place (`feedback.triggers.meeting.when`) and what may stand there.
"""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any as Anything
from typing import Literal

from agent.errors import SettingError
from agent.feedback.conditions import COMPARISONS, COUNTED, About, All, Any, Condition, Count, Not, Test
from agent.feedback.evaluation import is_number
from agent.feedback.history import Value

DATA = Path(__file__).parent / "data"

Table = Mapping[str, Anything]

SUBJECTS: tuple[Literal["customer", "trigger"], ...] = ("customer", "trigger")
GROWING = {"windows", "importance", "bad_answer", "outcomes"}
# A condition is replaced, like a length of time, and never mixed with the shipped one.
WHOLE = {"recent_positive"}
_OF_COUNT = {"where", "same", "within", "since", "sum", "at_least", "at_most"}
_UNITS = {"minutes", "hours", "days", "weeks"}


def rule_file(name: str, changes: Table | None = None, *, growing: bool = False) -> dict[str, Anything]:
    """The shipped `data/<name>.toml` with a company's table `feedback.<name>` laid over it.

    Only keys that are there may be changed, so that a typo is not lost. A `growing` file, and the tables named in
    `GROWING`, take new entries; lengths of time and conditions are replaced as a whole.
    """
    table = tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))
    return _laid_over(table, changes or {}, f"feedback.{name}", growing=growing)


def _laid_over(base: Table, changes: Table, place: str, *, growing: bool) -> dict[str, Anything]:
    merged = dict(base)
    for key, value in changes.items():
        if key not in base and not growing:
            raise wrong(f"{place}.{key}", "is not a known key", f"Known keys: {', '.join(sorted(base))}.")
        old = base.get(key)
        if growing and isinstance(old, Mapping) and isinstance(value, Mapping):
            merged[key] = {**old, **value}
        elif (
            isinstance(old, Mapping)
            and isinstance(value, Mapping)
            and not (key in WHOLE or set(old) <= _UNITS)
        ):
            merged[key] = _laid_over(old, value, f"{place}.{key}", growing=key in GROWING)
        else:
            merged[key] = value
    return merged


def wrong(place: str, what: str, remedy: str) -> SettingError:
    """The error for a rule that cannot be meant."""
    return SettingError(f"{place} {what}.", remedy=remedy)


def only_keys(table: Table, known: Iterable[str], place: str) -> None:
    """Raise for a key that nobody reads."""
    known = set(known)
    if unknown := sorted(set(table) - known):
        raise wrong(f"{place}.{unknown[0]}", "is not a known key", f"Known keys: {', '.join(sorted(known))}.")


def span(table: object, place: str) -> timedelta:
    """A length of time such as `{ days = 7 }`; not negative."""
    if not isinstance(table, Mapping) or not set(table) <= _UNITS or not table:
        raise wrong(place, "is not a length of time", "Write for example { hours = 24 } or { days = 3 }.")
    if not all(isinstance(value, int | float) and value >= 0 for value in table.values()):
        raise wrong(place, "is not a length of time", "Let every number be zero or more.")
    return timedelta(**table)


def condition(table: object, place: str) -> Condition:
    """A condition as written in the rule files; see `agent.feedback.conditions`."""
    if not isinstance(table, Mapping):
        raise wrong(place, "is not a condition", 'Write for example { event = "login", at_least = 3 }.')
    for word, kind in (("all", All), ("any", Any)):
        if word in table:
            only_keys(table, {word}, place)
            parts = table[word]
            if not isinstance(parts, list):
                raise wrong(f"{place}.{word}", "is not a list of conditions", f"Write {word} = [ … ].")
            return kind(tuple(condition(part, f"{place}.{word}[{n}]") for n, part in enumerate(parts)))
    if "not" in table:
        only_keys(table, {"not"}, place)
        return Not(condition(table["not"], f"{place}.not"))
    for subject in SUBJECTS:
        if subject in table:
            tests = tests_of({table[subject]: {k: v for k, v in table.items() if k != subject}}, place)
            return All(tuple(About(test, subject) for test in tests))
    kinds = [key for key in table if key in COUNTED]
    if len(kinds) != 1:
        known = ", ".join(["all", "any", "not", *SUBJECTS, *COUNTED])
        raise wrong(place, "does not say what it is about", f"Use exactly one of {known}.")
    return _count(kinds[0], table, place)


def _count(kind: str, table: Table, place: str) -> Count:
    only_keys(table, {kind, *_OF_COUNT}, place)
    named = table[kind]
    names = (named,) if isinstance(named, str) else tuple(named)
    since = table.get("since")
    if since not in {None, "trigger"} or (since and "within" in table):
        raise wrong(f"{place}.since", "cannot be meant", 'Write since = "trigger", or within = { … }.')
    at_least, at_most = table.get("at_least"), table.get("at_most")
    if not all(limit is None or is_number(limit) for limit in (at_least, at_most)):
        raise wrong(place, "counts up to something that is no number", "Write at_least = 3 or at_most = 0.")
    return Count(
        kind,
        names=() if names == ("any",) else names,
        where=tests_of(table.get("where", {}), f"{place}.where"),
        same=tuple(table.get("same", ())),
        within=span(table["within"], f"{place}.within") if "within" in table else None,
        since_trigger=since == "trigger",
        sum_of=table.get("sum", ""),
        at_least=1 if at_least is None and at_most is None else at_least,
        at_most=at_most,
    )


def tests_of(table: Table, place: str) -> tuple[Test, ...]:
    """`{ minutes = { above = 10 }, kind = "x", role = ["a", "b"] }`; a bare value means `is`, a list alternatives."""
    tests = []
    for column, wanted in table.items():
        comparisons = wanted if isinstance(wanted, Mapping) else {"is": wanted}
        if not comparisons:
            raise wrong(f"{place}.{column}", "is compared with nothing", 'Write for example is = "x".')
        only_keys(comparisons, COMPARISONS, f"{place}.{column}")
        for name, value in comparisons.items():
            values: tuple[Value, ...] = tuple(value) if isinstance(value, list) else (value,)
            if COMPARISONS[name].numbers and not all(is_number(each) for each in values):
                raise wrong(f"{place}.{column}.{name}", "is not a number", "Compare sizes with numbers.")
            tests.append(Test(column, name, values))
    return tuple(tests)
