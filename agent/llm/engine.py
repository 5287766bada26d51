"""Which engine a company has chosen and what it may spend (numbers: `data/engine.toml`)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.errors import SettingError
from agent.llm.budget import Cap
from agent.llm.prices import Prices

DEFAULTS = Path(__file__).parent / "data" / "engine.toml"
MODEL, LOCAL = "model", "local"
MAX_NAME = 200  # characters
_AS_SET = -1
MOST_EUROS = 1_000_000


@dataclass(frozen=True, slots=True)
class Engine:
    """`model` is the language model that is asked, empty for the local engine; `named` the one that would be."""

    model: str
    named: str
    cap: Cap


def load_engine(
    overrides: Mapping[str, Any] | None = None, *, model: str = "", daily_tokens: int = 0
) -> Engine:
    """The shipped table with a company's laid over it; `model` and `daily_tokens` are those of the environment.

    Raises `SettingError` for what cannot be meant.
    """
    table = tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))
    if unknown := sorted(set(overrides or {}) - set(table)):
        raise SettingError(
            f"engine.{unknown[0]} is not a known key.", remedy=f"Known keys: {', '.join(sorted(table))}."
        )
    table |= overrides or {}
    if table["use"] not in (MODEL, LOCAL):
        raise SettingError("engine.use is no engine.", remedy="Write model or local.")
    figures = [table[name] for name in ("daily_calls", "daily_tokens", "monthly_tokens")]
    if any(not isinstance(one, int) or isinstance(one, bool) or one < _AS_SET for one in figures):
        raise SettingError(
            "engine has a limit that is none.", remedy="Write whole numbers; 0 means no limit."
        )
    named = str(table["model"]).strip() or model
    if len(named) > MAX_NAME:
        raise SettingError(
            "engine.model is too long.", remedy="Write the model's name as its endpoint has it."
        )
    money = [table[name] for name in ("monthly_euros", "price_read", "price_written")]
    if any(
        not isinstance(one, int | float) or isinstance(one, bool) or not 0 <= one <= MOST_EUROS
        for one in money
    ):
        raise SettingError(
            "engine has a price or a limit in euros that is none.",
            remedy=f"Write numbers from 0 to {MOST_EUROS}.",
        )
    calls, tokens, month = figures
    month_euros, read, written = (float(one) for one in money)
    cap = Cap(
        calls=max(calls, 0),
        tokens=daily_tokens if tokens == _AS_SET else tokens,
        month_tokens=max(month, 0),
        month_euros=month_euros,
        prices=Prices(read, written),
    )
    return Engine(named if table["use"] == MODEL else "", named, cap)
