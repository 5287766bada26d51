"""Expectations of other parsers, compared fairly."""

import pytest

from evals.scorers.peers.expectations import Expectations, matches


@pytest.mark.parametrize(
    ("wanted", "came", "same"),
    [
        ("Frösche", "Frösche", True),
        ("Fr\N{REPLACEMENT CHARACTER}sche", "Frösche", True),
        ("Fr\N{REPLACEMENT CHARACTER}sche", "Frsche", False),
        ("Fr\N{REPLACEMENT CHARACTER}sche.", "Frösche!", False),
        ([("J\N{REPLACEMENT CHARACTER}rgen", "j@example.com")], [("Jürgen", "j@example.com")], True),
        (["a"], ["a", "b"], False),
        (True, False, False),
    ],
)
def test_what_the_maker_could_not_decode_may_be_anything(wanted: object, came: object, same: bool) -> None:
    assert matches(wanted, came) is same


def test_names_made_up_for_nameless_files_do_not_count() -> None:
    found = Expectations("set")
    found.expect_names("one", ["file", "photo.jpg"], ["photo.jpg", "attachment-2"])
    found.expect_names("two", ["offer.pdf"], ["attachment-1"])
    assert found.met["attachment names"] == [True, False]


def test_a_body_may_hold_more_than_was_expected_but_not_less() -> None:
    found = Expectations("set")
    found.expect_words("more", "body", "see our page", "see our page <http://example.com>")
    found.expect_words("less", "body", "see our page", "see")
    found.expect_words("none", "body", "", "whatever")
    assert found.met["body"] == [True, False, True]


def test_the_outcome_counts_all_together_and_each_by_name() -> None:
    found = Expectations("set")
    found.expect("one", "subject", "a", "a")
    found.expect("one", "sender", "a", "b")
    outcome = found.outcome()
    assert {figure.name: figure.value for figure in outcome.figures} == {
        "expectations met": 0.5,
        "subject as expected": 1.0,
        "sender as expected": 0.0,
    }
    assert [miss.item for miss in outcome.misses] == ["set/one sender"]
