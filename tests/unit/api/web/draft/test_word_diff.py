"""Two texts side by side: what is in one only is marked, and nothing is lost or added."""

from hypothesis import given
from hypothesis import strategies as st

from api.web.draft.word_diff import Run, side_by_side


def test_changed_words_are_marked_on_both_sides() -> None:
    left, right = side_by_side("The fee is 20 EUR.", "The fee is 30 EUR today.")
    assert left == (Run("The fee is "), Run("20", True), Run(" EUR."))
    assert right == (Run("The fee is "), Run("30", True), Run(" EUR"), Run(" today", True), Run("."))


def test_a_new_phrase_reads_as_one_change() -> None:
    _, right = side_by_side("Hello Anne.", "Hello dear old friend Anne.")
    assert [run for run in right if run.own] == [Run(" dear old friend", True)]


def test_equal_texts_have_no_marks() -> None:
    left, right = side_by_side("Same.\n\nWords.", "Same.\n\nWords.")
    assert left == right == (Run("Same.\n\nWords."),)


@given(st.text(alphabet="ab c.\n", max_size=40), st.text(alphabet="ab c.\n", max_size=40))
def test_the_runs_put_together_are_the_texts(old: str, new: str) -> None:
    left, right = side_by_side(old, new)
    assert "".join(run.text for run in left) == old
    assert "".join(run.text for run in right) == new
