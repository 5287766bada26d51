"""Labelled history: duplicates, conflicts and unknown labels are told apart before anything is learnt."""

from agent.desk.learning.history import Labelled, learn, learnt_before, review
from agent.privacy.redaction import seal
from agent.store.tables import CorrectionRow
from tests.house import TestHouse

CATEGORIES = ("technical", "billing")


def example(place: int, text: str, category: str) -> Labelled:
    return Labelled(str(place), seal(text), category)


def test_each_example_ends_up_in_one_place() -> None:
    report = review(
        [
            example(1, "It crashes", "technical"),
            example(2, "it  CRASHES", "technical"),
            example(3, "Wrong invoice", "billing"),
            example(4, "wrong invoice", "technical"),
            example(5, "Hello", "weather"),
            example(6, "Refund me", "billing"),
        ],
        CATEGORIES,
    )
    assert [one.place for one in report.usable] == ["1", "6"]
    assert report.duplicates == ["2"]
    assert [(one.places, one.categories) for one in report.conflicts] == [
        (("3", "4"), ("billing", "technical"))
    ]
    assert [one.place for one in report.unknown_categories] == ["5"]


def test_what_was_learnt_is_not_learnt_twice(home: TestHouse) -> None:
    examples = [example(1, "It crashes", "technical")]
    with home.store.writing() as unit:
        learn(unit, review(examples, CATEGORIES, learnt_before(unit.session)).usable, home.clock())
    with home.store.writing() as unit:
        report = review(examples, CATEGORIES, learnt_before(unit.session))
    assert report.usable == []
    assert report.known_already == ["1"]


def test_an_example_becomes_a_correction_without_a_case(home: TestHouse) -> None:
    with home.store.writing() as unit:
        learn(unit, [example(1, "It crashes", "technical")], home.clock())
    with home.store.reading() as session:
        row = session.query(CorrectionRow).one()
    assert (row.case_id, row.field, row.after, row.redacted_text) == (
        None,
        "category",
        "technical",
        "It crashes",
    )
