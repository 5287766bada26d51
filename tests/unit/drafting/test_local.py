"""The local writer's letters: what they say, what they never say, and how they sound."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.drafting.draft import Draft
from agent.drafting.local import LocalWriter, reply_subject
from agent.triage.reading import LANGUAGES, FactorName, Sentiment, Signal
from knowledge.search import Document, DocumentKind
from tests.unit.drafting.requests import CASE_DA, FILTER_DA, FILTER_DE, match, reading, request

ASK = "Hvordan skifter jeg filteret i varmepumpen?"


def write(*args: object, **kwargs: object) -> Draft:
    return LocalWriter("da").write(request(*args, **kwargs))  # type: ignore[arg-type]


def test_a_question_is_answered_with_the_steps_of_the_article_and_their_source() -> None:
    draft = write(ASK, reading(asks=(ASK,)), FILTER_DA)
    assert "1. Sluk varmepumpen på kontakten.\n2. Åbn lågen og træk filteret ud.\n3. " in draft.text
    quoted = [sentence for sentence in draft.sentences if sentence.sources]
    assert quoted
    assert all(sentence.sources == ("filter",) for sentence in quoted)


def test_every_sentence_of_the_letter_is_listed_and_nothing_else() -> None:
    draft = write(ASK, reading(asks=(ASK,)), FILTER_DA)
    without_markers = re.sub(r"^\d+\. ", "", draft.text, flags=re.MULTILINE)
    assert " ".join(sentence.text for sentence in draft.sentences).split() == without_markers.split()


def test_the_same_request_gives_the_same_letter() -> None:
    assert write(ASK, reading(asks=(ASK,)), FILTER_DA) == write(ASK, reading(asks=(ASK,)), FILTER_DA)


def test_different_mails_are_not_opened_in_the_same_words() -> None:
    openings = {
        write(f"{ASK} ({number})", reading(asks=(ASK,)), FILTER_DA).sentences[1].text for number in range(12)
    }
    assert len(openings) > 1


def test_without_a_source_a_colleague_answers_by_the_promised_time() -> None:
    draft = write("Kan I male min varmepumpe blå?", reading(asks=("Kan I male min varmepumpe blå?",)))
    assert "senest i dag kl. 14.30" in draft.text
    assert not any(sentence.sources for sentence in draft.sentences)


def test_without_a_promised_time_none_is_named() -> None:
    draft = write("Kan I male min varmepumpe blå?", reading(asks=("Kan I male den blå?",)), due_in=None)
    assert "senest" not in draft.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_source_in_another_language_is_never_pasted_but_shown_to_the_agent(language: str) -> None:
    source = FILTER_DE if language != "de" else FILTER_DA
    draft = write("Filter?", reading(language, asks=("Filter?",)), source)
    assert source.body.split(".")[0] not in draft.text
    assert any(source.id in warning for warning in draft.warnings)


def test_of_a_solved_case_only_what_holds_for_everybody_is_quoted() -> None:
    ask = "Varmepumpen larmer, hvad gør vi med filteret?"
    draft = write(ask, reading(asks=(ask,)), CASE_DA)
    assert "Tag filteret ud, og sæt det i igen, så pilen peger opad." in draft.text
    for private in ("499", "refunderet", "Søren", "torsdag", "9.30", "883412"):
        assert private not in draft.text


def test_what_was_hidden_in_an_article_never_becomes_this_customers_name() -> None:
    hidden = replace(
        FILTER_DA,
        body=f"{FILTER_DA.body}\n\nFilteret i varmepumpen købes hos [PERSON_1] på [PHONE_1].".replace(
            "2. Åbn", "2. [PERSON_1] åbner"
        ),
    )
    draft = write(ASK, reading(asks=(ASK,)), hidden, name="")
    assert "[PERSON_1]" not in draft.text
    assert "[PHONE_1]" not in draft.text
    assert "1. Sluk" not in draft.text  # a list that lacks a step misleads
    assert "Filteret skal skiftes to gange om året." in draft.text


def test_a_passage_that_goes_on_from_another_comes_with_it() -> None:
    ask = "Varmepumpen larmer, hvad gør jeg?"
    article = replace(
        FILTER_DA,
        title="Larm",
        body="Tjek først, at filteret sidder rigtigt.\n\nHjælper det ikke, larmer varmepumpen på grund af ventilatoren: sluk den, og ring til os.",
    )
    text = write(ask, reading(asks=(ask,)), article).text
    assert text.index("Tjek først") < text.index("Hjælper det ikke, larmer")


def test_a_diagnosis_of_another_customers_system_is_never_quoted() -> None:
    ask = "The pump reports E-31 after the update, what should we do?"
    case = Document(
        "case-9",
        DocumentKind.CASE,
        "en",
        "E-31 after the update",
        "Nothing changed on our side after the update. Three of your four pumps report E-31 from the old cable. "
        "If the pump reports E-31, unplug the cable and wait before you plug it in again.",
    )
    draft = write(ask, reading("en", asks=(ask,)), case)
    assert "unplug the cable" in draft.text
    assert "Three of your four" not in draft.text
    assert "on our side" not in draft.text.replace("checking on our side", "")


def test_friendly_words_with_something_amiss_are_not_answered_with_thanks_alone() -> None:
    text = "Tusind tak for hjælpen! Det eneste er, at pumpen stadig ikke vil starte."
    understood = reading(category="feedback", sentiment=Sentiment.POSITIVE, emotion="delighted")
    assert "senest i dag kl. 14.30" in write(text, understood).text


def test_an_article_beside_the_point_is_not_quoted_where_one_in_another_language_fits_better() -> None:
    ask = "Hvordan skifter jeg filteret i varmepumpen?"
    asked = request(f"Hej. {ask}", reading("da", asks=(ask,)))
    both = [
        replace(asked, matches=(match(FILTER_DE, elsewhere), match(FILTER_DA, 0.8)))
        for elsewhere in (0.8, 0.84)
    ]
    quoted = [
        {source for one in LocalWriter().write(each).sentences for source in one.sources} for each in both
    ]
    assert quoted == [{"filter"}, set()]


def test_the_agent_is_shown_steps_and_codes_of_a_source_in_another_language() -> None:
    ask = "Varmepumpen viser E-31, hvad gør jeg?"
    source = replace(
        FILTER_DE, title="Fehler E-31", body="E-31: Schalten Sie die Wärmepumpe aus.\n\nWir sind ein Betrieb."
    )
    draft = write(ask, reading(asks=(ask,)), source)
    assert "Schalten Sie" not in draft.text
    assert "not in the letter" in draft.warnings[0]
    assert "E-31: Schalten Sie die Wärmepumpe aus." in draft.warnings[0]
    assert "Betrieb" not in draft.warnings[0]


def test_one_of_two_asks_without_a_source_is_named_as_open() -> None:
    other = "Hvornår åbner jeres butik i Odense?"
    draft = write(f"{ASK} {other}", reading(asks=(ASK, other)), FILTER_DA)
    assert "Åbn lågen" in draft.text
    assert f"»{other}«" in draft.text


def test_an_upset_customers_words_are_not_held_up_to_them() -> None:
    other = "Hvornår åbner jeres butik i Odense?"
    understood = reading(asks=(ASK, other), sentiment=Sentiment.VERY_NEGATIVE, emotion="frustrated")
    draft = write(f"{ASK} {other}", understood, FILTER_DA)
    assert "Odense" not in draft.text
    assert "senest i dag kl. 14.30" in draft.text


def test_what_a_customer_writes_is_not_repeated_when_it_holds_a_link() -> None:
    other = "Can you click https://evil.example now?"
    draft = write(f"{ASK} {other}", reading(asks=(ASK, other)), FILTER_DA)
    assert "evil.example" not in draft.text


def test_praise_is_thanked_for_and_nothing_else() -> None:
    draft = write(
        "Bare tak!",
        reading(category="feedback", sentiment=Sentiment.POSITIVE, emotion="delighted"),
        FILTER_DA,
    )
    assert re.search(r"[Tt]ak", draft.text)
    assert not any(sentence.sources for sentence in draft.sentences)


def test_an_upset_customer_gets_sympathy_and_no_exclamation_mark() -> None:
    for number in range(8):
        draft = write(
            f"NU ER DET NOK {number}",
            reading(sentiment=Sentiment.VERY_NEGATIVE, emotion="frustrated", category="technical"),
            FILTER_DA,
        )
        assert "beklager" in draft.text
        assert "!" not in draft.text


def test_german_is_polite_unless_the_sender_says_du() -> None:
    formal = write("Wie wechsle ich den Filter?", reading("de", formality="formal"))
    casual = write("Hi, könnt ihr mir sagen, wie ich den Filter wechsle? Danke euch!", reading("de"))
    assert " Sie " in formal.text or " Ihnen " in formal.text or " Ihre " in formal.text
    assert not re.search(r"\b(?:Sie|Ihnen|Ihre[rn]?)\b", casual.text.replace("Sie hören", ""))


def test_a_german_letter_that_quotes_a_source_in_sie_says_sie_throughout() -> None:
    ask = "könnt ihr mir sagen, wie ich den filter der wärmepumpe wechsle?"
    draft = write(ask, reading("de", asks=(ask,)), FILTER_DE)
    assert "Schalten Sie" in draft.text
    assert not re.search(r"\b(?:du|dir|dich|deine?[rnms]?)\b", draft.text)


def test_a_danish_sender_who_says_de_is_answered_with_de() -> None:
    text = "Jeg beder om, at De fortæller mig, hvordan filteret i varmepumpen skiftes."
    draft = write(text, reading(asks=(text,), formality="formal"), FILTER_DA)
    assert not re.search(r"\b(?:du|dig|din|dit)\b", draft.text)


def test_an_urgent_open_case_is_said_to_be_treated_as_urgent() -> None:
    signal = Signal(FactorName.TIME_CRITICALITY, "inden kl. 12")
    draft = write("Vi mangler svar inden kl. 12", reading(signals=(signal,), emotion="pressed"))
    assert "hastesag" in draft.text


def test_a_short_reader_gets_less() -> None:
    text = f"{ASK} Hvad koster et nyt filter?"
    asks = (ASK, "Hvad koster et nyt filter?")
    short = write(text, reading(asks=asks, length="short"), FILTER_DA)
    detailed = write(text, reading(asks=asks, length="detailed"), FILTER_DA)
    assert len(short.text) <= len(detailed.text)


def test_a_foreign_language_goes_to_a_person_with_a_note_in_the_companys_language() -> None:
    draft = write("Où est mon colis ?", reading("fr", asks=("Où est mon colis ?",)), FILTER_DA)
    assert draft.language == "da"
    assert "fr" in draft.text
    assert "person" in draft.text


def test_the_prompt_names_the_phrase_book() -> None:
    assert write(ASK, reading(), FILTER_DA).prompt == "local/v1/da"


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ("apologise please", "beklager"),
        ("offer a call", "telefonnummer"),
        ("undskyld og tilbyd et opkald", "telefonnummer"),
        ("varmere", "hele vejen"),
    ],
)
def test_simple_wishes_are_followed(wish: str, found: str) -> None:
    assert found in write(ASK, reading(asks=(ASK,)), FILTER_DA, wish=wish).text


def test_a_wish_for_sie_changes_the_form_of_address() -> None:
    text = "Hi, sagt ihr mir, was ihr dazu denkt?"
    assert re.search(r"\b(?:Sie|Ihnen|Ihre)\b", write(text, reading("de"), wish="bitte förmlicher").text)


def test_a_wish_that_cannot_be_followed_is_said_so() -> None:
    draft = write(ASK, reading(asks=(ASK,)), FILTER_DA, wish="shorter, mention our anniversary")
    assert any("anniversary" in warning for warning in draft.warnings)
    assert not any("shorter" in warning for warning in draft.warnings)


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        ("Filter", "Re: Filter"),
        ("SV: Re: AW: Filter", "Re: Filter"),
        ("", "Re:"),
        ("Rest of it", "Re: Rest of it"),
    ],
)
def test_the_subject_gets_one_re(subject: str, answer: str) -> None:
    assert reply_subject(subject) == answer


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("emotion", ["calm", "pressed", "frustrated", "delighted"])
@pytest.mark.parametrize(
    "category", ["technical", "billing", "usability", "service", "delivery", "feedback", "other"]
)
def test_every_situation_has_words_in_every_language(language: str, emotion: str, category: str) -> None:
    for formality in ("formal", "informal"):
        text = "Sie schreiben du?" if formality == "informal" else "x"
        draft = write(
            text,
            reading(language, emotion=emotion, category=category, formality=formality, asks=("?",)),
            due_in=timedelta(days=3),
        )
        assert "{" not in draft.text
        assert "\n\n" in draft.text
        assert draft.text.endswith("Nordvarme")
