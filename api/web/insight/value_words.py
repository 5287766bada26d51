"""What the parts of the value are called, how each is counted, and the names of the numbers."""

from collections.abc import Mapping

from agent.insight.value import Cost, Gain, Missing, Scenario
from api.web.language import marked

SCENARIOS: Mapping[Scenario, str] = {
    Scenario.CONSERVATIVE: marked("Conservative"),
    Scenario.REALISTIC: marked("Realistic"),
    Scenario.OPTIMISTIC: marked("Optimistic"),
}

PARTS: Mapping[Gain | Cost, tuple[str, str]] = {
    # part: its name, and how it is counted
    Gain.TIME: (
        marked("Time saved"),
        marked("(hours for a case before − now) × answered cases × cost of an hour × share believed"),
    ),
    Gain.QUALITY: (
        marked("Fewer who write again"),
        marked(
            "(share who wrote again before − now) × answered cases × hours for a case × cost of an hour × share believed"
        ),
    ),
    Gain.RETENTION: (
        marked("Customers kept"),
        marked(
            "unhappy customers who stayed, beyond those who would have stayed anyway × a year’s revenue × margin × share believed"
        ),
    ),
    Gain.SCALE: (
        marked("Growth without hiring"),
        marked(
            "colleagues whom more cases would have needed at the old pace × cost of hiring one × share believed"
        ),
    ),
    Cost.MACHINE: (marked("Machine"), marked("a month × months")),
    Cost.SOFTWARE: (marked("Software"), marked("a month × months")),
    Cost.MODEL: (marked("Language model"), marked("thousands of tokens × price of a thousand")),
    Cost.ROLLOUT: (marked("Rollout"), marked("hours, once × cost of an hour × part that falls on this time")),
    Cost.TRAINING: (
        marked("Training"),
        marked("hours for each person, once × people × cost of an hour × part that falls on this time"),
    ),
    Cost.UPKEEP: (marked("Upkeep"), marked("hours a month × months × cost of an hour")),
}

MISSING: Mapping[Missing, str] = {
    Missing.BASELINE: marked("No baseline to compare with, so nothing is claimed."),
    Missing.CASES: marked("Too few answered cases to compare, so nothing is claimed."),
    Missing.LOOPS: marked("No follow-up of an unhappy customer can be judged yet, so nothing is claimed."),
}

NUMBERS: Mapping[str, str] = {
    "answered": marked("Answered cases"),
    "hour": marked("Cost of an hour, EUR"),
    "believed": marked("Share believed"),
    "hours_before": marked("Hours for a case, before"),
    "hours_now": marked("Hours for a case, now"),
    "came_back_before": marked("Wrote again, before"),
    "came_back_now": marked("Wrote again, now"),
    "looked_after": marked("Unhappy customers looked after"),
    "stayed": marked("Of them stayed"),
    "lost_without": marked("Would have left"),
    "revenue": marked("Revenue a year, EUR"),
    "margin": marked("Margin"),
    "hire": marked("Cost of hiring, EUR"),
    "hours_a_month": marked("Hours of a colleague a month"),
    "cases_before": marked("Cases a month, before"),
    "cases_now": marked("Cases a month, now"),
    "colleagues": marked("Colleagues spared"),
    "a_month": marked("A month, EUR"),
    "months": marked("Months"),
    "tokens": marked("Tokens"),
    "thousand_tokens": marked("A thousand tokens, EUR"),
    "hours": marked("Hours"),
    "part": marked("Part on this time"),
    "people": marked("People"),
}
SHARES = frozenset({"believed", "came_back_before", "came_back_now", "lost_without", "margin", "part"})

FIELDS: Mapping[str, str] = {
    "value.money.hour": marked("Full cost of an hour of support, EUR"),
    "value.money.hire": marked("Finding and training one more colleague, EUR"),
    "value.money.hours_a_month": marked("Hours a colleague has for cases a month"),
    "value.cost.machine_a_month": marked("Machine a month, EUR"),
    "value.cost.software_a_month": marked("Software a month, EUR"),
    "value.cost.thousand_tokens": marked("A thousand tokens of a language model, EUR"),
    "value.cost.rollout_hours": marked("Hours for the rollout, once"),
    "value.cost.training_hours": marked("Hours of training for each person, once"),
    "value.cost.upkeep_hours_a_month": marked("Hours of upkeep a month"),
    "value.cost.spread_over_months": marked("Months over which what is paid once is spread"),
    "value.customers.margin": marked("Margin on revenue, in per cent"),
    "value.customers.typical_revenue": marked("A customer’s revenue a year where it is not known, EUR"),
    "value.customers.lost_without": marked(
        "Unhappy customers who leave when nobody looks after them, in per cent"
    ),
}
BELIEVED: Mapping[Gain, str] = {gain: PARTS[gain][0] for gain in Gain}
"""Columns of the table of scenarios."""
