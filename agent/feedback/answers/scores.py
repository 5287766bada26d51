"""NPS, CSAT and CES by their published definitions, each with its number of answers and its interval.

Sources: Reichheld (2003) for NPS; share of the two best of five for CSAT; Dixon (CES 2.0, seven points) for CES;
Wilson (1927) for intervals of shares, Student's t for means, and for NPS the standard error of the difference of two
shares of one sample.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist, mean, stdev

from agent.errors import WrongUse
from agent.intervals import CONFIDENCE, wilson


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with the interval that holds the true value with 95 % confidence, and the answers it rests on."""

    value: float
    low: float
    high: float
    answers: int


def share(hits: int, answers: int, confidence: float = CONFIDENCE) -> Figure | None:
    """A share between 0 and 1 with Wilson's interval; None without answers."""
    if not 0 <= hits <= answers:
        raise WrongUse(f"{hits} of {answers} is no share.", remedy="Count each answer once.")
    if answers == 0:
        return None
    return Figure(hits / answers, *wilson(hits, answers, confidence), answers)


def nps(scores: Iterable[int], confidence: float = CONFIDENCE) -> Figure | None:
    """Net promoter score, -100 to 100: the share of 9 and 10 less the share of 0 to 6; None without answers.

    Where all agree the standard error is zero, and so is the width of the interval: look at `answers` then.
    """
    given = _on_scale(scores, 0, 10)
    if not given:
        return None
    promoters = sum(score >= 9 for score in given) / len(given)
    detractors = sum(score <= 6 for score in given) / len(given)
    net = promoters - detractors
    half = _z(confidence) * sqrt(max(promoters + detractors - net * net, 0.0) / len(given))
    return Figure(100 * net, 100 * max(-1.0, net - half), 100 * min(1.0, net + half), len(given))


def csat(scores: Iterable[int], confidence: float = CONFIDENCE) -> Figure | None:
    """Customer satisfaction: the share (0 to 1) of 4 and 5 on a scale of 1 to 5; None without answers."""
    given = _on_scale(scores, 1, 5)
    return share(sum(score >= 4 for score in given), len(given), confidence)


def ces(scores: Iterable[int], confidence: float = CONFIDENCE) -> Figure | None:
    """Customer effort score: the mean on a scale of 1 (hard) to 7 (easy); None without answers.

    A single answer says nothing of the spread: its interval is the whole scale.
    """
    given = _on_scale(scores, 1, 7)
    if not given:
        return None
    middle = mean(given)
    if len(given) == 1:
        return Figure(float(middle), 1.0, 7.0, 1)
    from scipy.special import stdtrit  # type: ignore[import-untyped]

    quantile = float(stdtrit(len(given) - 1, (1 + confidence) / 2))
    half = quantile * stdev(given) / sqrt(len(given))
    return Figure(float(middle), max(1.0, middle - half), min(7.0, middle + half), len(given))


def ces_agreeing(scores: Iterable[int], confidence: float = CONFIDENCE) -> Figure | None:
    """The share (0 to 1) of those who found it easy: 5 to 7 on the scale of seven; None without answers."""
    given = _on_scale(scores, 1, 7)
    return share(sum(score >= 5 for score in given), len(given), confidence)


def _on_scale(scores: Iterable[int], lowest: int, highest: int) -> list[int]:
    given = list(scores)
    for score in given:
        if isinstance(score, bool) or score != int(score) or not lowest <= score <= highest:
            raise WrongUse(
                f"{score} is not on the scale from {lowest} to {highest}.",
                remedy="Leave out what was not answered.",
            )
    return given


def _z(confidence: float) -> float:
    return NormalDist().inv_cdf((1 + confidence) / 2)
