"""Experiments: lots that never change, intervals that hold under peeking, guards, and verdicts that wait."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.feedback.campaigns.campaign import Kind, defaults, wish_of
from agent.feedback.experiments.experiment import (
    Arm,
    Declared,
    assigned,
    changed,
    changed_rules,
    lot,
    problems_of,
)
from agent.feedback.experiments.outcome import Seen, Verdict, load_judging, outcome_of, tripped
from agent.feedback.experiments.sequential import Rate, difference_interval, evidence_against, rate_interval
from agent.feedback.history import Channel
from agent.feedback.timing.segments import profile_of
from tests.unit.feedback.scenes import RULES, TUESDAY, days, history

JUDGING = load_judging()
ARMS = (Arm("day", 1, {"delay_hours": 24}), Arm("three days", 2, {"delay_hours": 72}))


def _outcome(*arms: Seen, after: timedelta = days(40), sample: int = 0):
    return outcome_of(
        arms,
        JUDGING,
        started=TUESDAY - after,
        now=TUESDAY,
        least_days=28,
        sample_size=sample,
        cost_per_message_eur=0.1,
    )


@given(st.text(min_size=1, max_size=80), st.integers(min_value=1))
def test_a_customer_keeps_the_same_lot(seed: str, customer: int) -> None:
    assert lot(seed, customer) == lot(seed, customer)
    assert 0 <= lot(seed, customer) < 1


def test_arms_get_their_shares_and_another_seed_shuffles_anew() -> None:
    names = [(arm.name if arm else "") for n in range(20_000) for arm in [assigned("a seed", n, ARMS, 0.1)]]
    shares = {name: names.count(name) / 20_000 for name in ("", "day", "three days")}
    assert shares == pytest.approx({"": 0.1, "day": 0.3, "three days": 0.6}, abs=0.012)
    other = [(arm.name if arm else "") for n in range(2000) for arm in [assigned("other", n, ARMS, 0.1)]]
    assert other != names[:2000]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 300), st.integers(0, 300), st.sampled_from([0.01, 0.05, 0.2]))
def test_a_rate_lies_in_its_interval_and_both_ends_are_just_not_ruled_out(
    hits: int, misses: int, alpha: float
) -> None:
    seen = Rate(hits, hits + misses)
    found = rate_interval(seen, alpha)
    assert 0 <= found.low <= seen.value <= found.high <= 1 or seen.count == 0
    for end in (found.low, found.high):
        if 0 < end < 1:
            assert evidence_against(end, seen) == pytest.approx(np.log(1 / alpha), abs=1e-3)


@settings(max_examples=40, deadline=None)
@given(*(st.integers(0, 120) for _ in range(4)))
def test_a_difference_turns_round_with_its_arms_and_never_leaves_the_possible(
    a: int, b: int, c: int, d: int
) -> None:
    one, other = Rate(a, a + b), Rate(c, c + d)
    forth, back = difference_interval(one, other, 0.05), difference_interval(other, one, 0.05)
    assert -1 <= forth.low <= forth.high <= 1
    assert forth.low == pytest.approx(-back.high, abs=2e-4)


def test_looking_after_every_batch_of_people_raises_no_more_false_alarms_than_promised() -> None:
    """400 trials of equal arms, each looked at 30 times; a fixed-time interval would cry wolf in a fifth of them."""
    rng = np.random.default_rng(5)
    alarms, wald = 0, 0
    for _ in range(400):
        hits = np.cumsum(rng.binomial(20, 0.25, size=(2, 30)), axis=1)
        counts = 20 * np.arange(1, 31)
        # the least evidence against "no difference" of all common rates: ruled out when it passes the bound
        alarms += any(
            min(
                evidence_against(p, Rate(int(x), int(n))) + evidence_against(p, Rate(int(y), int(n)))
                for p in [(x + y) / (2 * n)]
            )
            > np.log(1 / JUDGING.alpha)
            for x, y, n in zip(hits[0], hits[1], counts, strict=True)
        )
        rates = hits / counts
        error = np.sqrt((rates * (1 - rates)).sum(axis=0) / counts)
        wald += bool((np.abs(rates[0] - rates[1]) > 1.96 * error).any())
    assert alarms / 400 <= JUDGING.alpha
    assert wald / 400 > 0.15


def test_a_true_difference_is_found_in_the_end_and_an_answer_has_its_cost() -> None:
    found = _outcome(
        Seen("h", 900, 180, holdout=True), Seen("day", 900, 300, messages=1200), Seen("three days", 900, 200)
    )
    assert (found.verdict, found.winner) == (Verdict.WINS, "day")
    assert found.arms[1].cost_per_answer_eur == pytest.approx(0.4)


def test_it_is_too_early_before_the_declared_time_or_number() -> None:
    arms = (Seen("h", 900, 180, holdout=True), Seen("day", 900, 300))
    early = _outcome(*arms, after=days(10))
    assert (early.verdict, early.days_left) == (Verdict.TOO_EARLY, 18)
    assert _outcome(*arms, after=days(10), sample=1800).verdict is Verdict.WINS
    assert _outcome(*arms, after=days(10), sample=2000).asked_left == 200


def test_little_is_seen_means_nothing_is_said() -> None:
    assert _outcome(Seen("h", 0, 0, holdout=True), Seen("day", 0, 0)).verdict is Verdict.NO_ANSWERS
    assert _outcome(Seen("h", 50, 10, holdout=True), Seen("day", 50, 15)).verdict is Verdict.NOT_TOLD_APART
    worse = _outcome(Seen("h", 900, 300, holdout=True), Seen("day", 900, 180))
    assert worse.verdict is Verdict.HOLDOUT_BETTER


def test_an_arm_that_drives_people_away_is_stopped_and_does_not_win() -> None:
    base = Seen("h", 900, 180, holdout=True)
    bad = Seen("day", 900, 300, opt_outs=80)
    assert tripped(bad, base, JUDGING) == "opt_outs"
    assert tripped(Seen("day", 20, 5, opt_outs=1), base, JUDGING) == ""
    assert _outcome(base, bad).verdict is Verdict.NOT_TOLD_APART


def test_what_a_variant_changes() -> None:
    wish = wish_of("x", defaults(Kind.TARGETED), RULES, TUESDAY)
    later = changed(wish, {"delay_hours": 72, "window": "prompt"}, TUESDAY - days(1))
    assert (later.wanted_from, later.window) == (TUESDAY + days(2), "prompt")
    assert later.wanted_until - later.wanted_from == wish.wanted_until - wish.wanted_from
    rules = changed_rules(RULES, {"channels": ["sms"], "style": "brief"})
    profile = profile_of(history(), TUESDAY, rules.segments, rules.limits)
    assert (profile.channels, profile.style) == ((Channel.SMS,), "brief")


def test_an_experiment_is_declared_whole_or_not_at_all() -> None:
    good = Declared("timing", "support_standard", ARMS, 0.1, 28)
    assert problems_of(good, 28, RULES) == {}
    assert set(problems_of(Declared("timing", "", ARMS, 0.1, 28), 28, RULES)) == {"trigger"}
    assert set(problems_of(Declared("timing", "support_standard", ARMS, 0.9, 7), 28, RULES)) == {
        "holdout", "least_days",
    }  # fmt: skip
    same = (ARMS[0], ARMS[0])
    assert set(problems_of(Declared("timing", "support_standard", same, 0.1, 28), 28, RULES)) == {"arms"}
    idle = (Arm("idle", 1, {}),)
    assert set(problems_of(Declared("wording", "", idle, 0.1, 28), 28, RULES)) == {"arms.0"}


@pytest.mark.parametrize(
    ("trigger", "change", "fields"),
    [
        ("meeting", {"window": "planned"}, set()),
        ("meeting", {"after": "goal_reached"}, set()),
        ("nps", {"after": "goal_reached"}, set()),
        ("nps", {"window": "prompt"}, set()),
        ("", {"channels": ["sms"], "style": "brief"}, set()),
        # hours, words and other rules belong to one rule, channels and style to all requests
        ("", {"window": "planned"}, {"trigger"}),
        ("", {"lead": dict.fromkeys(("da", "nb", "sv", "de", "en"), "x")}, {"trigger"}),
        ("", {"after": "meeting"}, {"trigger"}),
        ("meeting", {"channels": ["sms"]}, {"arms.0"}),
        ("meeting", {"lead": {"da": "x"}}, {"arms.0"}),
        # what cannot be compared
        ("nps", {"delay_hours": 24}, {"arms.0"}),
        ("meeting", {"after": "meeting"}, {"arms.0"}),
        ("meeting", {"after": "report_read"}, {"arms.0"}),
        ("meeting", {"after": "full_moon"}, {"arms.0"}),
        ("meeting", {"after": "goal_reached", "window": "planned"}, {"arms.0"}),
        ("report_read", {"window": "planned"}, {"trigger"}),
    ],
)
def test_what_may_be_compared_of_what(trigger: str, change: dict[str, object], fields: set[str]) -> None:
    declared = Declared("timing", trigger, (Arm("other", 1, change),), 0.1, 28)
    assert set(problems_of(declared, 28, RULES)) == fields


def test_an_experiment_lasts_four_weeks_and_has_a_holdout_by_the_shipped_numbers() -> None:
    assert (JUDGING.least_days, JUDGING.holdout, JUDGING.alpha) == (28, 0.10, 0.05)
