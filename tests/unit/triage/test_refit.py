"""A company's own head: it learns what the corrections have in common, and keeps quiet where they are silent."""

import numpy as np
import pytest

from agent.triage.learning import LEAST_FITTED, Correction, CorrectionMemory
from agent.triage.refit import fit

DICE = np.random.default_rng(7)
UNDECIDED = {"billing": 0.5, "delivery": 0.5}


def near(direction: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    vector = np.eye(8, dtype=np.float32)[direction] + DICE.normal(0, 0.3, 8).astype(np.float32)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def test_what_the_corrections_have_in_common_decides_for_a_new_mail() -> None:
    vectors = [near(number % 2) for number in range(60)]
    adjustment = fit(vectors, [UNDECIDED] * 60, ["billing" if n % 2 else "delivery" for n in range(60)])
    shares = adjustment.apply(UNDECIDED, near(1))
    assert shares["billing"] > 0.8
    assert sum(shares.values()) == pytest.approx(1.0)


def test_a_few_corrections_do_not_overrule_a_sure_judgement_elsewhere() -> None:
    adjustment = fit([near(0)] * 5, [UNDECIDED] * 5, ["billing", "billing", "billing", "billing", "delivery"])
    assert adjustment.apply({"billing": 0.05, "delivery": 0.95}, near(5))["delivery"] > 0.5


def test_a_category_that_only_people_use_is_learnt() -> None:
    vectors = [near(number % 2) for number in range(60)]
    labels = ["leasing" if n % 2 else "billing" for n in range(60)]
    shares = fit(vectors, [UNDECIDED] * 60, labels).apply({**UNDECIDED, "leasing": 0.0}, near(1))
    assert max(shares, key=lambda slug: shares[slug]) == "leasing"


def filled(count: int) -> CorrectionMemory:
    memory = CorrectionMemory()
    memory.add(
        *(
            Correction(str(n), near(n % 2), "billing" if n % 2 else "delivery", known=UNDECIDED)
            for n in range(count)
        )
    )
    return memory


def test_it_is_fitted_from_enough_corrections_on_and_gone_when_they_are_undone() -> None:
    memory = filled(LEAST_FITTED - 1)
    memory.refit()
    assert memory.adjustment is None
    memory.add(Correction("last", near(0), "delivery", known=UNDECIDED))
    memory.refit()
    assert memory.adjustment is not None
    for number in range(LEAST_FITTED - 1):
        memory.remove(str(number))
    memory.refit()
    assert memory.adjustment is None


def test_it_is_not_fitted_anew_for_every_correction() -> None:
    memory = filled(100)
    assert memory.refit()
    memory.add(Correction("one more", near(0), "delivery", known=UNDECIDED))
    assert not memory.refit()
