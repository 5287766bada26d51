"""What people corrected, remembered: an agent's correction counts from the next mail on.

The memory is plain vectors and labels, rebuilt from the database at start; taking a correction out undoes it at
once. It votes by nearness: a mail much like a corrected one follows the correction, others follow the classifier.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from agent.triage.neighbours import nearest
from agent.triage.refit import Adjustment, fit

LEAST_FITTED = 10
"""Corrections from which on a head of the company's own is fitted."""

CHANGED_SHARE = 0.05
"""Share of the corrections that must be new or gone before it is fitted anew; until then the nearest decide."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One labelled example: the id of the correction, the mail's vector (unit length), and what a person decided.

    `known` are the shares by category that the mail had without any correction; `weight` (0..1) is how much it
    counts beside others.
    """

    id: str
    vector: NDArray[np.float32]
    category: str
    subcategory: str = ""
    known: Mapping[str, float] = field(default_factory=dict)
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Vote:
    """Shares by category (summing to 1), the subcategory of the nearest of the winners, and the nearness 0..1."""

    shares: dict[str, float]
    subcategory: str
    nearness: float


class Corrections(Protocol):
    """What the classifier asks of the memory."""

    def vote(self, vector: NDArray[np.float32]) -> Vote | None: ...

    @property
    def adjustment(self) -> Adjustment | None: ...


class CorrectionMemory:
    """Corrections in memory. Safe to share between threads; `add` with a known id replaces it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[str, Correction] = {}
        self._matrix: NDArray[np.float32] | None = None
        self._order: tuple[Correction, ...] = ()
        self._adjustment: Adjustment | None = None
        self._fitted: frozenset[tuple[str, str, float]] = frozenset()

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

    @property
    def adjustment(self) -> Adjustment | None:
        """What all corrections together say, as last fitted; None while they are too few."""
        return self._adjustment

    def refit(self) -> bool:
        """Fit anew when enough has changed since the last time; whether it was. Takes up to a few seconds."""
        with self._lock:
            entries = tuple(entry for entry in self._entries.values() if entry.known)
        now = frozenset((entry.id, entry.category, entry.weight) for entry in entries)
        changed = len(now ^ self._fitted)
        enough = len(now) >= LEAST_FITTED and len({entry.category for entry in entries}) > 1
        few_are_new = enough and self._adjustment is not None and changed < CHANGED_SHARE * len(now)
        if not changed or few_are_new:
            return False
        self._adjustment = (
            fit(
                [entry.vector for entry in entries],
                [entry.known for entry in entries],
                [entry.category for entry in entries],
                [entry.weight for entry in entries],
            )
            if enough
            else None
        )
        self._fitted = now
        return True

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
        says = nearest(similarity, [entry.weight for entry in order])
        if not says:
            return None
        shares: dict[str, float] = {}
        for at, say in says.items():
            shares[order[at].category] = shares.get(order[at].category, 0.0) + say
        winner = max(shares, key=lambda slug: shares[slug])
        subcategory = next(order[at].subcategory for at in says if order[at].category == winner)
        return Vote(shares, subcategory, float(np.clip(similarity.max(), 0.0, 1.0)))
