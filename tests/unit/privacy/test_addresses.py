"""Streets, postcodes with towns and post boxes; towns alone, years and amounts stay."""

import pytest

from agent.privacy.addresses import find_addresses
from agent.privacy.finding import settle


def _found(text: str) -> list[str]:
    return [text[f.start : f.end] for f in settle(find_addresses(text), text)]


@pytest.mark.parametrize(
    "address",
    [
        "Nørregade 14, 2. tv., 8000 Aarhus C",
        "Storgata 27B, 0184 Oslo",
        "Kongens gate 60, 7012 Trondheim",
        "Kungsgatan 45 lgh 1203, 753 21 Uppsala",
        "Lindenstraße 23, 50674 Köln",
        "Am Alten Markt 7, 18055 Rostock",
        "Sandberget 88, 50668 Köln",
        "48 Park Road, Bristol BS1 5TR",
        "Unit 3, Tannery Wharf, Leeds LS1 4AB",
        "200 Market Street, San Francisco, CA 94103",
        "ul. Długa 11, 60-243 Poznań",
        "Postboks 123, 0150 Oslo",
    ],
)
def test_addresses(address: str) -> None:
    assert _found(f"Vi holder til her: {address}.") == [address]


def test_each_line_of_an_address_is_found() -> None:
    assert _found("Anna Holm\nFabriksvej 14\n8800 Viborg\n") == ["Fabriksvej 14", "8800 Viborg"]


@pytest.mark.parametrize(
    "text",
    [
        "Vi bor i Svendborg og venter",
        "I 2024 Danmark vandt",
        "Ordre 8800 Viborg",
        "prisen er omkring 90 kr.",
        "5000 Kunden warten",
        "31. Januar 2026",
        "Kl. 14 på torvet",
        "FRITZ!Box 6660",
    ],
)
def test_no_addresses(text: str) -> None:
    assert _found(text) == []
