"""Greeting by the name in From: people by theirs, everything else by none."""

import pytest

from agent.privacy.salutation import Salutation, salutation


@pytest.mark.parametrize(
    ("display_name", "full", "first"),
    [
        ("Mette Holm", "Mette Holm", "Mette"),
        ("Holm, Mette", "Mette Holm", "Mette"),
        ("Dr. Matthias Winkel", "Dr. Matthias Winkel", "Matthias"),
        ("Prof. Dr. med. Anna Winkel", "Prof. Dr. med. Anna Winkel", "Anna"),
        ("Winkel, Dr. Matthias", "Dr. Matthias Winkel", "Matthias"),
    ],
)
def test_people_are_greeted_by_full_or_first_name(display_name: str, full: str, first: str) -> None:
    found = salutation(display_name)
    assert (found.by("formal"), found.by("informal")) == (full, first)


@pytest.mark.parametrize(
    "display_name", ["Herr", "Dr.", "Bistro Kajen", "see https://x.example", "", "A" * 90]
)
def test_what_is_no_persons_name_greets_nobody(display_name: str) -> None:
    assert salutation(display_name) == Salutation()
