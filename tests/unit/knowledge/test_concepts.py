"""Notions that are the same in every language."""

import pytest

from knowledge.concepts import concepts


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I want my money back for the invoice", "en"),
        ("Jeg vil have pengene tilbage for fakturaen", "da"),
        ("Jeg vil ha pengene tilbake for fakturaen", "nb"),
        ("Jag vill ha pengarna tillbaka för fakturan", "sv"),
        ("Ich möchte das Geld zurück für die Rechnung", "de"),
    ],
)
def test_the_same_notions_in_five_languages(text: str, language: str) -> None:
    assert {"invoice", "refund"} <= set(concepts(text, language))


def test_a_stem_is_found_inside_a_compound() -> None:
    assert "terminal" in concepts("unsere Kartenterminals", "de")


def test_short_stems_stand_for_whole_words_only() -> None:
    assert "app" not in concepts("apparat og happening", "da")
    assert "app" in concepts("appen lukker", "da")


def test_notions_are_counted() -> None:
    assert concepts("invoice, invoice and again an invoice", "en")["invoice"] == 3


def test_an_unknown_language_is_read_as_english() -> None:
    assert "invoice" in concepts("la invoice", "fr")
