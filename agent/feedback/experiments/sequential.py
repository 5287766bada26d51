"""Intervals for rates that hold however often one looks and whenever one stops.

The method of mixtures: for a true rate p, the likelihood of what was seen averaged over a uniform prior of rates,
divided by its likelihood under p, is a martingale of mean one. By Ville's inequality it ever reaches 1/alpha with
chance at most alpha, so the rates for which it has not are a confidence sequence (Robbins, "Statistical methods related
to the law of the iterated logarithm", Annals of Mathematical Statistics 41, 1970; Howard, Ramdas, McAuliffe and Sekhon,
"Time-uniform, nonparametric, nonasymptotic confidence sequences", Annals of Statistics 49, 2021). It is exact for any
number of people, one included.

Two arms: the product of their martingales is one again, since every person belongs to one arm. The differences of all
pairs of rates that it has not ruled out are a confidence sequence for the difference.
"""

from dataclasses import dataclass
from math import log

from scipy.optimize import brentq, minimize_scalar  # type: ignore[import-untyped]
from scipy.special import betaln, xlog1py, xlogy  # type: ignore[import-untyped]

_EDGE = 1e-12


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of how many."""

    hits: int
    count: int

    @property
    def value(self) -> float:
        return self.hits / self.count if self.count else 0.0


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, both included."""

    low: float
    high: float


def evidence_against(p: float, seen: Rate) -> float:
    """The logarithm of the martingale for a true rate `p`: the larger, the less `p` fits what was seen."""
    hits, misses = seen.hits, seen.count - seen.hits
    return float(betaln(1 + hits, 1 + misses) - xlogy(hits, p) - xlog1py(misses, -p))


def rate_interval(seen: Rate, alpha: float) -> Interval:
    """All rates that have not been ruled out; 0 to 1 while nothing was seen."""
    bound, middle = log(1 / alpha), seen.value

    def over(p: float) -> float:
        return evidence_against(p, seen) - bound

    low = brentq(over, _EDGE, middle) if middle > _EDGE and over(_EDGE) > 0 else 0.0
    high = brentq(over, middle, 1 - _EDGE) if middle < 1 - _EDGE and over(1 - _EDGE) > 0 else 1.0
    return Interval(float(low), float(high))


def difference_interval(arm: Rate, other: Rate, alpha: float) -> Interval:
    """All differences `arm` - `other` of two rates that have not been ruled out together."""
    bound = log(1 / alpha)

    def over(difference: float) -> float:
        return _least_evidence(difference, arm, other) - bound

    middle = arm.value - other.value
    low = brentq(over, -1 + _EDGE, middle, xtol=1e-6) if over(-1 + _EDGE) > 0 else -1.0
    high = brentq(over, middle, 1 - _EDGE, xtol=1e-6) if over(1 - _EDGE) > 0 else 1.0
    return Interval(float(low), float(high))


def _least_evidence(difference: float, arm: Rate, other: Rate) -> float:
    """The evidence against the pair of rates with this difference that fits best; a convex function of one rate."""
    low, high = max(0.0, -difference) + _EDGE, min(1.0, 1 - difference) - _EDGE

    def against(p: float) -> float:
        return evidence_against(p, other) + evidence_against(p + difference, arm)

    if high <= low:
        return against((low + high) / 2)
    found = minimize_scalar(against, bounds=(low, high), method="bounded", options={"xatol": 1e-7})
    return float(min(found.fun, against(low), against(high)))
