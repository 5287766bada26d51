"""The neighbours are told apart, and short texts lean on what we know of the customer."""

import pytest

from agent.triage.language import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Jeg har ikke fået svar på min henvendelse om vaskemaskinen endnu.", "da"),
        ("Jeg har ikke fått svar på henvendelsen min om vaskemaskinen ennå.", "nb"),
        ("Eg har ikkje fått svar på spørsmålet mitt om vaskemaskina enno.", "nb"),
        ("Jag har inte fått något svar om tvättmaskinen ännu.", "sv"),
        ("Ich habe noch keine Antwort wegen der Waschmaschine.", "de"),
        ("I have not had an answer about the washing machine yet.", "en"),
        ("En ole vielä saanut vastausta pesukoneesta.", "fi"),
        ("Je n'ai pas encore reçu de réponse pour la machine.", "fr"),
    ],
)
def test_the_language_of_a_sentence(text: str, language: str) -> None:
    guess = detect(text)
    assert guess.value == language
    assert guess.confidence > 0.6


@pytest.mark.parametrize("known", ["da", "nb", "sv"])
def test_a_signature_leans_on_the_known_language(known: str) -> None:
    assert detect("Mvh Anders", known).value == known


def test_a_clear_sentence_does_not_lean() -> None:
    assert detect("Ich habe noch keine Antwort wegen der Waschmaschine bekommen.", "da").value == "de"


@pytest.mark.parametrize(("known", "expected"), [("sv", "sv"), ("", "en")])
def test_no_letters_at_all(known: str, expected: str) -> None:
    guess = detect("12345 !!", known)
    assert (guess.value, guess.confidence) == (expected, 0.0)


def test_placeholders_do_not_count_as_words() -> None:
    assert detect("[PERSON_1] [ADDRESS_2]", "nb").value == "nb"
