"""Form of address and mood, read from how the sender writes."""

import pytest

from agent.drafting.tone import Tone, adapt, address_of, tone_of
from agent.triage.reading import Sentiment
from tests.unit.drafting.requests import reading


@pytest.mark.parametrize(
    ("language", "formality", "text", "address"),
    [
        ("de", "formal", "Bitte prüfen Sie das.", "polite"),
        ("de", "informal", "Könnt ihr mir helfen? Danke euch.", "familiar"),
        ("de", "informal", "hallo, gerät kaputt", "polite"),
        ("da", "formal", "Jeg beder om, at De svarer.", "polite"),
        ("da", "formal", "Jeg beder om svar fra jer.", "familiar"),
        ("da", "formal", "De har ikke svaret.", "familiar"),
        ("sv", "formal", "Jag undrar om Ni kan svara.", "polite"),
        ("sv", "informal", "kan ni svara?", "familiar"),
        ("en", "formal", "Could you reply?", "familiar"),
    ],
)
def test_address(language: str, formality: str, text: str, address: str) -> None:
    assert address_of(language, formality, text) == address


def test_a_very_negative_sender_is_frustrated_whatever_the_style_says() -> None:
    assert tone_of(reading(sentiment=Sentiment.VERY_NEGATIVE), "x").mood == "frustrated"


def test_a_cheerful_complaint_is_answered_calmly() -> None:
    assert tone_of(reading(sentiment=Sentiment.NEGATIVE, emotion="delighted"), "x").mood == "calm"


def test_danish_du_becomes_de_where_the_customer_says_de() -> None:
    polite = Tone("polite", "formal", "calm", "short")
    assert adapt("Du kan se det på din konto.", "da", polite) == "De kan se det på Deres konto."
    assert adapt("Sie und du", "de", polite) == "Sie und du"
