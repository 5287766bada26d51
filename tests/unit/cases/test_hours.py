"""Days of the company's own, and which team's hours count for a case."""

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from agent.cases.hours import Hours, load_hours
from agent.errors import SettingError

WEEK = {"opens": "08:00", "closes": "16:00", "weekdays": [1, 2, 3, 4, 5]}


def hours(**table: object) -> Hours:
    return load_hours(table, zone=ZoneInfo("Europe/Copenhagen"), country="DK", hours=WEEK)


def test_own_days_are_added_to_holidays_and_reach_teams_and_countries() -> None:
    found = hours(
        closed=["2026-11-24"],
        also_open=["2026-11-28"],
        half_days={"2026-11-25": "12:00"},
        countries={"SE": {"closed": ["2026-11-26"]}},
        teams={"a": {"mailboxes": ["a@x.se"], "country": "SE", "opens": "10:00"}},
    )
    assert not found.company.is_open(date(2026, 11, 24))
    assert found.company.is_open(date(2026, 11, 28)), "a Saturday"
    assert found.company.closing(date(2026, 11, 25)).hour == 11, "12:00 in Copenhagen"
    team = found.of("A@x.se")
    assert team.opens == time(10)
    assert [team.is_open(date(2026, 11, day)) for day in (24, 26, 27)] == [False, False, True]


def test_whoever_names_more_of_a_case_looks_after_it() -> None:
    found = hours(
        teams={
            "box": {"mailboxes": ["a@x.dk"]},
            "bills": {"categories": ["billing"]},
            "both": {"mailboxes": ["a@x.dk"], "categories": ["technical"]},
            "idle": {},
            "gone": None,
        }
    )
    asked = [("a@x.dk", "billing"), ("a@x.dk", "technical"), ("a@x.dk", "other"), ("b@x.dk", "technical")]
    assert [team and team.key for team in (found.team_of(*one) for one in asked)] == [
        "bills",
        "both",
        "box",
        None,
    ]


@pytest.mark.parametrize(
    ("table", "named"),
    [
        ({"closed": ["Christmas"]}, "priority.hours.closed"),
        ({"half_days": {"2026-12-23": "noon"}}, "priority.hours.half_days"),
        ({"half_days": {"2026-12-23": "07:00"}}, "ends before it begins"),
        ({"teams": {"a": {"people": []}}}, "hours.teams.a.people"),
        ({"team": {}}, "hours.team"),
    ],
)
def test_what_cannot_be_meant_names_its_table(table: dict[str, object], named: str) -> None:
    with pytest.raises(SettingError) as refused:
        hours(**table)
    assert named in refused.value.message
