"""What is asked and not answered by any document: questions that mean the same, put together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from knowledge.embedding import Vectors32

NEAR = 0.28
"""Cosine with the middle of a group from which a question belongs to it (docs/decisions/knowledge-gaps.md)."""


@dataclass(frozen=True, eq=False)
class Ask:
    """One question that had no good source; `vector`, shape `(dim,)`, of length 1 and free of its language."""

    id: int
    at: datetime
    category: str
    vector: Vectors32


def group(asks: Sequence[Ask], near: float = NEAR) -> list[list[Ask]]:
    """Groups of one category each, the largest first and among equals the latest; newest first within each.

    A question joins the group whose middle it is nearest to, from `near` on, and else begins one. The order of
    `asks` does not matter.
    """
    groups: list[list[Ask]] = []
    middles: list[Vectors32] = []
    for ask in sorted(asks, key=lambda one: (one.at, one.id), reverse=True):
        likeness = [
            float(middle @ ask.vector / max(float(np.linalg.norm(middle)), 1e-9))
            if members[0].category == ask.category
            else -1.0
            for members, middle in zip(groups, middles, strict=True)
        ]
        best = int(np.argmax(likeness)) if likeness else -1
        if best >= 0 and likeness[best] >= near:
            groups[best].append(ask)
            middles[best] = middles[best] + ask.vector
        else:
            groups.append([ask])
            middles.append(ask.vector)
    return sorted(groups, key=lambda members: (len(members), members[0].at), reverse=True)
