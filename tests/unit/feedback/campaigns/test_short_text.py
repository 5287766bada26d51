"""What goes out over SMS stays within its length, in whole sentences, and its parts are counted as operators do."""

import pytest

from agent.desk.feedback.sending.letters import Words, short_message, texts_of
from agent.feedback.campaigns.campaign import Kind, defaults, own_words
from agent.feedback.campaigns.short_text import LONGEST, opening_within, parts_of

LINK, NO_MORE = "https://desk.example/s/" + "x" * 32, "https://desk.example/o/" + "x" * 32
NORDLYS = Words(name="Anne", company="Nordlys", signature="Nordlys", subject="Nordlys")


def _short(lead: str, language: str = "da") -> str:
    message = defaults(Kind.PERIODIC).message
    texts = own_words(
        texts_of(language, {}),
        type(message)(message.survey, message.subject, {language: lead}),
        language,
        message.survey,
    )
    return short_message(texts, NORDLYS, survey=message.survey, survey_url=LINK, opt_out_url=NO_MORE)


def test_a_campaigns_opening_follows_the_question() -> None:
    assert _short("I dag er det din tur, {name}.").startswith(
        "Nordlys: Hvordan klarer vi det? I dag er det din tur, Anne. Svar her: https://"
    )


def test_a_long_opening_is_cut_at_the_end_of_a_sentence_and_never_the_link() -> None:
    text = _short("Det er kort. " + "Vi spørger dig, fordi du kender os godt. " * 20)
    assert len(text) <= LONGEST
    assert "kender os godt. Svar her: " + LINK in text
    assert text.endswith(NO_MORE)


def test_an_opening_of_which_no_sentence_fits_is_left_out() -> None:
    assert _short("ord " * 200).startswith("Nordlys: Hvordan klarer vi det? Svar her: ")


@pytest.mark.parametrize("language", ["da", "nb", "sv", "de", "en"])
@pytest.mark.parametrize("kind", list(Kind))
def test_the_shipped_words_fit_in_every_language(kind: Kind, language: str) -> None:
    message = defaults(kind).message
    texts = own_words(texts_of(language, {}), message, language, message.survey)
    text = short_message(texts, NORDLYS, survey=message.survey, survey_url=LINK, opt_out_url=NO_MORE)
    assert len(text) <= LONGEST
    assert message.lead[language][:20] in text


def test_no_room_takes_no_sentence() -> None:
    assert opening_within("Kort. Længere endnu.", 5) == "Kort."
    assert opening_within("Kort.", 4) == ""


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("æ" * 306, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("😀" * 35, 1),
        ("–" * 71, 2),
    ],
)
def test_parts_are_counted_by_the_gsm_alphabet(text: str, parts: int) -> None:
    assert parts_of(text) == parts
