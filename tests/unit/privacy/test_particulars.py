"""Dates are of birth, and letters with figures are plates, only where the words say so."""

import pytest

from agent.privacy.finding import settle
from agent.privacy.particulars import find_birth_dates, find_plates


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Jeg er født 22. april 1964", "22. april 1964"),
        ("geboren am 03.06.1985 in Ulm", "03.06.1985"),
        ("date of birth: 7 June 1988", "7 June 1988"),
        ("född den 17 november 1940", "17 november 1940"),
        ("12-04-1981 er min fødselsdato", "12-04-1981"),
        ("Leveret 12-04-2024", ""),
        ("Møde den 22. april 2024", ""),
    ],
)
def test_dates_of_birth(text: str, found: str) -> None:
    assert [text[f.start : f.end] for f in find_birth_dates(text)] == ([found] if found else [])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("bilen (AB 12 345)", "AB 12 345"),
        ("varebilen EK 48213 skal med", "EK 48213"),
        ("fordonet ABC 12D", "ABC 12D"),
        ("Kennzeichen HH-AB 123", "HH-AB 123"),
        ("der Wagen (B AB 1234)", "B AB 1234"),
        ("HH-AB 123 steht im Hof", "HH-AB 123"),
        ("our van is BD51 SMR", "BD51 SMR"),
        ("Model XJ 48213 er udgået", ""),
        ("Fehler E-31 am Gerät", ""),
    ],
)
def test_plates(text: str, found: str) -> None:
    assert [text[f.start : f.end] for f in settle(find_plates(text), text)] == ([found] if found else [])
