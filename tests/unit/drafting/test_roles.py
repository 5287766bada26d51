"""A reader's role and tone change order, offers and address; the facts stay the same, in all five languages."""

import re
from dataclasses import replace
from itertools import product

import pytest

from agent.customers.profile import TRAITS
from agent.drafting.checks import run_checks
from agent.drafting.draft import Draft, DraftRequest
from agent.drafting.extract import Piece
from agent.drafting.local import LocalWriter
from agent.drafting.phrases import load
from agent.drafting.plan import Plan
from agent.drafting.roles import for_reader, offers_for
from agent.drafting.sentences import Block
from agent.drafting.tone import Tone
from agent.triage.reading import LANGUAGES, LanguageGuess, Style
from knowledge.search import Document, DocumentKind
from prompts.catalogue import Catalogue
from tests.unit.drafting.requests import FILTER_DA, reading, request

ROLES = TRAITS["role"]
PRICES = Document(
    "prices",
    DocumentKind.ARTICLE,
    "da",
    "Priser på filtre til varmepumpen",
    "Et nyt filter til varmepumpen koster 240 kr. og leveres på 3 hverdage.",
)
QUESTIONS = ("Hvordan skifter jeg filteret i varmepumpen?", "Hvad koster et nyt filter til varmepumpen?")


def asked(role: str = "", **known: str) -> DraftRequest:
    wanted = request(
        "Hej. " + " ".join(QUESTIONS), reading("da", asks=QUESTIONS), FILTER_DA, PRICES, name="[PERSON_1]"
    )
    return replace(wanted, role=role, **known)  # type: ignore[arg-type]


def write(wanted: DraftRequest) -> Draft:
    return LocalWriter().write(wanted)


def facts(draft: Draft) -> set[tuple[str, tuple[str, ...]]]:
    """What is told with a source; pronouns of the reader follow the form of address and are no fact."""
    pronoun = re.compile(r"\b(?:du|dig|din|dit|dine|de|dem|deres)\b", re.IGNORECASE)
    return {
        (pronoun.sub("·", sentence.text), sentence.sources)
        for sentence in draft.sentences
        if sentence.sources
    }


def test_roles_change_the_letter_and_none_of_its_facts() -> None:
    plain, letters = write(asked()), [write(asked(role)) for role in ROLES]
    assert facts(plain)
    assert all(facts(letter) == facts(plain) for letter in letters)
    assert len({letter.text for letter in (plain, *letters)}) == len(ROLES) + 1


def test_six_tones_tell_the_same_facts() -> None:
    letters = []
    for (formality, address), emotion in product(
        (("formal", "polite"), ("informal", "familiar")), ("calm", "frustrated", "delighted")
    ):
        wanted = asked(address=address, warmth="warm" if emotion == "delighted" else "direct")
        style = Style(formality, "practitioner", "detailed", emotion)
        letters.append(write(replace(wanted, reading=replace(wanted.reading, style=style))))
    assert len({letter.text for letter in letters}) == 6
    assert len({frozenset(facts(letter)) for letter in letters}) == 1


def planned(*texts: tuple[str, str, str]) -> Plan:
    """A plan that quotes passages of (source, marker, text)."""
    quotes = tuple(
        Piece(source, Block((text,), marker), place, 1.0)
        for place, (source, marker, text) in enumerate(texts)
    )
    return Plan("da", Tone("familiar", "informal", "calm", "detailed"), "question", quotes)


def test_each_role_gets_first_what_it_works_with_and_a_source_stays_whole() -> None:
    plan = planned(
        ("kb", "", "Sådan hænger det sammen."),
        ("prices", "", "Et filter koster 240 kr."),
        ("steps", "", "Sådan gør du:"),
        ("steps", "1.", "Sluk på kontakten."),
    )

    def order(role: str) -> list[str]:
        return [quote.source for quote in for_reader(plan, role).quotes]

    assert order("technician") == order("beginner") == ["steps", "steps", "kb", "prices"]
    assert order("purchaser") == order("operations_manager") == ["prices", "kb", "steps", "steps"]
    assert order("business") == order("") == ["kb", "prices", "steps", "steps"]


def test_praise_is_not_answered_with_an_offer() -> None:
    assert offers_for(replace(planned(), occasion="praise"), "purchaser", "warm") == ()


def test_without_an_answer_a_beginner_is_offered_a_call_and_a_technician_nothing() -> None:
    assert offers_for(planned(), "beginner", "") == ("call",)
    assert offers_for(planned(), "technician", "") == ()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ROLES)
def test_every_offer_is_in_every_book_and_passes_the_checks(language: str, role: str) -> None:
    body = {"da": "Filteret skiftes to gange om året, og lågen åbnes først."}
    document = Document(
        "kb", DocumentKind.ARTICLE, language, "Filter", body.get(language, "Filter pump " * 8 + ".")
    )
    wanted = request("Filter pump?", reading(language, asks=("Filter pump?",)), document)
    for address in ("familiar", "polite"):
        with_role = replace(wanted, role=role, address=address)
        draft = write(with_role)
        before = write(replace(wanted, address=address))
        assert load(language)["extra"][role]
        added = {s.text for s in draft.sentences} - {s.text for s in before.sentences}
        failed = {
            check.name: check.detail
            for check in run_checks(
                draft,
                with_role,
                language_of=lambda _text: LanguageGuess(language, 0.9),
                known_placeholders=frozenset({"[PERSON_1]"}),
            )
            if not check.passed
        }
        assert not [name for name in failed if name in {"promises", "grounding", "tone"}], (failed, added)


@pytest.mark.parametrize("language", ["da", "nb", "sv", "de"])
def test_the_known_form_of_address_is_kept_when_a_mail_says_neither(language: str) -> None:
    wanted = request("?", reading(language, asks=("?",)))
    polite = write(replace(wanted, address="polite")).text
    familiar = write(replace(wanted, address="familiar")).text
    assert polite != familiar


def test_somebody_warm_is_answered_warmly() -> None:
    assert write(asked(warmth="warm")).text != write(asked(warmth="direct")).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_model_is_told_what_each_role_needs_and_nothing_where_none_is_known(language: str) -> None:
    file = next(file for file in Catalogue() if (file.task, file.language) == ("draft", language))
    empty = dict.fromkeys(file.variables, "")
    told = {role: file.render(empty | {"role": role}) for role in ("", *ROLES)}
    assert len(set(told.values())) == len(ROLES) + 1
    assert all(len(told[role]) > len(told[""]) for role in ROLES)
