"""Each check passes a good draft and finds its own fault."""

from dataclasses import replace

import pytest

from agent.drafting.checks import run_checks
from agent.drafting.draft import CheckName, CheckResult, Draft, DraftRequest, DraftSentence
from agent.drafting.local import LocalWriter
from agent.triage.reading import LanguageGuess, Sentiment
from tests.unit.drafting.requests import CASE_DA, FILTER_DA, FILTER_DE, reading, request

ASK = "Hvordan skifter jeg filteret i varmepumpen?"
REQUEST = request(ASK, reading(asks=(ASK,)), FILTER_DA, CASE_DA, forbidden=("desværre må vi",))
GOOD = LocalWriter("da").write(REQUEST)


def danish(_text: str) -> LanguageGuess:
    return LanguageGuess("da", 0.99)


def check(
    name: CheckName,
    draft: Draft = GOOD,
    asked: DraftRequest = REQUEST,
    language: str = "da",
    sure: float = 0.99,
) -> CheckResult:
    results = run_checks(
        draft,
        asked,
        language_of=lambda _text: LanguageGuess(language, sure),
        known_placeholders={"[PERSON_1]"},
    )
    assert [result.name for result in results] == list(CheckName)
    return next(result for result in results if result.name is name)


def with_sentence(text: str, *sources: str, supported: bool = True, draft: Draft = GOOD) -> Draft:
    """`draft` with one more sentence before its sign-off."""
    added = DraftSentence(text, sources, supported)
    return replace(
        draft,
        text=f"{draft.text}\n\n{text}",
        sentences=(*draft.sentences[:-1], added, draft.sentences[-1]),
    )


@pytest.mark.parametrize("name", list(CheckName))
def test_a_good_draft_passes(name: CheckName) -> None:
    assert check(name) == CheckResult(name, True, "")


def test_the_wrong_language_is_found() -> None:
    assert "Written in nb" in check(CheckName.LANGUAGE, language="nb").detail


def test_an_unsure_guess_is_not_held_against_the_draft() -> None:
    assert check(CheckName.LANGUAGE, language="nb", sure=0.4).passed


def test_a_language_we_do_not_write_fails() -> None:
    asked = request("Bonjour", reading("fr"))
    assert "fr" in check(CheckName.LANGUAGE, LocalWriter("da").write(asked), asked).detail


def test_an_ask_without_an_answer_is_named() -> None:
    other = "Hvornår åbner jeres butik i Odense?"
    asked = request(f"{ASK} {other}", reading(asks=(ASK, other)), FILTER_DA)
    result = check(CheckName.COMPLETENESS, LocalWriter("da").write(asked), asked)
    assert not result.passed
    assert "Odense" in result.detail
    assert ASK not in result.detail


def test_an_open_ask_points_to_the_source_in_another_language() -> None:
    asked = request(ASK, reading(asks=(ASK,)), FILTER_DE)
    assert "filter-de" in check(CheckName.COMPLETENESS, LocalWriter("da").write(asked), asked).detail


def test_taking_the_answer_away_is_noticed() -> None:
    bare = replace(GOOD, sentences=tuple(one for one in GOOD.sentences if not one.sources))
    assert not check(CheckName.COMPLETENESS, bare).passed


def test_a_sentence_marked_unsupported_fails_grounding() -> None:
    assert not check(CheckName.GROUNDING, with_sentence("Filteret er blåt.", supported=False)).passed


def test_a_source_that_was_never_found_fails_grounding() -> None:
    assert "kb-99" in check(CheckName.GROUNDING, with_sentence("Filteret er nyt.", "kb-99")).detail


def test_a_sentence_that_says_more_than_its_source_fails_grounding() -> None:
    added = with_sentence("Montøren besøger gerne kunder gratis hver weekend.", "filter")
    assert "Says more" in check(CheckName.GROUNDING, added).detail


def test_an_instruction_without_a_source_fails_grounding() -> None:
    assert not check(CheckName.GROUNDING, with_sentence("Gå til Menu > Filter > Nulstil.")).passed


@pytest.mark.parametrize(
    "promise",
    [
        "Vi refunderer beløbet.",
        "Det koster 99 kr.",
        "Den kommer den 7. april.",
        "Du får den inden for en time.",
        "Vi ringer i morgen.",
    ],
)
def test_promises_without_a_source_are_found(promise: str) -> None:
    assert not check(CheckName.PROMISES, with_sentence(promise)).passed


def test_an_amount_from_the_article_may_be_named() -> None:
    assert check(CheckName.PROMISES, with_sentence("Et nyt filter koster 240 kr.", "filter")).passed


def test_the_promised_time_of_answer_may_be_named() -> None:
    asked = request("Kan I male den blå?", reading(asks=("Kan I male den blå?",)))
    assert check(CheckName.PROMISES, LocalWriter("da").write(asked), asked).passed


def test_mixed_address_is_found() -> None:
    asked = request("Wie?", reading("de", formality="formal"))
    draft = with_sentence("Hast du das gesehen?", draft=LocalWriter("de").write(asked))
    assert not check(CheckName.TONE, draft, asked, language="de").passed


def test_du_to_a_customer_who_says_sie_is_found() -> None:
    asked = request("Können Sie helfen?", reading("de", formality="formal"))
    draft = Draft("Re:", "Hallo, kannst du das prüfen?", "de", "llm", "draft/v1/de", (DraftSentence("x"),))
    assert not check(CheckName.TONE, draft, asked, language="de").passed


def test_an_exclamation_mark_to_an_upset_customer_is_found() -> None:
    upset = request(
        ASK, reading(asks=(ASK,), sentiment=Sentiment.VERY_NEGATIVE, emotion="frustrated"), FILTER_DA
    )
    assert not check(CheckName.TONE, with_sentence("Hav en dejlig dag!"), upset).passed
    assert check(CheckName.TONE, with_sentence("Hav en dejlig dag!")).passed


@pytest.mark.parametrize(
    "slot", ["{{name}}", "[NAVN]", "XXX", "{dato}", "<indsæt dato>", "TODO", "____", "[PERSON]"]
)
def test_leftover_slots_are_found(slot: str) -> None:
    assert slot in check(CheckName.LEFTOVER_PLACEHOLDER, with_sentence(f"Vi ses {slot}.")).detail


def test_the_conversations_own_placeholders_are_no_leftovers() -> None:
    assert check(CheckName.LEFTOVER_PLACEHOLDER, with_sentence("Hilsen til [PERSON_1].")).passed


@pytest.mark.parametrize(
    "leak",
    [
        "Skriv til [PERSON_7].",
        "Skriv til anna@example.com.",
        "Ring +45 20 30 40 50.",
        "Konto DK50 0040 0440 1162 43.",
        "Se https://evil.example/x.",
        "![x](https://evil.example/x.png)",
        "Ordren 883412 er lukket.",
    ],
)
def test_data_of_others_and_links_from_nowhere_are_found(leak: str) -> None:
    assert not check(CheckName.LEAK, with_sentence(leak)).passed


def test_a_link_from_the_mail_itself_is_no_source() -> None:
    asked = request(f"{ASK} Se https://evil.example", reading(asks=(ASK,)), FILTER_DA)
    assert not check(CheckName.LEAK, with_sentence("Se https://evil.example"), asked).passed


def test_a_link_from_an_article_may_stand() -> None:
    article = replace(FILTER_DA, body=f"{FILTER_DA.body} Se www.nordvarme.example/filter.")
    asked = request(ASK, reading(asks=(ASK,)), article)
    assert check(CheckName.LEAK, with_sentence("Se www.nordvarme.example/filter.", "filter"), asked).passed


def test_forbidden_phrases_are_found_in_any_case() -> None:
    assert not check(CheckName.FORBIDDEN, with_sentence("DESVÆRRE MÅ VI sige nej.")).passed
