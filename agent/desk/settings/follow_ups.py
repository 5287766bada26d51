"""By when somebody talks with an unhappy customer and how that may end, as a form; outcomes of one's own included."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from agent.company import Company
from agent.desk.feedback.loop.loop_rules import follow_up_rules_of
from agent.desk.settings.form import Number, Problems, whole_number
from agent.feedback.loop.follow_up import TITLE_LONGEST, FollowUpRules

AREA = "follow_ups"
PLACE = "feedback.follow_ups"
OUTCOMES = f"{PLACE}.outcomes"
NEW = f"{OUTCOMES}.new"
"""The fields of an outcome that is to be added; its real name is made from what it is called."""

DEADLINES = (Number(f"{PLACE}.deadline.usual", 1, 20), Number(f"{PLACE}.deadline.urgent", 1, 20))
MOST_DAYS = 365
MOST = 20  # outcomes


def holding(company: Company) -> dict[str, Any]:
    """Every value of the form by its key path."""
    rules = follow_up_rules_of(company)
    found: dict[str, Any] = {
        f"{PLACE}.deadline.usual": rules.usual_days,
        f"{PLACE}.deadline.urgent": rules.urgent_days,
    }
    for name, one in rules.outcomes.items():
        found |= {
            f"{OUTCOMES}.{name}.name": one.title,
            f"{OUTCOMES}.{name}.talked": one.talked,
            f"{OUTCOMES}.{name}.ask_again.days": one.ask_again.days if one.ask_again else 0,
            f"{OUTCOMES}.{name}.offered": one.offered,
        }
    return found


def as_typed(company: Company) -> dict[str, str]:
    """The fields of the form as they stand; a box that is not ticked is empty, and so is never asking again."""
    return {path: _written(value) for path, value in holding(company).items()}


def read(typed: Mapping[str, str], company: Company) -> tuple[dict[str, Any], Problems]:
    """All values by key path, those of a new outcome among them, and what is wrong by field."""
    rules, values = follow_up_rules_of(company), dict[str, Any]()
    problems: Problems = {}
    for field in DEADLINES:
        days = whole_number(typed.get(field.path, ""), field, problems)
        if days is not None:
            values[field.path] = days
    for name in rules.outcomes:
        values |= _outcome(typed, f"{OUTCOMES}.{name}", f"{OUTCOMES}.{name}", problems)
    title = typed.get(f"{NEW}.name", "").strip()
    if title and len(rules.outcomes) >= MOST:
        problems[f"{NEW}.name"] = f"There are {MOST} outcomes already: rename one."
    elif title:
        values |= _outcome(typed, NEW, f"{OUTCOMES}.{_name_of(title, rules)}", problems) | {
            f"{OUTCOMES}.{_name_of(title, rules)}.offered": True
        }
    return values, problems


def _outcome(typed: Mapping[str, str], field: str, path: str, problems: Problems) -> dict[str, Any]:
    days = typed.get(f"{field}.ask_again.days", "").strip()
    again = (
        whole_number(days, Number(f"{field}.ask_again.days", 0, MOST_DAYS), problems) if days else 0
    )  # fmt: skip
    return {
        f"{path}.name": " ".join(typed.get(f"{field}.name", "").split())[:TITLE_LONGEST],
        f"{path}.talked": bool(typed.get(f"{field}.talked")),
        f"{path}.ask_again.days": again or 0,
        f"{path}.offered": bool(typed.get(f"{field}.offered")),
    }


def _name_of(title: str, rules: FollowUpRules) -> str:
    """A key that no outcome has yet, made of the letters and digits of what people call it."""
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:30] or "own"
    taken = {*rules.outcomes, "new"}
    return next(name for n in range(1, MOST + 3) if (name := base if n == 1 else f"{base}_{n}") not in taken)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return str(value) if value else ""
