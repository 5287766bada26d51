"""Accounts and cards are found however they are split, and parcel numbers are not cards."""

import pytest

from agent.privacy.accounts import find_accounts, iban_lengths
from agent.privacy.finding import settle


def _found(text: str) -> list[tuple[str, str]]:
    return [(f.type.value, text[f.start : f.end]) for f in settle(find_accounts(text), text)]


@pytest.mark.parametrize(
    "iban",
    [
        "DK5000400440116243",
        "DK50 0040 0440 1162 43",
        "NO93 8601 1117 947",
        "SE45-5000-0000-0583-9825-7466",
        "DE89 3704 0044 0532\n> 0130 00",
        "gb82 west 1234 5698 7654 32",
        "DK12 3456 7890 1234 56",  # a wrong check digit is still somebody's account
    ],
)
def test_ibans(iban: str) -> None:
    assert _found(f"Konto {iban}, tak") == [("IBAN", iban)]


def test_a_word_behind_an_iban_is_not_part_of_it() -> None:
    assert _found("IBAN DK5000400440116243 Hansen") == [("IBAN", "DK5000400440116243")]


@pytest.mark.parametrize(
    "card", ["4111 1111 1111 1111", "5555555555554444", "3782 822463 10005", "4539-1488-0343-6467"]
)
def test_cards(card: str) -> None:
    assert _found(f"betalt med kort {card}.") == [("CREDIT_CARD", card)]


@pytest.mark.parametrize(
    "text", ["KID 1234567890128", "Pakke 00370712345678901234", "Måler 7057075000123456"]
)
def test_long_numbers_that_are_no_cards(text: str) -> None:
    assert _found(text) == []


def test_lengths_come_from_the_registry() -> None:
    lengths = iban_lengths()
    assert (lengths["DK"], lengths["NO"], lengths["SE"], lengths["DE"]) == (18, 15, 24, 22)
