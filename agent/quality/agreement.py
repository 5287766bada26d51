"""How far two people who label independently agree, beyond what chance would give."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Z = 1.959964
"""Standard deviations to either side that hold 95 % of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """`count` mails that both labelled, on how many they agreed; Cohen's kappa with its 95 % interval.

    `kappa` is None where it does not exist: nothing was labelled, or both used one and the same label throughout.
    """

    count: int
    agreed: int
    kappa: float | None
    low: float | None
    high: float | None

    @property
    def share(self) -> float:
        return self.agreed / self.count if self.count else 0.0


def cohens_kappa(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """Kappa (Cohen 1960) with the standard error of Fleiss, Cohen and Everitt (1969), cut to −1..1."""
    count = len(pairs)
    agreed = sum(first == second for first, second in pairs)
    labels = sorted({label for pair in pairs for label in pair})
    if count == 0 or len(labels) < 2:
        return Agreement(count, agreed, None, None, None)
    place = {label: index for index, label in enumerate(labels)}
    table = np.zeros((len(labels), len(labels)))
    for first, second in pairs:
        table[place[first], place[second]] += 1 / count
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    seen, expected = float(np.trace(table)), float(rows @ columns)
    if expected >= 1.0:
        return Agreement(count, agreed, None, None, None)
    kappa = (seen - expected) / (1 - expected)
    diagonal = np.diag(table)
    on = float((diagonal * (1 - (rows + columns) * (1 - kappa)) ** 2).sum())
    # for the cell (i, j): the share of column i for the first and of row j for the second person
    crossed = (columns[:, None] + rows[None, :]) ** 2
    off = (1 - kappa) ** 2 * float((table * crossed).sum() - (diagonal * np.diag(crossed)).sum())
    centre = (kappa - expected * (1 - kappa)) ** 2
    error = math.sqrt(max(0.0, on + off - centre) / count) / (1 - expected)
    return Agreement(count, agreed, kappa, max(-1.0, kappa - Z * error), min(1.0, kappa + Z * error))
