"""From a letter to one customer to words for everybody."""

import pytest

from agent.drafting.generalising import generalise, generalise_words
from agent.privacy.redaction import PiiType

LETTER = """Dear [PERSON_1],

I have looked at your account today. The export stops when a receipt has no date.

1. Open Reports > Export.
2. Choose the month and press Export.

Write to [EMAIL_1] if it stops again."""


def test_greeting_and_own_matters_go_and_instructions_stay_in_their_order() -> None:
    general = generalise(LETTER, "en")
    assert general.text == (
        "The export stops when a receipt has no date.\n\n"
        "1. Open Reports > Export.\n"
        "2. Choose the month and press Export.\n\n"
        "Write to the e-mail address if it stops again."
    )


def test_what_speaks_of_one_customer_is_put_aside_and_shown() -> None:
    assert generalise(LETTER, "en").put_aside == ("I have looked at your account today.",)


@pytest.mark.parametrize(
    ("language", "letter", "begins"),
    [
        ("de", "Guten Tag, bitte öffnen Sie die Einstellungen.", "Bitte öffnen"),
        ("da", "Hej Lone. Åbn indstillingerne.", "Åbn"),
        ("sv", "Hej!\nÖppna inställningarna.", "Öppna"),
        ("nb", "Hei [PERSON_1_FIRST]\n\nÅpne innstillingene.", "Åpne"),
    ],
)
def test_greetings_go_in_every_language(language: str, letter: str, begins: str) -> None:
    assert generalise(letter, language).text.startswith(begins)


def test_a_sentence_that_only_begins_like_a_greeting_stays() -> None:
    text = "Hi-res pictures are kept for thirty days in the archive of the company."
    assert generalise(text, "en").text == text


def test_a_placeholder_that_begins_a_sentence_gets_a_capital_letter() -> None:
    assert generalise_words("[PERSON_1] must sign. Then [PERSON_2_LAST] may go on .", "en") == (
        "The customer must sign. Then the customer may go on."
    )


@pytest.mark.parametrize("language", ["da", "nb", "sv", "de", "en"])
@pytest.mark.parametrize("kind", [*PiiType, "LITERAL"])
def test_every_kind_of_placeholder_has_a_word_in_every_language(language: str, kind: str) -> None:
    assert "[" not in generalise_words(f"So [{kind}_1] it is", language)


def test_an_instruction_stays_although_it_counts() -> None:
    text = "Gå til Bank > Konti, klik på de tre prikker og vælg Forny samtykke."
    assert generalise(text, "da").text == text
