"""What the conveniences of the word lists match, and what they do not."""

import pytest

from agent.triage.patterns import compile_all, word_table


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("opsig*", "Opsigelsen kom", True),
        ("opsig*", "vi vil opsige det", True),
        ("sig*", "opsige", False),
        ("går ned", "går\n  ned", True),
        ("går ned", "gaar ned", True),
        ("hører", "horer", True),
        ("før", "for", False),  # a short word keeps its letter: "for" is another word
        ("für", "fuer", True),
        ("größe", "GROESSE", True),
        ("don't", "don’t", True),
        ("lost … data", "lost all of our data", True),
        ("lost … data", "lost data", True),
        ("lost … data", "lost a b c d e data", False),
        (r"\w*journal\w*", "fangstjournalen", True),
    ],
)
def test_a_pattern(pattern: str, text: str, matches: bool) -> None:
    assert bool(compile_all([pattern]).search(text)) is matches


def test_named_words_may_use_earlier_ones() -> None:
    words = word_table({"words": {"day": ["monday", "friday"], "near": ["today", "next {day}"]}})
    assert compile_all(["by {near}"], words).search("By next Friday, please")


def test_a_name_that_is_not_in_the_list_is_an_error() -> None:
    with pytest.raises(KeyError):
        compile_all(["by {never}"], {})


def test_an_empty_list_matches_nothing() -> None:
    assert not compile_all([]).search("anything")
