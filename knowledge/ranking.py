"""From signs to a ranking: how far each document stands out from the others, and how sure that makes us.

Every sign is compared among documents of the same language only. Two texts in one language are more alike by
wording and by vector than two in different ones, whatever they are about; without this the customer's own
language would always win.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

Row = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sign:
    """How one sign is weighed; the fields are explained in `data/ranking.toml`."""

    weight: float
    background: float
    spread: float


@dataclass(frozen=True, slots=True)
class Weights:
    """The numbers of `data/ranking.toml`."""

    background_weight: float
    own_language: float
    same_category: float
    helped_before: float
    whole_share: float
    signs: Mapping[str, Sign]
    middle: float
    slope: float
    least: float


@cache
def shipped_weights() -> Weights:
    raw = tomllib.loads((files("knowledge") / "data" / "ranking.toml").read_text(encoding="utf-8"))
    confidence = raw.pop("confidence")
    signs = {name: Sign(**table) for name, table in raw.items() if isinstance(table, dict)}
    plain = {name: value for name, value in raw.items() if not isinstance(value, dict)}
    return Weights(**plain, signs=signs, **confidence)


def scores(signs: Mapping[str, Row], languages: Sequence[str], favour: Row, weights: Weights) -> Row:
    """A score in 0..1 for each document, from one row a sign (`meaning`, `concepts`, …), all of equal length.

    `languages` are the documents'. `favour` is added to what speaks for a document by itself, and in full only
    where that is enough to be half sure: a document that has nothing to do with the question gains nothing.
    """
    groups = np.array(languages)
    total = np.zeros(len(groups))
    for name, row in signs.items():
        sign = weights.signs[name]
        total += sign.weight * _standing_out(row, groups, sign, weights.background_weight) / sign.spread
    total += favour * np.clip(total / weights.middle, 0, 1)
    confidence: Row = 1 / (1 + np.exp(-weights.slope * (total - weights.middle)))
    return confidence


def _standing_out(row: Row, groups: NDArray[np.str_], sign: Sign, background_weight: float) -> Row:
    """`row` minus what is usual in the document's language, the background counting as further documents."""
    usual = np.empty_like(row)
    for group in np.unique(groups):
        members = groups == group
        everything = row[members].sum() + background_weight * sign.background
        usual[members] = everything / (members.sum() + background_weight)
    return row - usual
