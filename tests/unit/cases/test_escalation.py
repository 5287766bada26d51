"""Steps climb in working time, around the clock for critical cases, and no storm follows a stand-still."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agent.cases.case import CustomerRecord, Priority
from agent.cases.clock_rules import calendar
from agent.cases.escalation import is_valued, load_escalation_rules, next_step_at, overdue_from
from agent.cases.priority import load_rules
from agent.errors import SettingError

POINTS = load_rules()
DK = calendar(ZoneInfo("Europe/Copenhagen"), "DK", POINTS.hours)
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
CLOSING = datetime(2026, 11, 23, 14, 50, tzinfo=UTC)  # ten minutes before
STEPS = [
    {"after_minutes": 30, "to": "management", "by": ["chat:ops"]},
    {"after_minutes": 0, "to": "lead", "by": ["mail", "chat"]},
    {"after_minutes": 0, "to": "boss@firm.example", "by": ["mail"], "causes": ["critical"]},
]
RULES = load_escalation_rules({"steps": STEPS})


def test_a_companys_steps_replace_the_shipped_ones_and_come_in_their_order() -> None:
    assert [step.to for step in RULES.steps_for("overdue")] == ["lead", "management"]
    assert [step.to for step in RULES.steps_for("critical")] == ["lead", "boss@firm.example", "management"]


def test_the_shipped_steps_tell_lead_and_management_of_critical_cases_and_owners_of_large_customers() -> None:
    shipped = load_escalation_rules()
    assert [step.to for step in shipped.steps_for("critical")] == ["lead", "management", "management"]
    assert shipped.steps_for("value")[0].to == "owner"


def test_a_step_waits_for_working_time_unless_the_case_is_critical() -> None:
    steps = RULES.steps_for("overdue")
    tomorrow = datetime(2026, 11, 24, 7, 20, tzinfo=UTC)
    assert next_step_at(steps, 1, CLOSING, DK, around_the_clock=False) == tomorrow
    assert next_step_at(steps, 1, CLOSING, DK, around_the_clock=True) == CLOSING + timedelta(minutes=30)


def test_after_the_last_step_there_is_none() -> None:
    assert next_step_at(RULES.steps_for("overdue"), 2, MONDAY, DK, around_the_clock=True) is None


@pytest.mark.parametrize(
    ("tier", "level", "told"),
    [("A", Priority.CRITICAL, True), ("A", Priority.HIGH, True), ("A", Priority.LOW, False),
     ("B", Priority.CRITICAL, False)],
)  # fmt: skip
def test_value_counts_for_large_customers_with_urgent_cases(tier: str, level: Priority, told: bool) -> None:
    assert is_valued(CustomerRecord("a@b.example", tier=tier), level, RULES, POINTS) is told


def test_half_the_answer_time_may_be_the_limit() -> None:
    rules = load_escalation_rules({"overdue": {"share": 0.5}})
    assert overdue_from(MONDAY, MONDAY + timedelta(hours=2), rules) == MONDAY + timedelta(hours=1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"steps": [{"after_minutes": 0, "to": "boss", "by": ["mail"]}]},
        {"steps": [{"after_minutes": 0, "to": "lead", "by": ["pigeon"]}]},
        {"steps": [{"after_minutes": -1, "to": "lead", "by": ["mail"]}]},
        {"steps": [{"after_minutes": 0, "to": "lead", "by": ["mail"], "cause": ["critical"]}]},
        {"value": {"least": "very"}},
        {"step": []},
    ],
)
def test_what_cannot_be_meant_stops_the_start(wrong: dict[str, object]) -> None:
    with pytest.raises(SettingError):
        load_escalation_rules(wrong)
