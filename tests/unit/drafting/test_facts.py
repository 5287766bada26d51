"""Facts have one value whatever the language, the spelling and the tone they are told in."""

import pytest

from agent.drafting.draft import Draft, DraftSentence
from agent.drafting.facts import Fact, FactKind, differing, facts_in, facts_of, normal_number


def values(text: str, language: str = "en") -> set[str]:
    return {fact.value for fact in facts_in(text, language) if fact.kind is not FactKind.PROMISE}


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("1.250,00", "1250"),
        ("1,250.50", "1250.5"),
        ("12,50", "12.5"),
        ("0,50", "0.5"),
        ("3.11.2", "3.11.2"),
        ("0", "0"),
    ],
)
def test_numbers_are_the_same_in_every_spelling(written: str, normal: str) -> None:
    assert normal_number(written) == normal


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("da", "Det koster 1.250 kr. fredag den 12. marts kl. 14.30."),
        ("nb", "Det koster 1.250 kroner fredag 12. mars kl. 14.30."),
        ("sv", "Det kostar 1.250 kronor fredagen den 12 mars klockan 14.30."),
        ("de", "Das kostet 1.250 kr am Freitag, dem 12. März, um 14.30 Uhr."),
        ("en", "It costs kr 1,250 on Friday 12 March at 14:30."),
    ],
)
def test_the_same_facts_in_five_languages(language: str, text: str) -> None:
    assert values(text, language) == {"1250 kr", "weekday 5", "03-12", "14:30"}


def test_codes_are_facts_and_names_of_people_are_none() -> None:
    assert "e-31" in values("[PERSON_1] sees E-31")
    assert not values("[PERSON_12] says hello")


def test_a_changed_amount_currency_or_date_is_found() -> None:
    allowed = facts_in("It costs 49 EUR and arrives on 12 March.", "en")
    assert [str(one) for one in differing(facts_in("It costs 49 GBP.", "en"), allowed)] == ["49 GBP"]
    assert [str(one) for one in differing(facts_in("It arrives on 13 March.", "en"), allowed)] == ["03-13"]
    assert not differing(facts_in("Am 12. März für 49 €", "de"), allowed)


def test_crowns_are_one_unless_two_are_named() -> None:
    assert not differing(facts_in("240 kr.", "da"), facts_in("240 DKK", "da"))
    assert differing(facts_in("240 NOK", "da"), facts_in("240 DKK", "da"))


def test_promises_and_sources_of_a_draft_are_facts() -> None:
    draft = Draft(
        "Re:",
        "",
        "en",
        "local",
        "",
        (DraftSentence("Hi,"), DraftSentence("We refund it within 5 days.", ("kb-1",))),
    )
    kinds = {fact.kind for fact in facts_of(draft)}
    assert {FactKind.PROMISE, FactKind.SOURCE, FactKind.NUMBER, FactKind.STATEMENT} <= kinds
    assert Fact(FactKind.SOURCE, "kb-1") in facts_of(draft)


def test_the_form_of_address_is_no_fact() -> None:
    def draft(text: str) -> Draft:
        return Draft("", "", "da", "local", "", (DraftSentence(text, ("kb-1",)),))

    assert facts_of(draft("Tryk på din skærm.")) == facts_of(draft("Tryk på Deres skærm."))
    assert facts_of(draft("Tryk på din skærm.")) != facts_of(draft("Tryk ikke på din skærm."))
