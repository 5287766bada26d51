"""What is found again by exact match."""

import pytest

from agent.triage.terms import MAX_TERMS, find


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Fejl E-42 på pumpen", ("E-42",)),
        ("Error 0x8024 on order 884120", ("0x8024", "884120")),
        ("Auftrag 550-7182, Firmware 3.2.1", ("550-7182", "3.2.1")),
        ("»Ungültiger Zeitraum« erscheint", ("Ungültiger Zeitraum",)),
        ("Since 2024 it costs € 1500 at 1200", ()),
        ("Call [PHONE_1], [ADDRESS_2]", ()),
    ],
)
def test_terms(text: str, terms: tuple[str, ...]) -> None:
    assert find(text) == terms


def test_the_companys_own_products_are_terms() -> None:
    assert find("My HydroMax leaks", ["HydroMax", "AirMax"]) == ("HydroMax",)


def test_a_log_does_not_flood_the_terms() -> None:
    assert len(find(" ".join(f"{n}" for n in range(100_000, 100_100)))) == MAX_TERMS
