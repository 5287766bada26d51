"""Single keys that a person chose in place of those the desk ships with."""

import pytest

from agent.desk.people.keyboard import COMMANDS, Keyboard, read_keyboard


def test_a_form_with_the_shipped_keys_changes_nothing() -> None:
    assert read_keyboard({command: command for command in COMMANDS}) == (Keyboard(), {})


def test_letters_signs_and_alt_are_kept_as_they_are_matched() -> None:
    keyboard, problems = read_keyboard({"a": " Y ", "e": "alt+A", "d": "ø", "#": "-", "j": ""})
    assert problems == {}
    assert keyboard.own == {"a": "y", "e": "Alt+a", "d": "ø", "#": "-", "j": ""}
    assert [keyboard.caps(command) for command in "aejz"] == [("Y",), ("Alt", "A"), (), ("Z",)]


def test_two_commands_may_change_places() -> None:
    keyboard, problems = read_keyboard({"a": "e", "e": "a"})
    assert (dict(keyboard.own), problems) == ({"a": "e", "e": "a"}, {})


def test_one_key_for_two_commands_is_told_at_both() -> None:
    _, problems = read_keyboard({"a": "e", "j": "", "k": ""})
    assert problems == dict.fromkeys("ae", "Two commands cannot have the same key.")


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("ab", "Type one letter"),
        ("Ctrl+a", "Type one letter"),
        ("Alt+", "Type one letter"),
        ("\u200b", "Type one letter"),
        ("g", "begin sequences"),
        ("G", "begin sequences"),
        ("7", "begin sequences"),
        ("[", "AltGr"),
        ("Alt+{", "AltGr"),
    ],
)
def test_keys_that_cannot_be_are_refused(key: str, words: str) -> None:
    _, problems = read_keyboard({"a": key})
    assert set(problems) == {"a"}
    assert words in problems["a"]
