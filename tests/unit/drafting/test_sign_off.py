"""The mailbox's signature stands below a letter once, with the agent's name."""

from agent.drafting.sign_off import addition, filled, signature_in, signed, unknown_slots

SIGNATURE = "Ida Kjær\nNordlys\nTel. 12 34 56 78"


def test_names_are_filled_in_and_an_empty_one_takes_its_line_along() -> None:
    template = "{name}\n{company}\n\nTel. 1"
    assert filled(template, name="Ida", company="Nordlys") == "Ida\nNordlys\n\nTel. 1"
    assert filled(template, name="", company="Nordlys") == "Nordlys\n\nTel. 1"


def test_what_a_name_holds_is_not_filled_in_again() -> None:
    assert filled("{name}", name="{company}", company="x") == "{company}"
    assert unknown_slots("{name} {phone}\n{company}") == ("{phone}",)


def test_it_follows_a_closing_directly_and_other_words_after_an_empty_line() -> None:
    assert signed("Hej\n\nMed venlig hilsen", SIGNATURE).endswith(
        "hilsen\nIda Kjær\nNordlys\nTel. 12 34 56 78"
    )
    assert signed("Restart it.", SIGNATURE) == f"Restart it.\n\n{SIGNATURE}"


def test_it_is_said_once() -> None:
    once = signed("Hi,\n\nKind regards", SIGNATURE)
    assert signed(once, SIGNATURE) == once
    assert addition(once, SIGNATURE) == ""


def test_names_that_the_letter_ends_with_are_not_repeated() -> None:
    assert signed("Hi,\n\nKind regards\nIda Kjær\nNordlys", SIGNATURE) == f"Hi,\n\nKind regards\n{SIGNATURE}"


def test_without_a_signature_the_letter_is_left_as_it_is() -> None:
    assert signed("Hi  \n", "") == "Hi  \n"
    assert addition("Hi", " \n") == ""


def test_a_language_without_one_takes_the_english() -> None:
    assert signature_in("da", {"en": "E", "da": "D"}) == "D"
    assert signature_in("sv", {"en": "E", "da": "D"}) == "E"
    assert signature_in("sv", {"da": "D"}) == ""
