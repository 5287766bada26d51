"""One trial with one seed: learn from scattered old feedback and a time of exploring, then let ways compete.

Every way begins with the same people, records and luck. The single delay is chosen on one half of the people, and all
are compared on the other half.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from agent.company import Company
from agent.feedback.learning.numbers import Learning, load_learning
from agent.feedback.learning.off_policy import Logged
from agent.feedback.learning.personas import Persona, described
from agent.feedback.learning.prediction import Predictor, learn
from agent.feedback.rules import Rules
from evals.simulation.limits_kept import broken
from evals.simulation.people import people
from evals.simulation.policies import Choice, Exploring, Fixed, Learnt, Policy, Scattered
from evals.simulation.world import Life, Sent, live, rules_of_world, true_chance

SEVEN = 7.0
DELAYS = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, SEVEN, 10.0)
OLD, TRIED, COMPARED = 104, 52, 52
"""Weeks of old feedback, of exploring, and of the comparison."""


@dataclass(frozen=True, slots=True)
class Lived:
    """What one way brought about: the lives of the compared people. `seed` tells like people of several trials apart."""

    seed: int
    lives: tuple[Life, ...]

    @property
    def sent(self) -> list[Sent]:
        return [sent for life in self.lives for sent in life.sent]

    def counts(self) -> np.ndarray:
        """Answers, requests and occasions of each person, shape `(people, 3)`."""
        return np.array(
            [(sum(one.answered for one in life.sent), len(life.sent), life.events) for life in self.lives]
        )


@dataclass(frozen=True, slots=True)
class Trial:
    """What one seed showed. `log` and `truth` are for judging off-policy: the true rate of what the learnt way would
    have chosen in the logged situations."""

    predictor: Predictor
    personas: tuple[Persona, ...]
    best_days: float
    ways: dict[str, Lived]
    log: Logged
    truth: float
    broken: tuple[str, ...]


def run_trial(seed: int, count: int, *, habits: float = 1.0, thresholds: Sequence[float] = ()) -> Trial:
    """The trial over `count` people. `thresholds` adds the learnt way with each of these."""
    rules, learning = rules_of_world(), load_learning(Company())
    lives = [Life.begin(person) for person in people(count, seed, habits)]
    for life in lives:
        live(life, Scattered(), rules, begin=0, weeks=OLD, seed=seed)
    early = _learnt(lives, learning)
    exploring = Exploring(early)
    for life in lives:
        life.sent.clear()
        live(life, exploring, rules, begin=OLD, weeks=TRIED, seed=seed)
    late = _learnt(lives, learning)
    chosen, compared = lives[::2], lives[1::2]
    log, truth = _logged((compared, _learnt(chosen, learning)), (chosen, _learnt(compared, learning)))

    def lived(policy: Policy, group: Sequence[Life]) -> Lived:
        return Lived(seed, tuple(_after(life, policy, rules, seed) for life in group))

    rates = {days: _rate(lived(Fixed(days), chosen)) for days in DELAYS}
    best = max(rates, key=lambda days: rates[days])
    ways: dict[str, Policy] = {
        "seven days": Fixed(SEVEN),
        "best delay": Fixed(best),
        "learnt": Learnt(late),
        "learnt, everybody asked": Learnt(replace(late, learning=replace(learning, threshold=0.0))),
    }
    for threshold in thresholds:
        ways[f"threshold {threshold:.2f}"] = Learnt(
            replace(late, learning=replace(learning, threshold=threshold))
        )
    found = {name: lived(policy, compared) for name, policy in ways.items()}
    faults = tuple(
        fault for one in found.values() for life in one.lives for fault in broken(life, rules.limits)
    )
    return Trial(late, described(late.everyone.personas, learning.personas), best, found, log, truth, faults)


def _learnt(lives: Sequence[Life], learning: Learning) -> Predictor:
    found = learn([life.past() for life in lives], learning)
    if found is None:
        raise ValueError("too few people to learn from")
    return found


def _after(life: Life, policy: Policy, rules: Rules, seed: int) -> Life:
    copy = life.copy()
    live(copy, policy, rules, begin=OLD + TRIED, weeks=COMPARED, seed=seed)
    return copy


def _rate(lived: Lived) -> float:
    answers, requests, _ = lived.counts().sum(0)
    return float(answers / max(1, requests))


def _logged(*judged: tuple[Sequence[Life], Predictor]) -> tuple[Logged, float]:
    """The log of the exploring time, each half of the people judged by what was learnt from the other half, so that
    no outcome judges itself. What would have been chosen is looked up in the world. The outcome is an answer to the
    first message."""
    rows: list[tuple[float, ...]] = []
    truths: list[float] = []
    for lives, predictor in judged:
        for life in lives:
            for sent in life.sent:
                if sent.choice is not None:
                    row, truth = _judged(life, sent, sent.choice, predictor)
                    rows.append(row)
                    truths.append(truth)
    columns = np.array(rows).T
    return Logged(columns[0].astype(np.int64), *columns[1:]), float(np.mean(truths))


def _judged(life: Life, sent: Sent, choice: Choice, predictor: Predictor) -> tuple[tuple[float, ...], float]:
    chances = predictor.chances(choice.moments, choice.past)
    best, chosen = int(np.argmax(chances)), choice.chosen
    moment = choice.moments[best]
    truth = true_chance(_before(life, sent), moment.at, moment.channel, moment.occasion or moment.at)
    row = (
        float(life.person.number),
        float(sent.first_answered),
        float(choice.propensities[chosen]),
        float(best == chosen),
        float(chances[chosen]),
        float(chances[best]),
    )
    return row, truth


def _before(life: Life, sent: Sent) -> Life:
    """The life as it was before this request."""
    first = sent.messages[0].at
    before = life.copy()
    before.asked = [one for one in life.asked if one.at < first]
    return before
