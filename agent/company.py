"""Who the company is and what it has decided: names, hours, zone, forbidden words.

Shipped defaults are overridden by `company.toml` in GENKLANG_HOME. Numbers of the rules (points, targets, caps)
live beside the rules as TOML and are overridden by tables of the same name in that file.
"""

import tomllib
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agent.errors import SettingError

_KNOWN = frozenset(
    {
        "name",
        "agent_signature",
        "country",
        "language",
        "brands",
        "forbidden_phrases",
        "delay_notice",
        "authserv_ids",
    }
)
_LISTS = ("brands", "forbidden_phrases", "authserv_ids")


@dataclass(frozen=True, eq=False)
class Company:
    """The company behind the mailbox, the same object throughout a process.

    `overrides` holds the tables for rules, by name (`priority`, `taxonomy`). `writes_over` are the channels that are
    set up for writing to customers: no table of the file, it follows from the settings of the installation.
    """

    name: str = "Our company"
    agent_signature: str = ""
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Copenhagen"))
    country: str = "DK"
    language: str = "da"
    brands: tuple[str, ...] = ()
    forbidden_phrases: tuple[str, ...] = ()
    authserv_ids: tuple[str, ...] = ()  # what our mail servers sign Authentication-Results with (RFC 8601)
    delay_notice: bool = True  # customers hear of a delay before the promised time
    overrides: dict[str, Any] = field(default_factory=dict)
    writes_over: frozenset[str] = frozenset({"email"})


def load_company(path: Path) -> Company:
    """Read `company.toml`; the shipped defaults where it does not exist. Raises `SettingError` on a bad one."""
    if not path.exists():
        return Company()
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(
            f"{path.name} is not valid TOML: {error}.", remedy="Correct the line it names."
        ) from error
    return _company(dict(raw.pop("company", {})), raw, path.name)


def laid_over(company: Company, values: Mapping[str, Any]) -> Company:
    """A company that differs in `values`, by key path as in company.toml: `company.name`, `priority.levels.high`.

    Raises `SettingError` for a key or value of the company itself that cannot be meant; tables for rules are looked
    at by those who read them.
    """
    own = {name: getattr(company, name) for name in _KNOWN} | {"zone": company.zone.key}
    tree: dict[str, Any] = {**deepcopy(company.overrides), "company": own}
    for path, value in values.items():
        *parents, last = path.split(".")
        table = tree
        for name in parents:
            table = table.setdefault(name, {})
            if not isinstance(table, dict):
                raise SettingError(
                    f"{path} lies below a value that is no table.", remedy="Name its whole path."
                )
        table[last] = deepcopy(value)
    changed = _company(tree.pop("company"), tree, "The settings")
    return replace(changed, writes_over=company.writes_over)


def _company(table: dict[str, Any], raw: dict[str, Any], where: str) -> Company:
    zone_name = table.pop("zone", "Europe/Copenhagen")
    try:
        zone = ZoneInfo(zone_name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingError(
            f"{where}: company.zone {zone_name!r} is not a time zone.",
            remedy="Use a name such as Europe/Copenhagen.",
        ) from error
    if unknown := sorted(set(table) - _KNOWN):
        raise SettingError(
            f"{where}: company.{unknown[0]} is not a known key.",
            remedy=f"Known keys: {', '.join(sorted(_KNOWN | {'zone'}))}.",
        )
    if not isinstance(table.get("delay_notice", True), bool):
        raise SettingError(
            f"{where}: company.delay_notice is neither true nor false.", remedy="Write one of the two."
        )
    for key in _LISTS:
        words = table.get(key, ())
        if not isinstance(words, list | tuple) or not all(isinstance(word, str) for word in words):
            raise SettingError(
                f"{where}: company.{key} is not a list of words.", remedy=f'Write {key} = ["…", "…"].'
            )
        table[key] = tuple(words)
    return Company(zone=zone, overrides=raw, **table)
