"""What one mail shows of its sender beyond triage's style: role, warmth, and what kind of answer is asked for."""

from datetime import UTC, datetime

import pytest

from agent.customers.impression import (
    impression_of,
    length_asked,
    outright,
    role_of,
    role_of_record,
    warmth_of,
)
from agent.triage.reading import Sentiment
from tests.unit.drafting.requests import reading

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("signature", "role"),
    [
        ("Mia Friis\nServicetekniker", "technician"),
        ("Ola Dahl | Driftsleder | Havbruk Nord", "operations_manager"),
        ("Britta Kern, Einkaufsleiterin", "purchaser"),
        ("Jonas Ek\nSystemadministratör", "it"),
        ("Tom Hill – Office Manager", "business"),
        ("Eva Holt\nBogholder, Rugbrød & Co", "business"),
        ("Elektriker Holm ApS", ""),
        ("Mads", ""),
    ],
)
def test_a_title_in_the_signature_names_the_role_and_a_companys_name_does_not(
    signature: str, role: str
) -> None:
    assert role_of(signature, "", "da") == role


@pytest.mark.parametrize(
    ("text", "language", "role"),
    [
        ("Hi, I'm a senior developer here.", "en", "it"),
        ("Ich bin Elektriker und suche den Plan.", "de", "technician"),
        ("Jeg er helt ny i programmet.", "da", "beginner"),
        ("As the technician told me, it is broken.", "en", ""),
        ("I am having IT problems.", "en", ""),
        ("Als der Techniker kam, lief es.", "de", ""),
    ],
)
def test_only_what_people_call_themselves_is_a_role(text: str, language: str, role: str) -> None:
    assert role_of("", text, language) == role


def test_the_record_may_name_the_role_by_our_word_or_by_a_title() -> None:
    assert role_of_record({"role": "purchaser"}) == "purchaser"
    assert role_of_record({"title": "Betriebsleiter"}) == "operations_manager"
    assert role_of_record({"region": "Nord"}) == ""


@pytest.mark.parametrize(
    ("text", "language", "shown"),
    [
        ("Hej! Tusind tak for hjælpen sidst :) Rigtig god weekend til jer alle.", "da", ("warm", 1.0)),
        ("drucker geht nicht. was tun", "de", ("direct", 1.0)),
        ("Hello,\n\nthe printer does not work. What now?\n\nRegards\nTom", "en", None),
        ("Hello,\n\nmany thanks for the quick answer yesterday.\n\nRegards\nTom", "en", ("warm", 0.5)),
    ],
)
def test_warmth_needs_marks_and_directness_their_absence(
    text: str, language: str, shown: tuple[str, float] | None
) -> None:
    sign = warmth_of(text, language)
    assert (sign and (sign.level, sign.weight)) == shown


def test_thanks_in_a_frustrated_mail_are_no_warmth() -> None:
    text = "Hi,\n\nmany thanks in advance for finally doing something."
    assert "warmth" in impression_of(reading("en"), text, "", AT).signs
    assert "warmth" not in impression_of(reading("en", emotion="frustrated"), text, "", AT).signs


def test_a_wish_for_a_short_answer_is_heard() -> None:
    assert length_asked("Just tell me yes or no please.", "en") == "short"
    assert length_asked("Can you explain that in detail, step by step?", "en") == "detailed"
    assert length_asked("How do I pay?", "en") == ""


def test_du_settles_formality_in_german_only() -> None:
    assert outright(reading("de"), "Hallo", "", address="familiar")["formality"] == "informal"
    assert "formality" not in outright(reading("da"), "Hej", "", address="familiar")
    assert outright(reading("sv"), "Hej", "", address="polite")["formality"] == "formal"


def test_a_short_mail_weighs_little_and_a_very_angry_one_pulls_the_mood_down() -> None:
    shown = impression_of(reading(sentiment=Sentiment.VERY_NEGATIVE), "Nej", "", AT)
    assert shown.signs["formality"].weight < 0.2
    assert shown.mood == -1
