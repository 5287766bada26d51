"""What people corrected, remembered: an agent's correction counts from the next mail on.

The memory is plain vectors and labels, rebuilt from the database at start; taking a correction out undoes it at
once. It votes by nearness: a mail much like a corrected one follows the correction, others follow the classifier.
"""

import threading
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

NEIGHBOURS = 7
"""How many corrections have a say in one decision."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One labelled example: the id of the correction, the mail's vector (unit length), and what a person decided."""

    id: str
    vector: NDArray[np.float32]
    category: str
    subcategory: str = ""


@dataclass(frozen=True, slots=True)
class Vote:
    """Shares by category (summing to 1), the subcategory of the nearest of the winners, and the nearness 0..1."""

    shares: dict[str, float]
    subcategory: str
    nearness: float


class Corrections(Protocol):
    """What the classifier asks of the memory."""

    def vote(self, vector: NDArray[np.float32]) -> Vote | None: ...


class CorrectionMemory:
    """Corrections in memory. Safe to share between threads; `add` with a known id replaces it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[str, Correction] = {}
        self._matrix: NDArray[np.float32] | None = None
        self._order: tuple[Correction, ...] = ()

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, *corrections: Correction) -> None:
        with self._lock:
            self._entries.update((correction.id, correction) for correction in corrections)
            self._matrix = None

    def remove(self, correction_id: str) -> bool:
        """Undo one correction; False where it is not known."""
        with self._lock:
            known = self._entries.pop(correction_id, None) is not None
            self._matrix = None
            return known

    def vote(self, vector: NDArray[np.float32]) -> Vote | None:
        """What the nearest corrections say of a mail with this vector, or None while nothing was corrected."""
        with self._lock:
            if not self._entries:
                return None
            if self._matrix is None:
                self._order = tuple(self._entries.values())
                self._matrix = np.stack([entry.vector for entry in self._order]).astype(np.float32)
            order, matrix = self._order, self._matrix
        similarity = matrix @ vector
        nearest = np.argsort(-similarity, kind="stable")[:NEIGHBOURS]
        # The fifth power lets one close example outweigh several that merely share a topic.
        weights = {int(index): max(0.0, float(similarity[index])) ** 5 for index in nearest}
        total = sum(weights.values())
        if total == 0.0:
            return None
        shares: dict[str, float] = {}
        for index, weight in weights.items():
            shares[order[index].category] = shares.get(order[index].category, 0.0) + weight / total
        winner = max(shares, key=lambda slug: shares[slug])
        subcategory = next(
            order[int(index)].subcategory for index in nearest if order[int(index)].category == winner
        )
        return Vote(shares, subcategory, float(np.clip(similarity[nearest[0]], 0.0, 1.0)))
