"""The simulated world in which ways of choosing when to ask compete, and what is measured in it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agent.feedback.history import Asked, CaseFacts, Channel
from agent.feedback.learning.off_policy import doubly_robust, inverse_propensity
from evals.material import Material
from evals.scorers.sample import timing
from evals.simulation.limits_kept import broken
from evals.simulation.people import people
from evals.simulation.policies import Fixed
from evals.simulation.trial import Trial, run_trial
from evals.simulation.world import Life, live, rules_of_world

LIMITS = rules_of_world().limits
NOON = datetime(2026, 3, 3, 11, tzinfo=UTC)  # a Tuesday


@pytest.fixture(scope="module")
def trial() -> Trial:
    """One small trial, some seconds."""
    return run_trial(4, 44, thresholds=(0.5,))


def test_learning_beats_the_fixed_week_and_breaks_no_limit(trial: Trial) -> None:
    answers, requests, _ = trial.ways["learnt, everybody asked"].counts().sum(0)
    others, asked, _ = trial.ways["seven days"].counts().sum(0)
    assert answers / requests > 1.5 * others / asked
    assert trial.broken == ()


def test_the_log_of_the_exploring_time_tells_what_the_learnt_way_would_bring(trial: Trial) -> None:
    assert all(0 < propensity <= 1 for propensity in trial.log.propensity)
    for estimate in (inverse_propensity, doubly_robust):
        found = estimate(trial.log, 1)
        assert found.low <= trial.truth <= found.high


def test_the_scorer_puts_figures_beside_each_other(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "run_trial", lambda *_args, **_more: trial)
    outcome = timing.score(Material())
    figures = {figure.key: figure for figure in outcome.figures}
    assert figures["answers per request · seven days"].value < figures["answers per request · learnt"].value
    assert figures["messages that break a limit"].value == 0
    assert figures["learnt ÷ seven days"].low <= figures["learnt ÷ seven days"].value
    shares = [figure.value for figure in outcome.figures if figure.name == "share of the persona found"]
    assert sum(shares) == pytest.approx(1)


def test_the_same_seed_brings_the_same_world() -> None:
    rules, lives = rules_of_world(), [Life.begin(people(3, 9)[1]) for _ in range(2)]
    for life in lives:
        live(life, Fixed(3.0), rules, begin=0, weeks=60, seed=9)
    assert lives[0].asked
    assert lives[0].asked == lives[1].asked


@pytest.mark.parametrize(("persona", "delay"), [("instant", 0.1), ("planner", 4.0), ("project", 10.0)])
def test_each_persona_answers_best_at_its_own_time(persona: str, delay: float) -> None:
    person = next(one for one in people(60, 1) if one.persona == persona)
    others = {0.1, 4.0, 10.0} - {delay}

    def chance(days: float, lately: int = 0) -> float:
        return person.chance(days, min(person.weekdays), person.hour, person.channel, 0, lately)

    assert all(chance(delay) > 2 * chance(other) for other in others)
    assert chance(delay, lately=9) < chance(delay)


def life(*asked: Asked, business: bool = True, cases: tuple[CaseFacts, ...] = ()) -> Life:
    begun = Life.begin(replace(people(1, 1)[0], business=business))
    begun.asked.extend(asked)
    begun.cases.extend(cases)
    return begun


def test_the_replay_finds_every_kind_of_broken_limit() -> None:
    """So that its silence means something."""
    day = timedelta(days=1)
    fine = Asked(NOON, "1", channel=Channel.EMAIL)
    assert broken(life(fine), LIMITS) == []
    soon = Asked(NOON + 29 * day, "2")
    assert "the gap between two requests" in broken(life(fine, soon), LIMITS)
    assert "the gap between two requests" not in broken(life(fine, soon, business=False), LIMITS)
    many = [Asked(NOON + 35 * n * day, str(n)) for n in range(5)]
    assert "the number of requests in a year" in broken(life(*many), LIMITS)
    steps = [Asked(NOON + n * day, "1") for n in range(3)]
    assert {"the wait for an answer", "the number of messages of a request"} <= set(
        broken(life(*steps), LIMITS)
    )
    assert broken(life(Asked(NOON.replace(hour=20), "1")), LIMITS) == ["the hours"]
    assert broken(life(Asked(NOON + 4 * day, "1")), LIMITS) == ["the hours"]
    christmas = datetime(2026, 12, 25, 11, tzinfo=UTC)
    assert broken(life(Asked(christmas, "1")), LIMITS) == ["the closed days"]
    complaint = CaseFacts(NOON - 9 * day, NOON - 2 * day, complaint=True)
    assert broken(life(fine, cases=(complaint,)), LIMITS) == ["the quiet after a complaint"]
