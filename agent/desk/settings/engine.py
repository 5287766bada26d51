"""Which engine reads and writes and what it may cost, as a form, with what was spent so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from sqlalchemy.orm import Session

from agent.desk.house import House
from agent.desk.settings.form import Number, Problems, amount, whole_number
from agent.llm.budget import Spent
from agent.llm.engine import LOCAL, MAX_NAME, MODEL, MOST_EUROS, Engine
from agent.store.queries.model_spending import spent_between, spent_by_day

AREA = "engine"
USE, NAME = "engine.use", "engine.model"
LIMITS = (
    Number("engine.daily_calls", 0, 1_000_000),
    Number("engine.daily_tokens", 0, 2_000_000_000),
    Number("engine.monthly_tokens", 0, 2_000_000_000),
)
PRICES = (Number("engine.price_read", 0, MOST_EUROS), Number("engine.price_written", 0, MOST_EUROS))
EUROS = Number("engine.monthly_euros", 0, MOST_EUROS)
DAYS = 30


@dataclass(frozen=True, slots=True)
class Spending:
    """Calls and tokens of today and of this month (UTC), and day by day, oldest first."""

    today: Spent
    month: Spent
    days: Sequence[tuple[date, Spent]]


def tables_of(engine: Engine) -> dict[str, Any]:
    """What holds, by key path."""
    cap = engine.cap
    figures = (cap.calls, cap.tokens, cap.month_tokens)
    money = (cap.prices.read, cap.prices.written, cap.month_euros)
    return {
        USE: MODEL if engine.model else LOCAL,
        NAME: engine.named,
        **{field.path: figure for field, figure in zip(LIMITS, figures, strict=True)},
        **{field.path: euros for field, euros in zip((*PRICES, EUROS), money, strict=True)},
    }


def as_typed(engine: Engine) -> dict[str, str]:
    return {
        path: f"{value:.15g}" if isinstance(value, float) else str(value)
        for path, value in tables_of(engine).items()
    }


def read(typed: Mapping[str, str]) -> tuple[dict[str, Any], Problems]:
    """All values of the form by key path, and what is wrong by field."""
    problems: Problems = {}
    use, name = typed.get(USE, ""), typed.get(NAME, "").strip()
    if use not in (MODEL, LOCAL):
        problems[USE] = "Choose one of the two engines."
    if use == MODEL and not name:
        problems[NAME] = "Write the model's name as its endpoint has it."
    if len(name) > MAX_NAME or any(not letter.isprintable() for letter in name):
        problems[NAME] = f"Write at most {MAX_NAME} letters on one line."
    limits = {field.path: whole_number(typed.get(field.path, ""), field, problems) for field in LIMITS}
    money = {field.path: amount(typed.get(field.path, ""), field, problems) for field in (*PRICES, EUROS)}
    if money[EUROS.path] and not any(money[field.path] for field in PRICES):
        problems.setdefault(
            EUROS.path, "Write the prices, too: without them nothing can be counted in euros."
        )
    return {USE: use, NAME: name, **limits, **money}, problems


def spending(session: Session, house: House) -> Spending:
    today = house.clock().astimezone(UTC).date()
    return Spending(
        spent_between(session, today, today),
        spent_between(session, today.replace(day=1), today),
        spent_by_day(session, today, DAYS),
    )
