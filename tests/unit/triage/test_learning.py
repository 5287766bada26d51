"""Corrections vote by nearness, and are gone once taken back."""

import numpy as np
import pytest

from agent.triage.learning import Correction, CorrectionMemory


def unit(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    vector = np.array(values, dtype=np.float32)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def test_an_empty_memory_has_no_opinion() -> None:
    assert CorrectionMemory().vote(unit(1, 0)) is None


def test_the_nearest_correction_wins() -> None:
    memory = CorrectionMemory()
    memory.add(
        Correction("1", unit(1, 0), "billing", "refund"), Correction("2", unit(0, 1), "delivery", "late")
    )
    vote = memory.vote(unit(0.9, 0.3))
    assert vote is not None
    assert max(vote.shares, key=lambda slug: vote.shares[slug]) == "billing"
    assert vote.subcategory == "refund"
    assert sum(vote.shares.values()) == pytest.approx(1.0)
    assert vote.nearness == pytest.approx(float(unit(1, 0) @ unit(0.9, 0.3)))


def test_one_close_example_outweighs_several_distant_ones() -> None:
    memory = CorrectionMemory()
    memory.add(Correction("near", unit(1, 0.1), "billing"))
    memory.add(*(Correction(f"far{n}", unit(1, 1.2), "service") for n in range(5)))
    vote = memory.vote(unit(1, 0))
    assert vote is not None
    assert vote.shares["billing"] > 0.5


def test_a_correction_can_be_undone_and_replaced() -> None:
    memory = CorrectionMemory()
    memory.add(Correction("1", unit(1, 0), "billing"))
    memory.add(Correction("1", unit(1, 0), "service"))
    vote = memory.vote(unit(1, 0))
    assert vote is not None
    assert vote.shares == {"service": 1.0}
    assert memory.remove("1")
    assert not memory.remove("1")
    assert memory.vote(unit(1, 0)) is None
    assert len(memory) == 0


def test_what_points_the_other_way_has_no_say() -> None:
    memory = CorrectionMemory()
    memory.add(Correction("1", unit(-1, 0), "billing"))
    assert memory.vote(unit(1, 0)) is None
