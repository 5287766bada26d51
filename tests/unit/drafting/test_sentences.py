"""Sentences in five languages, paragraphs and lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.drafting.sentences import blocks, sentences


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("Det koster ca. 240 kr. Filteret er nyt.", ("Det koster ca. 240 kr. Filteret er nyt.",)),
        ("Vi ringer den 10. marts. Er det fint?", ("Vi ringer den 10. marts.", "Er det fint?")),
        ("Am 10. März kommt er. Passt das?", ("Am 10. März kommt er.", "Passt das?")),
        ("Bl.a. M. Hansen spurgte. Ja!", ("Bl.a. M. Hansen spurgte.", "Ja!")),
        ("Das ist z. B. Öl. Gut.", ("Das ist z. B. Öl.", "Gut.")),
        ("Skriv t.ex. Hej. Sen går det.", ("Skriv t.ex. Hej.", "Sen går det.")),
        ("Really?! Yes. »No.« Fine", ("Really?!", "Yes.", "»No.«", "Fine")),
        ("version 2.3 is out. it works", ("version 2.3 is out. it works",)),
        ("", ()),
    ],
)
def test_cuts(text: str, cut: tuple[str, ...]) -> None:
    assert sentences(text) == cut


def test_items_of_a_list_are_blocks_of_their_own() -> None:
    found = blocks("Gør sådan:\n1. Sluk.\n2. Tænd igen.\n\n- Husk\nkablet")
    assert [(block.marker, block.text) for block in found] == [
        ("", "Gør sådan:"),
        ("1.", "Sluk."),
        ("2.", "Tænd igen."),
        ("-", "Husk"),
        ("", "kablet"),
    ]


@given(st.text(alphabet="aA.!? \n1æ-»«", max_size=200))
def test_no_letter_is_lost(text: str) -> None:
    kept = "".join("".join(sentences(text)).split())
    assert kept.count("a") == text.count("a")
    assert kept.count("æ") == text.count("æ")
