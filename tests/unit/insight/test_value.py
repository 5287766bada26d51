"""What Genklang is worth, counted by hand beside it."""

import pytest

from agent.errors import SettingError
from agent.insight.value import (
    Cost,
    Gain,
    Loops,
    Missing,
    Part,
    Scenario,
    Standing,
    Value,
    load_assumptions,
    value_of,
)

SHIPPED = load_assumptions()
BEFORE = Standing(months=1, cases=400, answered=400, handling_h=0.5, came_back=0.30)
NOW = Standing(months=1, cases=500, answered=500, handling_h=0.2, came_back=0.20)


def worth(
    scenario: Scenario = Scenario.REALISTIC,
    before: Standing | None = BEFORE,
    now: Standing = NOW,
    loops: Loops | None = None,
) -> Value:
    return value_of(scenario, before, now, loops or Loops(), people=5, tokens=2_000_000, assumed=SHIPPED)


def gain(value: Value, name: Gain) -> Part:
    return next(part for part in value.gains if part.name is name)


def cost(value: Value, name: Cost) -> Part:
    return next(part for part in value.costs if part.name is name)


def test_time_saved_is_hours_times_cases_times_cost_times_what_is_believed() -> None:
    assert gain(worth(), Gain.TIME).eur == pytest.approx((0.5 - 0.2) * 500 * 40 * 0.8)


def test_fewer_who_write_again_spare_that_many_handlings() -> None:
    assert gain(worth(), Gain.QUALITY).eur == pytest.approx(0.10 * 500 * 0.2 * 40 * 0.8)


def test_customers_kept_are_those_beyond_what_would_have_stayed_anyway() -> None:
    loops = Loops(looked_after=10, stayed=8, mean_revenue=2000.0)
    assert gain(worth(loops=loops), Gain.RETENTION).eur == pytest.approx((8 - 5) * 2000 * 0.4 * 0.25)


def test_what_was_seen_of_customers_left_alone_replaces_the_assumption() -> None:
    loops = Loops(looked_after=10, stayed=8, mean_revenue=2000.0, alone_stayed=0.7)
    assert gain(worth(loops=loops), Gain.RETENTION).eur == pytest.approx((8 - 7) * 2000 * 0.4 * 0.25)


def test_scale_counts_the_colleagues_that_growth_would_have_needed() -> None:
    assert gain(worth(), Gain.SCALE).eur == pytest.approx(100 * 0.3 / 130 * 6000 * 0.5)


def test_costs_are_running_ones_and_a_part_of_what_is_paid_once() -> None:
    value = worth()
    assert cost(value, Cost.MODEL).eur == pytest.approx(2000 * 0.002)
    assert cost(value, Cost.TRAINING).eur == pytest.approx(4 * 5 * 40 / 24)
    assert value.cost == pytest.approx(40 + 0 + 4 + 24 * 40 / 24 + 4 * 5 * 40 / 24 + 3 * 40)


def test_the_return_is_gain_less_cost_by_cost() -> None:
    value = worth()
    assert value.roi == pytest.approx((value.gain - value.cost) / value.cost)


def test_without_a_baseline_nothing_is_claimed() -> None:
    value = worth(before=None)
    assert value.gain == 0
    assert gain(value, Gain.TIME).missing is Missing.BASELINE
    assert value.roi == pytest.approx(-1.0)


def test_few_cases_are_no_ground_for_a_claim() -> None:
    few = Standing(months=1, cases=29, answered=29, handling_h=0.1, came_back=0.0)
    assert gain(worth(now=few), Gain.TIME).missing is Missing.CASES


@pytest.mark.parametrize("scenario", list(Scenario))
def test_a_loss_counts_in_full_under_every_scenario(scenario: Scenario) -> None:
    slower = Standing(months=1, cases=500, answered=500, handling_h=0.6, came_back=0.3)
    assert gain(worth(scenario, now=slower), Gain.TIME).eur == pytest.approx(-0.1 * 500 * 40)


def test_scenarios_stand_in_their_order() -> None:
    gains = [worth(scenario, loops=Loops(looked_after=10, stayed=9)).gain for scenario in Scenario]
    assert gains == sorted(gains)
    assert len(set(gains)) == len(gains)


def test_a_company_lays_its_own_numbers_over_the_shipped_ones() -> None:
    own = load_assumptions({"money": {"hour": 55}, "scenarios": {"realistic": {"time": 0.6}}})
    assert own.money["hour"] == 55
    assert own.money["hire"] == SHIPPED.money["hire"]
    assert own.scenarios[Scenario.REALISTIC]["time"] == 0.6


@pytest.mark.parametrize(
    "changes",
    [
        {"moneys": {}},
        {"money": {"hours": 1}},
        {"money": {"hour": -1}},
        {"money": {"hour": True}},
        {"customers": {"margin": 1.2}},
        {"scenarios": {"likely": {}}},
        {"scenarios": {"realistic": {"time": 2}}},
        {"cost": {"spread_over_months": 0}},
    ],
)
def test_numbers_that_cannot_be_meant_are_refused_by_name(changes: dict[str, object]) -> None:
    with pytest.raises(SettingError, match="value"):
        load_assumptions(changes)
