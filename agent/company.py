"""Who the company is and what it has decided: names, hours, zone, forbidden words.

Shipped defaults are overridden by `company.toml` in GENKLANG_HOME. Numbers of the rules (points, targets, caps)
live beside the rules as TOML and are overridden by tables of the same name in that file.
"""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agent.errors import SettingError


@dataclass(frozen=True, eq=False)
class Company:
    """The company behind the mailbox, the same object throughout a process.

    `overrides` holds the tables for rules, by name (`priority`, `taxonomy`).
    """

    name: str = "Our company"
    agent_signature: str = ""
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Copenhagen"))
    country: str = "DK"
    language: str = "da"
    brands: tuple[str, ...] = ()
    forbidden_phrases: tuple[str, ...] = ()
    overrides: dict[str, Any] = field(default_factory=dict)


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
    table = dict(raw.pop("company", {}))
    zone_name = table.pop("zone", "Europe/Copenhagen")
    try:
        zone = ZoneInfo(zone_name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingError(
            f"{path.name}: company.zone {zone_name!r} is not a time zone.",
            remedy="Use a name such as Europe/Copenhagen.",
        ) from error
    known = {"name", "agent_signature", "country", "language", "brands", "forbidden_phrases"}
    if unknown := sorted(set(table) - known):
        raise SettingError(
            f"{path.name}: company.{unknown[0]} is not a known key.",
            remedy=f"Known keys: {', '.join(sorted(known | {'zone'}))}.",
        )
    for key in ("brands", "forbidden_phrases"):
        table[key] = tuple(table.get(key, ()))
    return Company(zone=zone, overrides=raw, **table)
