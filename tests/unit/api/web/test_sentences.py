"""English sentences from the layers beneath the desk are shown in the reader's language, with what was filled in."""

import pytest

from api.web.language import language_name, sentences
from api.web.sentences import Sentences

GERMAN = Sentences(
    [
        ("There is no case %(case_id)s.", "Es gibt keinen Fall %(case_id)s."),
        ("Check the number.", "Die Nummer prüfen."),
        ("Not answered: %(ask)s", "Nicht beantwortet: %(ask)s"),
        ("%(one)s is not of this conversation.", "%(one)s gehört nicht zu diesem Verlauf."),
        ("A mail could not be worked on: %(reason)s", "Eine Mail konnte nicht bearbeitet werden: %(reason)s"),
        ("Written in %(value)s.", "Auf %(value)s geschrieben."),
        ("Only %(share)s %% are left.", "Nur %(share)s %% bleiben."),
        ("close in meaning", "fast gleiche Bedeutung"),
        ("same code: %(codes)s", "gleicher Code: %(codes)s"),
    ]
)


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("There is no case 7.", "Es gibt keinen Fall 7."),
        ("There is no case 7. Check the number.", "Es gibt keinen Fall 7. Die Nummer prüfen."),
        ("Only 5 % are left.", "Nur 5 % bleiben."),
        (
            "A mail could not be worked on: There is no case 7.",
            "Eine Mail konnte nicht bearbeitet werden: Es gibt keinen Fall 7.",
        ),
        (
            "Not answered: Hvor er den? Not answered: Og hvornår?",
            "Nicht beantwortet: Hvor er den? Nicht beantwortet: Og hvornår?",
        ),
        (
            "Check the number. [PERSON_9] is not of this conversation.",
            "Die Nummer prüfen. [PERSON_9] gehört nicht zu diesem Verlauf.",
        ),
        ("same code: E-31; close in meaning", "gleicher Code: E-31; fast gleiche Bedeutung"),
    ],
)
def test_known_sentences_are_translated_one_by_one_and_within_each_other(english: str, german: str) -> None:
    assert GERMAN.said(english) == german


@pytest.mark.parametrize(
    "text", ["", "Something else.", "Check the number", "100 %(x)s %", "Two lines.\nNo case."]
)
def test_what_is_in_no_catalogue_stays_as_it_is(text: str) -> None:
    assert GERMAN.said(text) == text


def test_filled_in_values_can_be_named_in_the_language_too() -> None:
    assert GERMAN.said("Written in da.", lambda code: language_name(code, "de")) == "Auf Dänisch geschrieben."


def test_a_value_is_never_taken_for_a_template() -> None:
    assert GERMAN.said("There is no case %(case_id)s %s.") == "Es gibt keinen Fall %(case_id)s %s."


def test_long_texts_are_answered_in_reasonable_time() -> None:
    text = "Not a known sentence of ours. " * 2_000
    assert sentences("de").said(text) == text


def test_english_is_left_alone() -> None:
    assert sentences("en").said("There is no case 7.") == "There is no case 7."
