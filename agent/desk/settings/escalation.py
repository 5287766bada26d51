"""When a case comes before a lead and who is told in which order, as a form with a row for each step."""

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from agent.cases.escalation import CHAT, DEFAULTS, MAIL, ROLES, Cause
from agent.cases.priority import overlay
from agent.company import Company
from agent.desk.settings.form import Number, Problems, whole_number
from agent.desk.settings.priority import LEVELS, MOODS, TIERS
from agent.errors import WrongUse
from agent.mail.typed_address import typed_address

AREA = "escalation"
SHARE = Number("escalation.overdue.share", 10, 300)  # typed in per cent of the answer time
MINUTES = Number("minutes", 0, 20_000)
UNHAPPY = MOODS[:2]
ADDRESS = "address"
TO = (*ROLES, ADDRESS)
CAUSES = tuple(Cause)
SPARE = 1
"""Empty rows at the end, for a further step."""
MOST_STEPS = 12


def table_of(company: Company) -> dict[str, Any]:
    """What holds, in the form of company.toml, with nothing left out."""
    table = tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))
    overlay(table, company.overrides.get("escalation") or {}, "escalation")
    return {"escalation": table}


def as_typed(company: Company) -> dict[str, str]:
    """The fields of the form as they stand."""
    table = table_of(company)["escalation"]
    typed = {SHARE.path: str(round(table["overdue"]["share"] * 100))}
    typed |= {f"mood.{one}": "yes" for one in table["sentiment"]["moods"]}
    typed |= {f"tier.{one}": "yes" for one in table["value"]["tiers"]}
    typed["escalation.value.least"] = str(table["value"]["least"])
    typed["escalation.management"] = "\n".join(table["management"])
    steps = sorted(table["steps"], key=lambda step: float(step["after_minutes"]))
    for place, step in enumerate(steps):
        typed |= _step_as_typed(place, step)
    typed["rows"] = str(min(len(steps) + SPARE, MOST_STEPS))
    return typed


def _step_as_typed(place: int, step: Mapping[str, Any]) -> dict[str, str]:
    role = str(step["to"])
    typed = {f"step.{place}.minutes": str(round(float(step["after_minutes"])))}
    typed[f"step.{place}.to"] = role if role in ROLES else ADDRESS
    typed[f"step.{place}.address"] = "" if role in ROLES else role
    typed |= {f"step.{place}.by.{way}": "yes" for way in step["by"]}
    typed |= {f"step.{place}.cause.{cause}": "yes" for cause in step.get("causes", ())}
    return typed


def read(typed: Mapping[str, str], channels: Sequence[str]) -> tuple[dict[str, Any], Problems]:
    """All values of the form by key path, and what is wrong by field. `channels` are the chats by name."""
    problems: Problems = {}
    share = whole_number(typed.get(SHARE.path, ""), SHARE, problems)
    least = typed.get("escalation.value.least", "")
    if least not in LEVELS:
        problems["escalation.value.least"] = "Choose one of the levels in the list."
    management = [
        _address(line, "escalation.management", problems)
        for line in typed.get("escalation.management", "").replace(",", "\n").splitlines()
        if line.strip()
    ]
    steps = [_step(typed, place, channels, problems) for place in _rows(typed)]
    if not steps:
        problems["step.0.minutes"] = "Keep at least one step, or nobody is told."
    values = {
        SHARE.path: (share or 0) / 100,
        "escalation.sentiment.moods": [one for one in UNHAPPY if typed.get(f"mood.{one}")],
        "escalation.value.tiers": [one for one in TIERS if typed.get(f"tier.{one}")],
        "escalation.value.least": least,
        "escalation.management": [one for one in management if one],
        "escalation.steps": sorted(steps, key=lambda step: step["after_minutes"] or 0),
    }
    return values, problems


def _rows(typed: Mapping[str, str]) -> list[int]:
    """The rows that hold a step: those with minutes that are not to be removed."""
    return [
        place
        for place in range(MOST_STEPS)
        if typed.get(f"step.{place}.minutes", "").strip() and not typed.get(f"step.{place}.remove")
    ]


def _step(
    typed: Mapping[str, str], place: int, channels: Sequence[str], problems: Problems
) -> dict[str, Any]:
    row = f"step.{place}"
    field = Number(f"{row}.minutes", MINUTES.least, MINUTES.most)
    minutes = whole_number(typed.get(field.path, ""), field, problems)
    to = typed.get(f"{row}.to", "")
    if to not in TO:
        problems[f"{row}.to"] = "Choose who is told."
    if to != ADDRESS and typed.get(f"{row}.address", "").strip():
        problems[f"{row}.address"] = "Choose “This address:” beside it, or leave the address empty."
    if to == ADDRESS:
        to = _address(typed.get(f"{row}.address", ""), f"{row}.address", problems)
    ways = (MAIL, CHAT, *(f"{CHAT}:{name}" for name in channels))
    by = [way for way in ways if typed.get(f"{row}.by.{way}")]
    if not by:
        problems[f"{row}.by"] = "Choose at least one way."
    causes = [str(cause) for cause in CAUSES if typed.get(f"{row}.cause.{cause}")]
    step: dict[str, Any] = {"after_minutes": minutes, "to": to, "by": by}
    return step | ({"causes": causes} if causes else {})


def _address(line: str, field: str, problems: Problems) -> str:
    try:
        return typed_address(line)
    except WrongUse:
        problems[field] = "Write a whole e-mail address, such as lead@firm.example."
        return ""
