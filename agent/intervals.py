"""How far a share or a time can be trusted: the interval that holds the true value with a given confidence."""

from collections.abc import Sequence
from functools import lru_cache
from math import sqrt
from statistics import NormalDist

CONFIDENCE = 0.95


@lru_cache(maxsize=65_536)
def wilson(hits: int, count: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Wilson's interval (1927) of a share, 0 to 1; all of it where nothing was counted.

    By its formula and not by scipy's `binomtest`, which does a whole test for it: pages show hundreds.
    """
    if count == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, weight = hits / count, 1 + z * z / count
    middle = (share + z * z / (2 * count)) / weight
    half = z / weight * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    # at none or all the end is exactly 0 or 1; rounding must not carry it past the share itself
    return max(0.0, min(middle - half, share)), min(1.0, max(middle + half, share))


def quantile_interval(
    values: Sequence[float], share: float, confidence: float = CONFIDENCE
) -> tuple[float | None, float | None]:
    """Between which values the quantile of all such cases lies, by order statistics: no shape is assumed.

    The ends are values that occurred. None where so few values cannot bound it: with 95 % a median takes six, and nine
    of ten has no upper end below 36. (Conover, Practical Nonparametric Statistics, 3rd ed., ch. 3.2.)
    """
    ordered = sorted(values)
    low, high = _ranks(len(ordered), share, confidence)
    return None if low is None else ordered[low], None if high is None else ordered[high]


@lru_cache(maxsize=4_096)
def _ranks(count: int, share: float, confidence: float) -> tuple[int | None, int | None]:
    """The places of both ends among the values in order."""
    from scipy.special import bdtr  # type: ignore[import-untyped]

    tail = (1 - confidence) / 2
    # how likely it is that so many values or fewer, from none to all, lie below the quantile
    at_most = bdtr(range(count + 1), count, share)
    below = int((at_most <= tail).sum())
    above = int((1 - at_most <= tail).argmax())
    return below - 1 if below else None, above if above < count else None
