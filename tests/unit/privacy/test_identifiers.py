"""Numbers of states and registers are found; numbers of orders, cases and parcels are not."""

import pytest

from agent.privacy.finding import settle
from agent.privacy.identifiers import find_identifiers


def _found(text: str) -> list[tuple[str, str]]:
    return [(f.type.value, text[f.start : f.end]) for f in settle(find_identifiers(text), text)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Mit cpr-nr. er 070761-4285", "070761-4285"),  # right modulus 11
        ("cpr 010110-1232", "010110-1232"),  # given after 2007: no check digit to rely on
        ("CPR: 0707614285", "0707614285"),
        ("fødselsnummer 15076500565", "15076500565"),
        ("D-nummer 55076500565", "55076500565"),
        ("personnummer 811228-9874", "811228-9874"),
        ("samordningsnummer 811288-9874", "811288-9874"),
        ("pnr 19811228-9874", "19811228-9874"),
        ("Steuer-ID: 36 574 261 809", "36 574 261 809"),
        ("Rentenversicherungsnummer 15 070649 C 103", "15 070649 C 103"),
        ("hetu 131052-308T", "131052-308T"),
        ("NI number QQ 12 34 56 C", ""),  # QQ is never given
        ("NI number AB 12 34 56 C", "AB 12 34 56 C"),
        ("Reisepass C01X00T47", "C01X00T47"),
    ],
)
def test_national_ids(text: str, number: str) -> None:
    assert _found(text) == ([("NATIONAL_ID", number)] if number else [])


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("CVR 13585628", "13585628"),
        ("CVR-nr.: 13 58 56 28", "13 58 56 28"),
        ("org.nr. 988 077 917", "988 077 917"),
        ("Vi er NO 988077917 MVA", "988077917"),
        ("org.nr 556016-0680", "556016-0680"),
        ("USt-IdNr. DE136695976", "DE136695976"),
        ("VAT GB 980 7806 84", "GB 980 7806 84"),
        ("ATU 15159209", ""),
        ("VAT FI20774740", "FI20774740"),
    ],
)
def test_company_numbers(text: str, number: str) -> None:
    found = _found(text)
    if number:
        assert [kind for kind, _ in found] == ["ORG_ID"]
        assert number.replace(" ", "") in found[0][1].replace(" ", "")


@pytest.mark.parametrize(
    "text",
    [
        "Ordre 5512345678 mangler",
        "Sagsnr. 12345678",
        "Ärende 240512-1234",
        "OCR 12345678901 är betald",
        "Faktura 2024-10442 fra 12.05.2024",
        "Kundennummer 12345678",
        "Tracking 1Z999AA10123456784",
        "Fehlercode 0x80070005",
        "STEHE AUF DEM MARKT. SEIT EINER STUNDE 5 MAL",
        "måler 571313174112345678",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert _found(text) == []
