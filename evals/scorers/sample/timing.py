"""Does learning when to ask bring more answers than a fixed delay, within the same caps?

Made-up customers with hidden habits (`evals.simulation`), over several seeds. Worlds with weaker habits and
without any are measured as well: there less or nothing can be won, and nothing may be lost.
"""

from collections.abc import Sequence

import numpy as np

from agent.feedback.learning.off_policy import Estimate, Logged, doubly_robust, inverse_propensity
from evals.material import Material
from evals.outcome import Better, Curve, CurvePoint, Figure, Miss, Outcome
from evals.simulation.people import SHARES
from evals.simulation.trial import Trial, run_trial
from evals.statistics import ROUNDS, SEED, calibration_error, reliability, share_of

SEEDS = (1, 2, 3)
PEOPLE = 120
WEAKER = {"habits half as strong": 0.5, "people without habits": 0.0}
"""Other worlds, one seed each, and how strong habits are there beside those of the main one."""
THRESHOLDS = (0.5,)


def score(material: Material) -> Outcome:
    """Answers per request of each way, what learning wins, whether chances are true, and what the log alone tells."""
    people = material.limit or PEOPLE
    trials = [
        run_trial(seed, people, thresholds=THRESHOLDS) for seed in material.each("simulated customers", SEEDS)
    ]
    weaker = {part: run_trial(SEEDS[0], people, habits=habits) for part, habits in WEAKER.items()}
    every = [*trials, *weaker.values()]
    figures = [_per(trials, way, requests, part) for way in trials[0].ways for requests, part in _BASES]
    for way in ("learnt", "learnt, everybody asked"):
        figures += [_times(trials, way, "seven days"), _times(trials, way, "best delay")]
    for part, trial in weaker.items():
        figures += [
            _times([trial], "learnt, everybody asked", other, part) for other in ("seven days", "best delay")
        ]
    figures += _judged_from_log(trials)
    sure = [
        (sent.proposal.chance, sent.first_answered)
        for trial in trials
        for sent in trial.ways["learnt, everybody asked"].sent
        if sent.proposal.chance is not None
    ]
    figures.append(calibration_error("calibration error of the chance", sure))
    figures += [_persona_share(trials, name) for name in SHARES]
    faults = [fault for trial in every for fault in trial.broken]
    messages = sum(len(sent.messages) for trial in every for way in trial.ways.values() for sent in way.sent)
    figures.append(share_of("messages that break a limit", len(faults), messages, better=Better.LOWER))
    return Outcome(
        tuple(figures),
        (reliability("Chance of an answer", sure), _curve(trials)),
        tuple(Miss("limit", "kept", fault) for fault in faults),
    )


_BASES = ((1, "per request"), (2, "per occasion"))


def _counts(trials: Sequence[Trial], way: str) -> np.ndarray:
    return np.concatenate([trial.ways[way].counts() for trial in trials])


def _per(trials: Sequence[Trial], way: str, base: int, part: str) -> Figure:
    """Answers per request or per occasion; the interval draws customers again."""
    counts = _counts(trials, way)
    rounds = _drawn(counts)
    values = rounds[:, 0] / np.maximum(1, rounds[:, base])
    low, high = np.quantile(values, (0.025, 0.975))
    total = counts.sum(0)
    value = float(total[0] / max(1, total[base]))
    return Figure(f"answers {part}", value, float(low), float(high), int(total[base]), way)


def _times(trials: Sequence[Trial], way: str, other: str, part: str = "") -> Figure:
    """How many times as many answers per request as the other way; both are drawn with the same customers."""
    mine, others = _counts(trials, way), _counts(trials, other)

    def ratio(one: np.ndarray, two: np.ndarray) -> np.ndarray:
        rates = [total[..., 0] / np.maximum(1, total[..., 1]) for total in (one, two)]
        return np.asarray(rates[0] / np.maximum(rates[1], 1e-9))

    low, high = np.quantile(ratio(_drawn(mine), _drawn(others)), (0.025, 0.975))
    value = float(ratio(mine.sum(0), others.sum(0)))
    name = f"{way} ÷ {other}"
    return Figure(name, value, float(low), float(high), int(mine[:, 1].sum()), part)


def _drawn(counts: np.ndarray) -> np.ndarray:
    """Sums over customers drawn again, shape `(rounds, 3)`; the same draws for the same number of customers."""
    drawn = np.random.default_rng(SEED).integers(0, len(counts), (ROUNDS, len(counts)))
    return np.asarray(counts[drawn].sum(1))


def _judged_from_log(trials: Sequence[Trial]) -> list[Figure]:
    """What the exploring time's log says about the learnt way, beside the simulated truth."""
    log = _together(trials)
    weights = np.array([len(trial.log.answered) for trial in trials])
    truth = float(np.average([trial.truth for trial in trials], weights=weights))
    count = len(log.answered)

    def figure(name: str, estimate: Estimate) -> Figure:
        return Figure(name, estimate.value, estimate.low, estimate.high, count, better=Better.MACHINE)

    estimates = {
        "inverse propensity": inverse_propensity(log, SEED),
        "doubly robust": doubly_robust(log, SEED),
    }
    alone = [
        one.low <= trial.truth <= one.high
        for trial in trials
        for one in (inverse_propensity(trial.log, SEED), doubly_robust(trial.log, SEED))
    ]
    inside = [one.low <= truth <= one.high for one in estimates.values()]
    return [
        Figure("learnt way, simulated truth", truth, truth, truth, count, better=Better.MACHINE),
        *(figure(f"learnt way, {name}", one) for name, one in estimates.items()),
        share_of("truth inside the intervals", sum(inside), len(inside), "all seeds"),
        share_of("truth inside the intervals", sum(alone), len(alone), "single seeds"),
    ]


def _together(trials: Sequence[Trial]) -> Logged:
    """The logs of all trials; customers of different trials are different ones."""
    apart = max(int(trial.log.customer.max()) for trial in trials) + 1
    return Logged(
        np.concatenate([trial.log.customer + apart * place for place, trial in enumerate(trials)]),
        *(
            np.concatenate([getattr(trial.log, name) for trial in trials])
            for name in ("answered", "propensity", "other", "predicted", "predicted_other")
        ),
    )


def _persona_share(trials: Sequence[Trial], name: str) -> Figure:
    """The share found of a persona, from the lowest to the highest of the seeds; hidden are 30, 45 and 25 %."""
    shares = [sum(one.share for one in trial.personas if one.name == name) for trial in trials]
    return Figure(
        "share of the persona found",
        float(np.mean(shares)),
        min(shares),
        max(shares),
        len(trials),
        name,
        Better.MACHINE,
    )


def _curve(trials: Sequence[Trial]) -> Curve:
    """Answers per request over the threshold in per cent."""
    ways = {0: "learnt, everybody asked", 70: "learnt"} | {
        round(100 * threshold): f"threshold {threshold:.2f}" for threshold in THRESHOLDS
    }
    points = [(x, _per(trials, way, 1, "per request")) for x, way in sorted(ways.items())]
    return Curve(
        "Answers per request by threshold",
        "threshold (per cent)",
        tuple(CurvePoint(x, one.value, one.low, one.high) for x, one in points),
    )
