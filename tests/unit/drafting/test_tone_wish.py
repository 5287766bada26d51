"""A tone that was chosen is followed; what a writer cannot do it says; the facts do not move with it."""

from dataclasses import replace

import pytest

from agent.drafting.draft import Draft, DraftSentence
from agent.drafting.facts import facts_of
from agent.drafting.local import LocalWriter
from agent.drafting.rewritten import ANEW, SAME, remarks
from agent.drafting.tone_wish import LEVELS, ToneWish
from agent.privacy.redaction import seal
from agent.triage.reading import LANGUAGES
from tests.unit.drafting.requests import FILTER_DA, FILTER_DE, reading, request

MAIL = "Hej, hvordan skifter jeg filteret i varmepumpen?"
ASKED = request(MAIL, reading("da", asks=("Hvordan skifter jeg filteret i varmepumpen?",)), FILTER_DA)


def written(wish: ToneWish, of=ASKED) -> Draft:
    return LocalWriter("en").write(replace(of, tone=wish))


def test_the_form_of_address_the_greeting_and_the_warmth_follow_the_wish() -> None:
    relaxed = written(ToneWish("informal", "familiar", "detailed", "practitioner", "even"))
    polite = written(ToneWish("formal", "polite", "detailed", "practitioner", "even"))
    warm = written(ToneWish("informal", "familiar", "detailed", "practitioner", "warm"))
    assert relaxed.text.split(",")[0] != polite.text.split(",")[0] or relaxed.text != polite.text
    assert " De " in polite.text or " Dem" in polite.text or " Deres" in polite.text
    assert len(warm.sentences) == len(relaxed.sentences) + 1


@pytest.mark.parametrize("warmth", LEVELS["warmth"])
@pytest.mark.parametrize("manner", [("informal", "familiar"), ("formal", "familiar"), ("formal", "polite")])
def test_every_tone_states_the_same_facts(manner: tuple[str, str], warmth: str) -> None:
    plain = written(ToneWish("informal", "familiar", "detailed", "practitioner", "even"))
    assert facts_of(written(ToneWish(*manner, "detailed", "practitioner", warmth))) == facts_of(plain)


def test_a_shorter_letter_adds_nothing() -> None:
    tone = ToneWish("informal", "familiar", "detailed", "practitioner", "even")
    assert facts_of(written(replace(tone, length="short"))) <= facts_of(written(tone))


def test_the_local_writer_says_that_it_cannot_change_how_technical_its_sources_are() -> None:
    said = written(ToneWish(expertise="expert")).warnings
    assert any("cannot make them simpler or more technical" in one for one in said)
    assert not written(ToneWish(expertise="practitioner")).warnings


def test_a_german_letter_that_quotes_sie_says_why_it_is_not_familiar() -> None:
    mail = request(
        "Wie wechsle ich den Filter der Wärmepumpe?",
        reading("de", asks=("Wie wechsle ich den Filter der Wärmepumpe?",)),
        FILTER_DE,
    )
    draft = written(ToneWish("informal", "familiar"), mail)
    assert any("stays polite in address" in one for one in draft.warnings)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_level_has_words_for_a_model(language: str) -> None:
    for trait, levels in LEVELS.items():
        for level in levels:
            if (language, trait) != ("en", "address"):  # English has one form of address
                assert ToneWish(**{trait: level}).in_words(language).endswith((".", "du an.")), (trait, level)


def letter(text: str, engine: str = "llm") -> Draft:
    return Draft("Re", text, "en", engine, "p", (DraftSentence(text),))


def test_facts_that_a_change_of_tone_lost_or_brought_are_named() -> None:
    asked = replace(ASKED, previous=seal("It costs 240 EUR and takes 3 steps."), tone=ToneWish(warmth="warm"))
    said = remarks(letter("Gladly: it costs 250 EUR and takes 3 steps."), asked, by_hand=False)
    assert len(said) == 2
    assert "240" in said[0]
    assert "250" in said[1]
    wished = replace(asked, wish=seal("Leave out the price"))
    assert remarks(letter("It takes 3 steps."), wished, by_hand=False) == ()


def test_the_same_words_again_are_called_so() -> None:
    asked = replace(ASKED, previous=seal("Hello.\n\nIt works."), tone=ToneWish(warmth="warm"))
    assert remarks(letter("Hello. It works."), asked, by_hand=False) == (SAME,)


def test_what_was_changed_by_hand_and_written_anew_is_said() -> None:
    asked = replace(ASKED, previous=seal("My own words."), tone=ToneWish(warmth="warm"))
    assert ANEW in remarks(letter("From the sources.", "local"), asked, by_hand=True)
    assert remarks(letter("From the sources.", "llm"), asked, by_hand=True) == ()
