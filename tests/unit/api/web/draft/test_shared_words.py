"""Which words of a source are set apart, because a sentence that rests on it has them too."""

import pytest

from api.web.draft.shared_words import mark_shared


def marked(passage: str, *sentences: str, language: str = "en") -> list[str]:
    runs = mark_shared(passage, sentences, language)
    assert "".join(run.text for run in runs) == passage
    return [run.text for run in runs if run.shared]


@pytest.mark.parametrize(
    ("passage", "sentence", "expected"),
    [
        ("Restart the router twice.", "Please RESTART your router.", ["Restart", "router"]),
        ("Restart router now", "Restart router", ["Restart router"]),
        ("The routers hum.", "The router hums.", []),  # whole words
        ("It can go on.", "Can it go?", []),  # short words
        ("They would have been with them.", "They would have been with them.", []),  # in every text
        ("It costs 0 EUR, or 1.250,50.", "You pay 0 or 1.250,50 in all.", ["0", "1.250,50"]),
        ("It costs 12.5.", "It costs 12.", ["costs"]),  # a figure is the whole figure
        ("Error E-31 and m207", "m207", ["m207"]),
        ("STRASSE 5", "Straße", ["STRASSE"]),
        ("Nothing alike", "Wholly different", []),
        ("", "Restart", []),
    ],
)
def test_whole_words_and_figures_that_both_have_are_set_apart(
    passage: str, sentence: str, expected: list[str]
) -> None:
    assert marked(passage, sentence) == expected


def test_words_of_all_sentences_that_rest_on_it_count() -> None:
    assert marked("Restart it.\nThe cable is loose.", "Restart!", "A cable.") == ["Restart", "cable"]


def test_words_of_the_language_itself_are_known() -> None:
    assert marked("Efter fakturaen skal betales", "Efter fakturaen skal", language="da") == ["fakturaen"]
