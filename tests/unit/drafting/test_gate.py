"""Danish is not Norwegian: the gate tells the languages of a letter apart, and a sentence that strays."""

import pytest

from agent.drafting.gate import other_language
from agent.triage.language import detect
from agent.triage.reading import LanguageGuess

LETTERS = {
    "da": "Tak for din mail. Vælg den nye adgangskode under Indstillinger. Vi ser gerne på resten i næste uge.",
    "nb": "Takk for e-posten. Velg det nye passordet under Innstillinger. Vi ser gjerne på resten neste uke.",
    "sv": "Tack för ditt mejl. Välj det nya lösenordet under Inställningar. Vi tittar gärna på resten nästa vecka.",
    "de": "Vielen Dank für Ihre Nachricht. Wählen Sie das neue Passwort unter Einstellungen.",
    "en": "Thank you for your message. Choose the new password under Settings, and try once more.",
}


@pytest.mark.parametrize("wanted", list(LETTERS))
@pytest.mark.parametrize("written", list(LETTERS))
def test_each_language_passes_as_itself_alone(written: str, wanted: str) -> None:
    found = other_language([LETTERS[written]], wanted, detect)
    assert found == ("" if written == wanted else written)


@pytest.mark.parametrize(("written", "wanted"), [("da", "nb"), ("nb", "da"), ("sv", "nb"), ("nb", "sv")])
def test_words_settle_what_the_letters_do_not(written: str, wanted: str) -> None:
    def unsure(_text: str) -> LanguageGuess:
        return LanguageGuess(wanted, 0.5)

    assert other_language([LETTERS[written]], wanted, unsure) == written
    assert other_language([LETTERS[wanted]], wanted, unsure) == ""


def test_one_sentence_in_another_language_is_found() -> None:
    danish = [LETTERS["da"], "Åbn derefter lågen, og træk filteret ud, før du tænder for strømmen igen."]
    strayed = "Please open the cover first and pull the filter out before you switch it on."
    assert other_language([*danish, strayed], "da", detect) == "en"
    assert other_language(danish, "da", detect) == ""


def test_nothing_is_held_against_a_letter_without_words() -> None:
    assert other_language(["", " "], "da", detect) == ""
