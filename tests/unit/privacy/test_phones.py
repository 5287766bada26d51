"""Telephone numbers as five countries write them; amounts, dates and orders stay."""

import pytest

from agent.privacy.phones import find_phones


def _found(text: str) -> list[str]:
    return [text[f.start : f.end] for f in find_phones(text)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+45 20 12 34 56", "+45 20 12 34 56"),
        ("0045 20123456", "0045 20123456"),
        ("Ring 20 12 34 56", "20 12 34 56"),
        ("Tlf. 33123456", "33123456"),
        ("mobil 412 34 567", "412 34 567"),
        ("+47 412 34 567", "+47 412 34 567"),
        ("070-123 45 67", "070-123 45 67"),
        ("08-123 456 78", "08-123 456 78"),
        ("Tel.: 030 / 1234567", "030 / 1234567"),
        ("0171 1234567", "0171 1234567"),
        ("+49 (0)151 23456789", "+49 (0)151 23456789"),
        ("020 7946 0018", "020 7946 0018"),
        ("My number is (415) 555-2671", "(415) 555-2671"),
        ("Anna Holm\n20123456\n", "20123456"),
    ],
)
def test_phones(text: str, number: str) -> None:
    assert _found(text) == [number]


@pytest.mark.parametrize(
    "text",
    [
        "Ordre 20123456",
        "Leveret 12.05.2024 kl. 14:30",
        "Betrag 1.299,00 Euro",
        "12 345 678 kr.",
        "Faktura 90012345 er betalt",
        "2024-05-12",
        "Version 5.2.1 build 20240512",
        "vi solgte 20123456 enheder",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert _found(text) == []
