"""What the nearest of labelled examples say: the shares of their labels, the closer ones counting far more."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

NEIGHBOURS = 7
"""How many examples have a say in one decision."""

SHARPNESS = 5
"""Power of the cosine: one close example outweighs several that merely share a topic."""


def nearest(similarity: NDArray[np.float32], counts: Sequence[float]) -> dict[int, float]:
    """The places of the examples with a say, nearest first, and the say of each; empty where none is near at all.

    `similarity` are cosines, `counts` how much each example counts (0..1), both by example.
    """
    places = np.argsort(-similarity, kind="stable")[:NEIGHBOURS]
    says = {int(at): counts[int(at)] * max(0.0, float(similarity[at])) ** SHARPNESS for at in places}
    total = sum(says.values())
    return {at: say / total for at, say in says.items()} if total else {}
