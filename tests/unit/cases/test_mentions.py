"""Whom a note names."""

import pytest

from agent.cases.mentions import mentioned, names_of

PEOPLE = {
    1: names_of("Ida Kjær", "ida@firm.example"),
    2: names_of("Jonas Friis", "jonas.friis@firm.example"),
    3: names_of("Jonas Berg", "jberg@firm.example"),
    4: names_of("", "li@firm.example"),
}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Ida can you look?", {1}),
        ("thanks @ida kjær, and @jberg", {1, 3}),
        ("@IDA!", {1}),
        ("(@jonas.friis)", {2}),
        ("@Jonas Friis knows", {2}),
        ("@Jonas knows", set()),
        ("@Idas", set()),
        ("write to anne@ida.example or ida@firm.example", set()),
        ("@nobody", set()),
        ("@li, @Li", {4}),
        ("", set()),
    ],
)
def test_names_are_found_and_doubtful_ones_name_nobody(text: str, named: set[int]) -> None:
    assert mentioned(text, PEOPLE) == named
