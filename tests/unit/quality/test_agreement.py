"""Cohen's kappa and its interval."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score  # type: ignore[import-untyped]

from agent.quality.agreement import cohens_kappa

LABELS = st.sampled_from("abc")


def test_the_textbook_example_has_the_textbook_error() -> None:
    """Fleiss, Levin, Paik: Statistical Methods for Rates and Proportions, table 18.1: kappa 0.68, error 0.087."""
    counts = {
        ("p", "p"): 75, ("p", "n"): 1, ("p", "o"): 4,
        ("n", "p"): 5, ("n", "n"): 4, ("n", "o"): 1,
        ("o", "p"): 0, ("o", "n"): 0, ("o", "o"): 10,
    }  # fmt: skip
    seen = cohens_kappa([pair for pair, count in counts.items() for _ in range(count)])
    assert seen.kappa == pytest.approx(0.68, abs=0.01)
    assert seen.high is not None
    assert seen.low is not None
    assert (seen.high - seen.low) / 2 / 1.96 == pytest.approx(0.087, abs=0.002)


@given(st.lists(st.tuples(LABELS, LABELS), min_size=2, max_size=40))
def test_it_is_what_scikit_learn_says_and_lies_within_its_interval(pairs: list[tuple[str, str]]) -> None:
    seen = cohens_kappa(pairs)
    assert seen.agreed == sum(a == b for a, b in pairs)
    if seen.kappa is None:
        return
    assert seen.kappa == pytest.approx(cohen_kappa_score(*zip(*pairs, strict=True)))
    assert seen.low is not None
    assert seen.high is not None
    assert -1 <= seen.low <= seen.kappa + 1e-9
    assert seen.kappa - 1e-9 <= seen.high <= 1


def test_it_does_not_exist_where_nothing_or_one_label_was_used() -> None:
    assert cohens_kappa([]).kappa is None
    assert cohens_kappa([("a", "a")] * 5).kappa is None
