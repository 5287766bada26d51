"""Factors, their evidence, and what takes them back, in five languages and many trades."""

import time

import pytest

from agent.triage.factors import EVIDENCE_LENGTH, find
from agent.triage.reading import FactorName

IMPACT, TIME, RISK = (
    FactorName.BUSINESS_IMPACT,
    FactorName.TIME_CRITICALITY,
    FactorName.ESCALATION_RISK,
)


def names(text: str, language: str) -> set[FactorName]:
    return {signal.name for signal in find(text, language)} - {FactorName.COMPLEXITY}


@pytest.mark.parametrize(
    ("language", "text", "grade"),
    [
        ("da", "Hele bageriet står stille, ovnene vil ikke starte.", "stopped"),
        ("da", "Alle journaler fra i går er forsvundet.", "data_loss"),
        ("da", "Vi er blevet hacket.", "security"),
        ("nb", "Ingen kan logge inn, butikken er nede.", "stopped"),
        ("nb", "Regnearket vårt er borte, alle ordrer slettet.", "data_loss"),
        ("sv", "Produktionen står still sedan i morse.", "stopped"),
        ("sv", "Alla anteckningar har raderats.", "data_loss"),
        ("sv", "Obehörig kan se våra kunders uppgifter.", "security"),
        ("de", "Die gesamte Wäscherei steht still.", "stopped"),
        ("de", "Sämtliche Rezepturen sind gelöscht.", "data_loss"),
        ("de", "Das ist eine Sicherheitslücke.", "security"),
        ("en", "Nobody can pay and guests are walking out.", "stopped"),
        ("en", "Three years of records have vanished.", "data_loss"),
        ("en", "I can see another company's invoices in my account.", "security"),
    ],
)
def test_business_impact_with_its_grade(language: str, text: str, grade: str) -> None:
    found = {signal.name: signal.grade for signal in find(text, language)}
    assert found[IMPACT] == grade


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("da", "Det skal være løst inden i morgen kl. 8."),
        ("da", "Lønnen skal køres på fredag."),
        ("da", "Ring omgående."),
        ("nb", "Fristen er i dag."),
        ("nb", "Vi trenger den før helga."),
        ("sv", "Vi behöver svar senast på torsdag."),
        ("sv", "Det är bråttom!"),
        ("de", "Bitte bis morgen Mittag beheben."),
        ("de", "Die Löhne müssen am Freitag raus."),
        ("en", "Please fix this immediately."),
        ("en", "We have to file it before payroll on Friday."),
    ],
)
def test_time_criticality_direct_and_indirect(language: str, text: str) -> None:
    assert TIME in names(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("da", "Ellers går jeg til Forbrugerklagenævnet."),
        ("da", "Så finder vi en anden leverandør."),
        ("nb", "Da tar advokaten vår over."),
        ("nb", "Vi vurderer å bytte til en konkurrent."),
        ("sv", "Då anmäler jag er till ARN."),
        ("sv", "Vi säger upp avtalet."),
        ("de", "Dann schalten wir unseren Anwalt ein."),
        ("de", "Wir wechseln den Anbieter."),
        ("en", "I'll post this on Trustpilot."),
        ("en", "We will take our business elsewhere."),
    ],
)
def test_escalation_risk(language: str, text: str) -> None:
    assert RISK in names(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("da", "Det er ikke noget der haster, bare når I har tid."),
        ("da", "Heldigvis er ingen data gået tabt."),
        ("nb", "Det haster ikke."),
        ("sv", "Ingen brådska, svara när ni har tid."),
        ("de", "Es eilt nicht. Es sind keine Daten verloren gegangen."),
        ("en", "No rush at all. No data was lost."),
        ("en", "How do I cancel an appointment for a patient?"),
        ("de", "Guten Morgen, wie ändere ich die Schriftgröße?"),
        ("da", "Tak for hurtig hjælp!"),
        ("en", "You promised to phone on Monday."),
    ],
)
def test_what_presses_nobody(language: str, text: str) -> None:
    assert names(text, language) == set()


def test_a_condition_does_not_deny_a_deadline() -> None:
    assert TIME in names("Hvis det ikke virker inden i morgen, har vi et problem.", "da")


def test_the_evidence_is_the_senders_own_clause() -> None:
    (signal,) = (s for s in find("Hej. Vores lager står stille, og vi venter.", "da") if s.name is IMPACT)
    assert signal.evidence == "Vores lager står stille"


def test_evidence_is_short_even_in_a_text_without_stops() -> None:
    text = "vi har en hel masse at fortælle " * 20 + "og lageret står stille " + "så er det sagt " * 20
    assert all(len(signal.evidence) <= EVIDENCE_LENGTH for signal in find(text, "da"))


def test_an_unknown_language_is_read_with_the_english_lists() -> None:
    assert TIME in names("Asap please", "fi")


@pytest.mark.parametrize(
    "text", ["kan ikke " * 800, "a" * 8_000, "\n- x" * 2_000, '"a' * 4_000, "!?" * 4_000]
)
def test_no_text_takes_long(text: str) -> None:
    for language in ("da", "nb", "sv", "de", "en"):
        find("warm", language)
        began = time.process_time()
        find(text, language)
        assert time.process_time() - began < 1.0
