"""Sensitive topics are seen in five languages, and a draft about one needs a lead."""

import pytest

from agent.drafting.checks import run_checks
from agent.drafting.draft import CheckName, Draft
from agent.drafting.local import LocalWriter
from agent.drafting.sensitive import needs_lead, sensitive_topics
from agent.triage.reading import LANGUAGES, LanguageGuess
from tests.unit.drafting.requests import reading, request

SENSITIVE = {
    "legal": {
        "da": "Ellers hører I fra vores advokat.",
        "nb": "Da går saken til forliksrådet.",
        "sv": "Vi vänder oss till allmänna reklamationsnämnden.",
        "de": "Wir behalten uns rechtliche Schritte vor.",
        "en": "We will take legal action.",
    },
    "termination": {
        "da": "Jeg opsiger hermed vores aftale.",
        "nb": "Vi sier herved opp abonnementet.",
        "sv": "Vi säger upp avtalet.",
        "de": "Hiermit kündigen wir den Vertrag.",
        "en": "We hereby terminate the agreement.",
    },
    "injury": {
        "da": "Min kollega kom til skade og sidder på skadestuen.",
        "nb": "En ansatt fikk støt av apparatet.",
        "sv": "Hon brände sig och fick åka till akuten.",
        "de": "Ein Mitarbeiter bekam einen Stromschlag.",
        "en": "A child got a shock and went to hospital.",
    },
    "press": {
        "da": "Jeg er journalist og skriver en artikel.",
        "nb": "Vi kontakter pressen i morgen.",
        "sv": "Då går vi till tidningen.",
        "de": "Ich wende mich an die Presse.",
        "en": "I am a reporter with a local newspaper.",
    },
    "minors": {
        "da": "Kontoen tilhører en mindreårig.",
        "nb": "Det gjelder et barn på 9 år.",
        "sv": "En 12-åring har köpt det.",
        "de": "Es geht um Daten meines Kindes.",
        "en": "A 13-year-old has signed up.",
    },
}
ORDINARY = {
    "da": "Hvordan skifter jeg filteret, og kan jeg selv afmelde nyhedsbrevet? Det er lidt af et besvær.",
    "nb": "Hvordan bytter jeg filter, og når kommer pakken? Vi er 12 ansatte og har brukt det i 9 år.",
    "sv": "Hur byter jag filter, och när kommer paketet? Vi är 12 anställda.",
    "de": "Wie wechsle ich den Filter, und ab wann gilt der neue Preis? Wir sind zwölf Leute.",
    "en": "How do I change the filter? There is a minor issue with the case, and the report is empty.",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", list(SENSITIVE))
def test_the_topic_is_seen_in_each_language(topic: str, language: str) -> None:
    assert topic in {one.topic for one in sensitive_topics(SENSITIVE[topic][language], language)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_ordinary_mail_is_not_sensitive(language: str) -> None:
    assert not sensitive_topics(ORDINARY[language], language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", list(SENSITIVE))
def test_a_draft_about_it_is_left_to_a_lead_with_the_words_that_show_it(topic: str, language: str) -> None:
    asked = request(SENSITIVE[topic][language], reading(language))
    draft = LocalWriter("en").write(asked)
    checks = run_checks(
        draft, asked, language_of=lambda _: LanguageGuess(language, 1.0), known_placeholders={"[PERSON_1]"}
    )
    found = next(check for check in checks if check.name is CheckName.SENSITIVE)
    assert needs_lead(checks)
    assert topic in found.detail


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_ordinary_draft_needs_no_lead_and_no_phrase_of_ours_is_sensitive(language: str) -> None:
    asked = request(ORDINARY[language], reading(language))
    draft: Draft = LocalWriter("en").write(asked)
    checks = run_checks(
        draft, asked, language_of=lambda _: LanguageGuess(language, 1.0), known_placeholders={"[PERSON_1]"}
    )
    assert not needs_lead(checks)


@pytest.mark.parametrize(
    ("language", "phrase"),
    [
        ("da", "ret skal være ret"),
        ("nb", "helt uaktuelt"),
        ("sv", "det går inte"),
        ("de", "wie bereits erwähnt"),
        ("en", "as per my last"),
    ],
)
def test_a_companys_forbidden_phrase_is_found_in_any_case_and_only_as_whole_words(
    language: str, phrase: str
) -> None:
    asked = request("?", reading(language), forbidden=(phrase,))

    def verdict(text: str) -> bool:
        draft = Draft("Re:", text, language, "llm", "", ())
        checks = run_checks(
            draft, asked, language_of=lambda _: LanguageGuess(language, 1.0), known_placeholders=()
        )
        return next(check.passed for check in checks if check.name is CheckName.FORBIDDEN)

    assert not verdict(f"Ja, {phrase.upper()}.")
    assert verdict(f"x{phrase}x")
