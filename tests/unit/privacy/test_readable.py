"""What a reader sees, and the way back to the characters as sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.privacy.readable import readable, without_markup


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("DK50\u200b0040", "DK500040"),
        ("12\u00a034", "12 34"),
        ("+４５ ２０", "+45 20"),
        ("٤٥", "45"),
        ("Jose\u0301", "José"),
        ("so\u00adren", "soren"),
        ("12–34", "12-34"),
        ("a\ud800b", "a\ufffdb"),
    ],
)
def test_look_alikes_read_alike(sent: str, seen: str) -> None:
    assert readable(sent).text == seen


def test_a_stretch_is_found_again_in_the_text_as_sent() -> None:
    sent = "konto DK\u200b50\u00ad 00 tak"
    view = readable(sent)
    at = view.text.index("DK50 00")
    start, end = view.original(at, at + len("DK50 00"))
    assert sent[start:end] == "DK\u200b50\u00ad 00"


def test_leftover_markup_splits_no_number() -> None:
    sent = "IBAN <b>DK50</b> 0040<br>0440"
    view = without_markup(sent)
    assert view is not None
    assert view.text == "IBAN DK50 0040\n0440"
    at = view.text.index("0440")
    assert view.original(at, at + 4) == (sent.index("0440"), len(sent))


def test_text_without_markup_has_no_second_view() -> None:
    assert without_markup("a < b & c") is None


@given(st.text())
def test_every_seen_character_stands_for_a_stretch_of_the_original(sent: str) -> None:
    view = readable(sent)
    last = 0
    for at in range(len(view.text)):
        start, end = view.original(at, at + 1)
        assert last <= start < end <= len(sent)
        last = start
