"""Documents in pieces."""

from hypothesis import given
from hypothesis import strategies as st

from knowledge.passages import MOST_PASSAGES, OVERLAP_WORDS, WINDOW_WORDS, passages
from tests.unit.knowledge.library import BILLING, HEATING, article


def test_the_whole_text_comes_first() -> None:
    assert passages(HEATING)[0] == f"{HEATING.title}\n{HEATING.body}"


def test_title_and_paragraphs_are_pieces_of_their_own() -> None:
    assert HEATING.title in passages(HEATING)
    assert "Fault H-12 means that the outdoor sensor is not found." in passages(HEATING)


def test_a_case_is_known_by_its_question() -> None:
    assert passages(BILLING) == (f"{BILLING.title}\n{BILLING.body}", BILLING.title)


def test_long_paragraphs_are_cut_into_overlapping_windows() -> None:
    words = [f"w{number}" for number in range(200)]
    windows = passages(article("long", "Title", " ".join(words)))[1:]
    assert all(len(window.split()) <= WINDOW_WORDS for window in windows)
    assert windows[0].split()[-OVERLAP_WORDS:] == windows[1].split()[:OVERLAP_WORDS]
    assert windows[-1].split()[-1] == "w199"


@given(st.text(max_size=3_000))
def test_any_text_gives_at_least_one_piece_and_no_twins(body: str) -> None:
    pieces = passages(article("any", "A title of some words", body))
    assert 1 <= len(pieces) <= MOST_PASSAGES
    assert len(set(pieces)) == len(pieces)
