"""Form of address and tone by their marks, in each language."""

import pytest

from agent.triage.reading import FactorName, Sentiment, Signal
from agent.triage.style import emotion, formality, marks_of, wanted_length


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Könnten Sie mir bitte mitteilen, wann Ihr Monteur kommt?", "formal"),
        (
            "de",
            "Sehr geehrte Damen und Herren,\nhiermit widerspreche ich.\nMit freundlichen Grüßen",
            "formal",
        ),
        ("de", "hi, könnt ihr mal schauen? das ding geht nicht 🙈", "informal"),
        ("da", "Jeg vil gerne bede Dem bekræfte modtagelsen skriftligt.", "formal"),
        ("da", "hejsa, gider I lige kigge på det? pls :)", "informal"),
        ("nb", "Undertegnede anmoder om en skriftlig bekreftelse.", "formal"),
        ("nb", "heisann, funker ikke lenger, hva gjør jeg?? 😅", "informal"),
        ("sv", "Härmed begär vi en skriftlig redogörelse.", "formal"),
        ("sv", "tjena! funkar inte, kan nån kolla typ nu?", "informal"),
        ("en", "Dear Sir or Madam,\nI am writing to enquire about the pump.\nYours faithfully", "formal"),
        ("en", "hiya, thing's dead again lol, can you guys have a look?", "informal"),
    ],
)
def test_formality(language: str, text: str, expected: str) -> None:
    assert formality(text, language) == expected


def test_german_sie_inside_a_sentence_weighs_more_than_chattiness() -> None:
    assert formality("Hallo, können Sie mal kurz schauen? Danke!", "de") == "formal"


def test_sentence_initial_sie_may_be_the_heating() -> None:
    assert formality("hi, die heizung ist kaputt. Sie tropft, mist!!", "de") == "informal"


@pytest.mark.parametrize(
    ("text", "asks", "expertise", "expected"),
    [
        ("Just tell me yes or no.", 1, "practitioner", "short"),
        ("Please explain it step by step.", 1, "beginner", "detailed"),
        ("Where is it?", 1, "practitioner", "short"),
    ],
)
def test_wanted_length(text: str, asks: int, expertise: str, expected: str) -> None:
    assert wanted_length(text, marks_of("en"), asks=asks, expertise=expertise) == expected


def test_emotion_follows_mood_and_pressure() -> None:
    marks = marks_of("en")
    pressing = (Signal(FactorName.TIME_CRITICALITY, "by noon", "deadline"),)
    assert emotion("Thanks!", marks, Sentiment.POSITIVE, ()) == "delighted"
    assert emotion("Useless.", marks, Sentiment.VERY_NEGATIVE, pressing) == "frustrated"
    assert emotion("It is urgent.", marks, Sentiment.NEUTRAL, pressing) == "pressed"
    assert emotion("It is slow.", marks, Sentiment.NEGATIVE, ()) == "frustrated"
    assert emotion("Where is it?", marks, Sentiment.NEUTRAL, ()) == "calm"
